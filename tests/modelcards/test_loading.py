"""The lines that load a model are right for its family, and Python."""

import ast

import pytest

from modelcards.loading import in_order, loading
from modelcards.models import Checkpoint, ModelCard
from modelcards.progress import progress


def card(**fields):
    return ModelCard(**{"architecture_family": "decoder-only", "hf_repo": "oak/acorn", **fields})


def weights(revision, **fields):
    return Checkpoint(**{"revision": revision, "repo_id": "oak/acorn", "pk": 1, **fields})


@pytest.mark.parametrize(
    ("fields", "loader"),
    [
        ({"architecture_family": "decoder-only"}, "AutoModelForCausalLM"),
        ({"architecture_family": "encoder-decoder"}, "AutoModelForSeq2SeqLM"),
        ({"architecture_family": "encoder-only"}, "AutoModelForMaskedLM"),
        ({"architecture_family": "encoder-only", "objective": "replaced-token-detection"}, "AutoModelForPreTraining"),
        ({"architecture_family": "prefix-lm"}, "AutoModel"),
        ({"architecture_family": ""}, "AutoModel"),
        ({"architecture_family": "decoder-only", "stage": "adapter"}, "AutoPeftModelForCausalLM"),
    ],
)
def test_each_family_has_its_class(fields, loader):
    lines = loading(card(**fields), []).lines
    assert f"model = {loader}.from_pretrained(" in lines
    ast.parse(lines)


def test_where_the_family_is_not_stated_the_page_is_told():
    assert loading(card(architecture_family=""), []).family_unknown


def test_what_transformers_cannot_load_has_no_lines():
    assert loading(card(architecture_family="embedding"), []).lines == ""
    assert loading(card(hf_repo=""), []).lines == ""


def test_a_revision_is_chosen_and_main_needs_no_naming():
    revisions = [weights("step1000", step=1000), weights("main")]
    chosen = loading(card(), revisions, "step1000")
    assert chosen.lines.count('revision="step1000"') == 2
    assert "revision" not in loading(card(), revisions, "no such").lines
    assert list(chosen.revisions) == ["step1000", "main"]


def test_weights_behind_an_address_or_known_from_results_alone_are_never_what_is_loaded():
    served = weights("oven", repo_id="", format="served", pk=2)
    stated = weights("step7", repo_id="", step=7, pk=3)
    assert loading(card(hf_repo=""), [stated, served]).lines == ""
    shown = loading(card(), [stated, weights("step5", step=5), weights("main", format="safetensors"), served], "oven")
    assert (shown.revision, list(shown.revisions)) == ("main", ["step5", "main"])


def test_what_only_results_of_others_name_is_loaded_when_asked_for_alone():
    """Such as a commit that a results file names: its repository is known, and nothing else of it."""
    here, told, stated = weights("here", repo_id="", path="oak"), weights("v1", dtype="bfloat16"), weights("0a1b2c")
    assert loading(card(), [told, stated]).revision == "v1"
    assert loading(card(), [here, told, stated]).revision == "here"
    assert loading(card(), [told, stated], "0a1b2c").revision == "0a1b2c"


def test_a_quote_in_a_path_stays_inside_the_string():
    lines = loading(card(), [weights("main", repo_id="", path='a"); import os #')]).lines
    assert [type(node).__name__ for node in ast.parse(lines).body].count("Import") == 0


def test_checkpoints_stand_in_the_order_of_training():
    found = in_order([weights("main"), weights("b", step=20), weights("a", step=3)])
    assert [one.revision for one in found] == ["a", "b", "main"]


def test_progress_is_told_in_tokens_of_the_whole_training():
    way = progress([weights("a", tokens_seen=10), weights("b", tokens_seen=50)], 100)
    assert (way.marks, way.end, way.of_tokens, way.whole) == ([("a", 10.0), ("b", 50.0)], 100, True, True)


def test_progress_in_steps_where_tokens_are_not_known():
    way = progress([weights("a", step=0), weights("b", step=4)], 100)
    assert (way.marks, way.of_tokens, way.whole) == ([("a", 0.0), ("b", 100.0)], False, False)


def test_one_checkpoint_makes_no_way():
    assert progress([weights("main", tokens_seen=5)], 10) is None
