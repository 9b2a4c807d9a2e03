"""Scores in a card's metadata: fractions, percentages, and what is neither for certain."""

import pytest

from modelcards.exchange.cards import read_card
from modelcards.exchange.shapes import CardError


def read(*metrics, dataset="{type: x/boolq, name: BoolQ}"):
    lines = "".join(f"    - {{type: {kind}, value: {value}}}\n" for kind, value in metrics)
    text = (
        "---\nmodel-index:\n- name: a\n  results:\n  - task: {type: text-generation}\n"
        f"    dataset: {dataset}\n    metrics:\n{lines}---\n"
    )
    return read_card(text, file="o/a/README.md")


def values(card):
    return [(one.metric, one.value) for one in card.scores]


def test_a_fraction_stays_one():
    assert values(read(("accuracy", 0.9))) == [("acc", 0.9)]


def test_an_accuracy_above_one_is_a_percentage_for_certain():
    assert values(read(("acc", 76.1), ("f1", 55))) == [("acc", 0.761), ("f1", 0.55)]


def test_where_a_card_mixes_both_a_small_value_is_kept_as_reported():
    assert values(read(("acc", 76.1), ("f1", 0.9))) == [("acc", 0.761), ("f1, as reported", 0.9)]


def test_a_sign_of_percent_is_certain():
    assert values(read(("acc", "0.9 %"))) == [("acc", 0.009)]


def test_other_quantities_keep_their_number_and_name():
    assert values(read(("bleu", 41.5), ("perplexity", 120), ("acc", 0.5))) == [
        ("bleu", 41.5),
        ("perplexity", 120.0),
        ("acc", 0.5),
    ]


def test_more_than_a_hundred_percent_is_kept_as_reported():
    assert values(read(("acc", 761))) == [("acc, as reported", 761.0)]


def test_a_value_that_is_no_number_is_left_out_and_named():
    card = read(("acc", "'very good'"), ("f1", 0.5))
    assert values(card) == [("f1", 0.5)]
    assert card.notes[0].column == "model-index[0].results[0].metrics[0].value"


def test_shots_come_from_the_arguments():
    card = read(("acc", 0.5), dataset="{type: boolq, name: BoolQ, args: {num_few_shot: 5}}")
    assert card.scores[0].num_fewshot == 5
    assert "not stated" not in card.scores[0].source


def test_shots_that_are_not_stated_are_said_to_be_so():
    assert "shots not stated" in read(("acc", 0.5)).scores[0].source


def test_two_values_of_one_thing_are_named():
    card = read(("acc", 0.5), ("accuracy", 0.6))
    assert values(card) == [("acc", 0.5)]
    assert "two values" in card.notes[0].reason


@pytest.mark.parametrize("index", ["x", "{name: a}", "[x]", "[{name: a}]", "[{name: a, results: [1]}]"])
def test_an_index_of_another_shape_is_refused(index):
    with pytest.raises(CardError, match="model-index"):
        read_card(f"---\nmodel-index: {index}\n---\n", file="a.md")
