"""What is told of a chip, and the chips for pointer and keyboard."""

import json
from datetime import date

from django.utils import translation

from modelcards.registry import Shade
from modelcards.tree.dress import dress_of
from modelcards.tree.facts import facts_of
from modelcards.tree.tree_nodes import tree_nodes
from tests.modelcards.tree.plans import leaf, plan_of


def told(one, labels=None, **more) -> str:
    return "\n".join(facts_of(one, labels or {}, **more))


def test_the_facts_of_a_card_are_told() -> None:
    one = leaf("a", parameters=6_700_000_000, training_tokens=10**12, released="2021-05", stage="rlhf")
    for fact in ("Lab · RLHF", "2021-05", "Decoder-only", "open weights", "6.7B parameters", "trained on 1T tokens"):
        assert fact in told(one)


def test_a_family_of_the_trunk_has_its_own_name() -> None:
    assert "Recurrent" in told(leaf("a", family="recurrent"))


def test_all_parents_with_a_chip_are_told_and_how_it_came_from_them() -> None:
    one = leaf("c", parent="a", relation="instruction-tune", others=(("b", "merge"), ("hidden", "finetune")))
    lines = facts_of(one, {"a": "Oak", "b": "Beech"})
    assert "Instruction-tuned from Oak" in lines
    assert "Merged from Beech" in lines
    assert not any("hidden" in line for line in lines)


def test_a_relation_that_is_not_known_is_told_plainly() -> None:
    assert "Made from Oak" in facts_of(leaf("b", parent="a", relation="grafted"), {"a": "Oak"})


def test_a_series_an_early_date_a_score_and_notes_are_told() -> None:
    one = leaf("a", members=("a", "b"), early=True)
    dress = dress_of("score", [one], {"a": Shade(0.5, "50.0 %", "published")}, "MMLU, 5-shot")
    text = told(one, dress=dress, notes=("HellaSwag 0-shot 70 %",))
    for fact in ("Series of 2 models", "▾", "MMLU, 5-shot: 50.0 % (published)", "HellaSwag 0-shot 70 %"):
        assert fact in text


def test_what_is_not_known_is_left_out() -> None:
    assert "parameters" not in told(leaf("a"))
    assert not any(line.strip(" ·") == "" for line in facts_of(leaf("a", organisation=""), {}))


def test_words_follow_the_language_of_the_reader(monkeypatch) -> None:
    facts_of(leaf("a"), {})
    monkeypatch.setattr("modelcards.tree.facts._", lambda text: text.upper())
    with translation.override("de"):
        assert "OPEN WEIGHTS" in told(leaf("a"))


def test_nodes_hold_place_facts_address_and_neighbours() -> None:
    plan = plan_of(
        leaf("a", label="Oak"),
        leaf("b", date(2022, 1, 1), parent="a", members=("b", "c"), series="b"),
        leaf("z", date(2021, 6, 1), parent="a", open_weights=None),
        leaf("lost", parent="hidden"),
    )
    nodes = tree_nodes(plan, lambda slug: f"/models/{slug}/")
    assert json.dumps(nodes, allow_nan=False)
    assert nodes["a"]["kids"] == ["z", "b"]
    assert nodes["b"]["parent"] == "a"
    assert nodes["lost"]["parent"] is None
    assert (nodes["b"]["members"], nodes["b"]["series"], nodes["z"]["open"]) == (2, "b", None)
    assert (nodes["a"]["name"], nodes["a"]["address"]) == ("Oak", "/models/a/")
    leaf_b, x, y = plan.chips[1]
    assert (nodes["b"]["x"], nodes["b"]["y"], nodes["b"]["w"], nodes["b"]["h"]) == (x, round(y, 1), leaf_b.width, 20)
