"""What a Hugging Face card states."""

import pytest

from modelcards.exchange.cards import read_card, read_config
from modelcards.exchange.decoding import decode
from modelcards.exchange.shapes import CardError
from tests.modelcards.exchange.cards import (
    DATASET,
    DATASET_FORM,
    MODEL_FORM,
    PLAIN,
    WITH_SCORES,
    WITHOUT_DATASET,
    tuned,
)


def read(text, file="org/Name/README.md", **more):
    return read_card(text, file=file, **more)


def facts(card):
    return {fact.field: (fact.value, fact.confidence) for fact in card.facts}


def reason(text, file="org/name/README.md"):
    with pytest.raises(CardError) as refusal:
        read(text, file)
    return refusal.value.errors[0]


def test_a_card_states_its_repository_terms_and_kind():
    card = read(PLAIN)
    assert (card.slug, card.repo, card.text) == ("org--name", "org/Name", "# Plain\n\nA card.")
    assert facts(card) == {
        "name": ("Name", "unchecked"),
        "hf_repo": ("org/Name", "unchecked"),
        "organisation": ("org", "inferred"),
        "licence_id": ("apache-2.0", "unchecked"),
        "licence": ("Apache-2.0", "unchecked"),
        "languages": ("en", "unchecked"),
        "training_data_note": ("wikipedia", "unchecked"),
        "paper": ("1810.04805", "unchecked"),
        "suited_tasks": ("fill-mask", "unchecked"),
        "modality": ("text", "inferred"),
        "architecture_family": ("encoder-only", "inferred"),
        "objective": ("masked-lm-nsp", "inferred"),
    }


def test_every_fact_names_the_card_as_its_source():
    assert {(fact.source, fact.citation) for fact in read(PLAIN).facts} == {
        ("Hugging Face: org/Name", "https://huggingface.co/org/Name")
    }


def test_a_file_alone_is_its_own_source_and_claims_no_repository():
    card = read(PLAIN, "my-model.md")
    assert (card.slug, card.repo) == ("my-model", "")
    assert {fact.source for fact in card.facts} == {"my-model.md"}
    assert "hf_repo" not in facts(card)


def test_a_card_without_metadata_states_its_name_and_leaves_the_rest_unknown():
    card = read("# Something\n\nWords.")
    assert facts(card).keys() == {"name", "hf_repo", "organisation"}
    assert card.text == "# Something\n\nWords."


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    raw = b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()
    assert read(decode(raw, "a")) == read(PLAIN)


def test_wrong_types_are_taken_as_far_as_they_can_be_and_named_otherwise():
    card = read("---\nlicense: [mit]\nlanguage: {en: English}\ntags: bert\nbase_model: [a/b, 7, [x]]\n---\n")
    assert facts(card)["licence_id"] == ("mit", "unchecked")
    assert "languages" not in facts(card)
    assert facts(card)["architecture_family"] == ("encoder-only", "inferred")
    assert facts(card)["base_model"][0] == "a--b; 7"
    assert [(note.line, note.column) for note in card.notes] == [(3, "language"), (5, "base_model")]


def test_norwegian_is_a_language_and_no_refusal():
    assert facts(read("---\nlanguage: no\n---\n"))["languages"] == ("no", "unchecked")


def test_sizes_in_words_are_numbers_and_wrong_ones_are_named():
    card = read("---\nparameters: 11B\ntraining_tokens: ~1.4T\nactive_parameters: some\n---\n")
    assert facts(card)["parameters"] == ("11000000000", "unchecked")
    assert facts(card)["training_tokens"] == ("1400000000000", "unchecked")
    assert [(note.line, note.column) for note in card.notes] == [(4, "active_parameters")]


def test_two_licences_are_words_and_no_identifier():
    found = facts(read("---\nlicense: [mit, apache-2.0]\n---\n"))
    assert found["licence"][0] == "mit; apache-2.0"
    assert "licence_id" not in found


def test_a_named_licence_of_its_own_is_known_by_its_name():
    found = facts(read("---\nlicense: other\nlicense_name: llama3\n---\n"))
    assert (found["licence_id"][0], found["licence"][0]) == ("llama3", "llama3")


@pytest.mark.parametrize(
    ("config", "family", "objective"),
    [
        ({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}, "decoder-only", "causal-lm"),
        ({"model_type": "t5", "is_encoder_decoder": True}, "encoder-decoder", "span-corruption"),
        ({"model_type": "bert", "is_decoder": True, "architectures": ["BertLMHeadModel"]}, "decoder-only", "causal-lm"),
        ({"model_type": "mamba"}, "recurrent", "causal-lm"),
        ({"model_type": "new-thing", "architectures": ["NewForCausalLM"]}, "decoder-only", "causal-lm"),
    ],
)
def test_the_configuration_tells_family_and_objective(config, family, objective):
    found = facts(read("# No metadata", config=config))
    assert found["architecture_family"] == (family, "inferred")
    assert found["objective"] == (objective, "inferred")


def test_layers_are_stated_by_the_configuration():
    assert facts(read("x", config={"num_hidden_layers": 12}))["layers"] == ("12", "unchecked")


def test_a_family_that_nothing_tells_is_left_unknown():
    assert "architecture_family" not in facts(read("---\ntags: [conversational, exbert]\n---\n"))


def test_an_objective_of_another_family_is_not_taken():
    found = facts(read("---\ntags: [gpt2, masked-lm]\n---\n"))
    assert (found["architecture_family"][0], found["objective"][0]) == ("decoder-only", "causal-lm")


@pytest.mark.parametrize(
    ("more", "relation", "confidence"),
    [
        ("base_model_relation: quantized\n", "quantized", "unchecked"),
        ("library_name: peft\n", "adapter", "inferred"),
        ("tags: [gguf]\n", "quantized", "inferred"),
        ("tags: [mergekit]\n", "merge", "inferred"),
        ("", "finetune", "inferred"),
    ],
)
def test_the_relation_is_stated_or_inferred(more, relation, confidence):
    card = read(tuned("meta-llama/Llama-2-7b", more=more))
    assert facts(card)["base_model"] == ("meta-llama--llama-2-7b", "unchecked")
    assert facts(card)["relation"] == (relation, confidence)
    assert facts(card)["stage"][1] == "inferred"


def test_a_base_model_by_its_address_is_known():
    assert facts(read(tuned("https://huggingface.co/org/base")))["base_model"][0] == "org--base"


def test_the_newer_version_is_kept_apart():
    assert read("---\nnew_version: org/Name-2\n---\n").newer == "org--name-2"


def test_the_card_of_a_data_set_is_refused_as_such():
    error = reason(DATASET)
    assert "data set" in error.reason
    assert (error.line, error.column) == (3, "size_categories")
    assert "data set" in reason(DATASET_FORM).reason


def test_a_form_that_nobody_filled_in_is_refused():
    assert "template" in reason(MODEL_FORM).reason


def test_results_without_data_are_refused_with_their_place():
    error = reason(WITHOUT_DATASET)
    assert (error.line, error.column) == (6, "model-index[0].results[0]")
    assert "no dataset" in error.reason


def test_scores_come_from_the_model_index():
    first, second = read(WITH_SCORES).scores
    assert (first.benchmark, first.num_fewshot, first.metric, first.value) == ("HellaSwag", 10, "acc", 0.612)
    assert first.source == "Hugging Face: org/Name, model-index (validation)"
    assert (second.metric, second.value) == ("perplexity", 12.5)
    assert "shots not stated" in second.source


def test_invalid_utf_8_is_refused_with_its_line():
    with pytest.raises(CardError) as refusal:
        decode(b"# One\ntwo\n\xff\xfe three", "a.md")
    assert refusal.value.errors[0].line == 3


def test_a_null_character_is_refused_with_its_line():
    with pytest.raises(CardError) as refusal:
        decode(b"one\ntwo \x00", "a.md")
    assert refusal.value.errors[0].line == 2


def test_a_body_of_two_megabytes_is_kept_whole():
    body = "<p>line &amp; more</p>\n" * 100_000
    assert len(read(f"---\nlicense: mit\n---\n{body}").text) == len(body.strip())


def test_a_card_of_fifty_megabytes_is_refused(settings):
    with pytest.raises(CardError, match="5 MB"):
        decode(b"x" * 50 * 2**20, "a.md")


def test_markup_in_metadata_is_only_text():
    card = read("---\nlicense: <script>alert(1)</script>\ntags: ['<b>']\n---\n<script>alert(2)</script>")
    assert facts(card)["licence"][0] == "<script>alert(1)</script>"
    assert "licence_id" not in facts(card)


def test_a_list_of_two_hundred_languages_is_cut_and_says_so():
    codes = [f"x{number:03}" for number in range(200)]
    card = read(f"---\nlanguage: [{', '.join(codes)}]\n---\n")
    assert len(facts(card)["languages"][0]) <= 500
    assert any("no more than" in note.reason for note in card.notes)


@pytest.mark.parametrize("raw", [b"[]", b"{", b"\xff", b"[" * 100_000, b" " * (2**20 + 1)])
def test_a_configuration_that_is_none_is_passed_over(raw):
    assert read_config(raw) == {}
