"""The vocabulary."""

import pytest
from django.conf import settings

from modelcards import taxonomy

WIRE = {
    "FAMILIES": "encoder-only decoder-only encoder-decoder prefix-lm recurrent embedding",
    "OBJECTIVES": "causal-lm masked-lm masked-lm-nsp replaced-token-detection permutation-lm span-corruption denoising "
    "blank-infilling mixture-of-denoisers multi-task bidirectional-lm supervised-translation static-embedding",
    "STAGES": "base finetuned instruction-tuned rlhf adapter quantized distilled merged",
    "RELATIONS": "finetune instruction-tune rlhf adapter quantized merge distillation successor",
    "ATTENTION": "bidirectional causal prefix bidirectional-encoder-causal-decoder",
}


@pytest.mark.parametrize("name", WIRE)
def test_each_wire_key_is_there_once_and_explained_with_a_source(name):
    terms = getattr(taxonomy, name)
    assert set(terms) == set(WIRE[name].split())
    for key, term in terms.items():
        assert term.key == key
        assert len(str(term.explanation)) > 30
        assert term.source


def test_each_family_has_a_colour_of_the_style_sheet_and_a_known_attention():
    styles = (settings.BASE_DIR / "hub/static/hub/app.css").read_text()
    for family in taxonomy.FAMILIES.values():
        assert f".{family.css}{{" in styles
        assert family.attention == "" or family.attention in taxonomy.ATTENTION


def test_the_families_say_which_tasks_they_suit():
    tasks = {key: str(family.tasks) for key, family in taxonomy.FAMILIES.items()}
    assert "token classification" in tasks["encoder-only"]
    assert "zero-shot" in tasks["decoder-only"]
    assert all(task in tasks["encoder-decoder"] for task in ("translation", "summarisation", "question answering"))
