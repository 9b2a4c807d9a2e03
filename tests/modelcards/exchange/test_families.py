"""The catalog infers from a configuration what evaluation would run it as."""

import pytest

from evaluation.core.families import ENCODERS, RECURRENTS, family_of
from modelcards import taxonomy
from modelcards.exchange import families

HEADS = ["", "ForCausalLM", "LMHeadModel", "ForMaskedLM", "ForSequenceClassification", "ForPreTraining"]
KINDS = sorted({*ENCODERS, *RECURRENTS, *families.DECODERS, *families.PAIRS, "unheard-of"})


@pytest.mark.parametrize("head", HEADS)
def test_both_tell_the_same_family(head):
    for kind in KINDS:
        for more in ({}, {"is_decoder": True}, {"is_encoder_decoder": True}):
            config = {"model_type": kind, "architectures": [f"X{head}"], **more}
            assert families.of_config(config)[0] == family_of(config), config


def test_the_tables_use_the_words_of_the_taxonomy():
    assert set(families.OBJECTIVES.values()) <= set(taxonomy.OBJECTIVES)
    assert {family for family, _objective in families.PIPELINES.values()} <= set(taxonomy.FAMILIES)


@pytest.mark.parametrize(
    ("tag", "family"),
    [("XLMRoBERTa", "encoder-only"), ("gpt2", "decoder-only"), ("T5", "encoder-decoder"), ("Mamba", "recurrent")],
)
def test_tags_are_understood_in_any_spelling(tag, family):
    assert families.of_type(tag)[0] == family


@pytest.mark.parametrize("tag", ["pytorch", "exbert", "", "a model", "12"])
def test_other_tags_tell_nothing(tag):
    assert families.of_type(tag) == ("", "")
