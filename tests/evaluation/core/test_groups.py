"""A group's scores are those that lm-eval's own code gives."""

import random
from typing import Any

import pytest

from evaluation.core.groups import Part, PartScore, Rule, aggregate, leaves, pooled_stderr, read_rules


def part(task, size, value, stderr=None, key=("acc", "none"), comparable="k"):
    return Part(task, size, {key: PartScore(value, stderr, comparable)})


def test_parts_weigh_by_their_documents_unless_the_group_says_otherwise():
    parts = [part("a", 30, 0.5), part("b", 10, 0.9)]
    (weighted,) = aggregate([Rule("acc")], parts)
    (plain,) = aggregate([Rule("acc", weight_by_size=False)], parts)
    assert weighted.value == pytest.approx(0.6)
    assert (weighted.n, weighted.parts) == (40, 2)
    assert plain.value == pytest.approx(0.7)
    assert weighted.comparable_key != plain.comparable_key


def test_an_error_needs_that_of_every_part():
    parts = [part("a", 30, 0.5, 0.1), part("b", 10, 0.9)]
    assert aggregate([Rule("acc")], parts)[0].stderr is None
    assert pooled_stderr([0.1], [1]) is None


def test_a_part_without_the_metric_is_left_out_and_counted():
    parts = [part("a", 30, 0.5), part("b", 10, 0.9, key=("f1", "none"))]
    (score,) = aggregate([Rule("acc")], parts)
    assert (score.value, score.parts) == (0.5, 1)
    assert aggregate([Rule("mcc")], parts) == []


def test_filters_are_those_that_are_named_or_else_all():
    parts = [part("a", 2, 0.5, key=("em", "strict")), part("b", 2, 0.7, key=("em", "loose"))]
    assert [one.filter for one in aggregate([Rule("em")], parts)] == ["loose", "strict"]
    assert [one.filter for one in aggregate([Rule("em", ("strict",))], parts)] == ["strict"]


def test_a_key_needs_that_of_every_part():
    assert aggregate([Rule("acc")], [part("a", 2, 0.5, comparable="")])[0].comparable_key == ""


def test_rules_are_read_from_yaml_as_it_comes():
    listed = [
        {"metric": "acc"},
        {"metric": "em", "filter_list": "strict", "weight_by_size": False, "aggregation": "mean"},
        {"metric": "f1", "filter_list": ["a", "b"]},
        {"metric": "x", "aggregation": "median"},
        "acc",
        {"weight_by_size": True},
    ]
    assert read_rules(listed) == [Rule("acc"), Rule("em", ("strict",), False), Rule("f1", ("a", "b"))]
    assert read_rules({"metric": "acc"}) == [Rule("acc")]
    assert read_rules(None) == []


def test_leaves_are_found_through_groups_and_tags_and_never_in_a_circle():
    tree = {"top": ["a", "left", "right", "a"], "left": ["b", "a"], "right": ["b", "top"]}
    assert leaves("top", tree.get) == ["a", "b", "a", "b"]


@pytest.mark.slow
def test_every_number_is_that_of_lm_eval():
    from lm_eval.api.group import Group
    from lm_eval.config.group import AggMetricConfig

    class Named(str):
        @property
        def task_name(self):
            return str(self)

    class Stub(Group):  # type: ignore[misc, unused-ignore]
        def get_all_tasks(self, recursive=True):
            return [Named(name) for name in self.order]

    chance = random.Random(5)
    for _try in range(200):
        count = chance.randint(1, 60)
        metrics = {}
        for place in range(count):
            shown: dict[str, Any] = {"sample_len": chance.randint(2, 2000)}
            for key in ("acc,none", "acc_norm,none", "em,strict"):
                if chance.random() < 0.9:
                    metric, name = key.split(",")
                    shown[key] = chance.random()
                    shown[f"{metric}_stderr,{name}"] = "N/A" if chance.random() < 0.01 else chance.random() / 20
            metrics[f"t{place}"] = shown
        listed: list[dict[str, Any]] = [
            {"metric": "acc", "weight_by_size": chance.random() < 0.5},
            {"metric": "em", "filter_list": "strict"},
        ]
        group = Stub("g", aggregate_metric_list=[AggMetricConfig(**each) for each in listed])
        group.order = list(metrics)
        theirs = group.aggregate(metrics)
        ours = aggregate(read_rules(listed), [_part(name, shown) for name, shown in metrics.items()])
        assert {f"{one.metric},{one.filter}" for one in ours} == set(theirs.get("sample_count", ()))
        for one in ours:
            stderr = theirs[f"{one.metric}_stderr,{one.filter}"]
            assert one.value == theirs[f"{one.metric},{one.filter}"]
            assert one.n == theirs["sample_count"][f"{one.metric},{one.filter}"]
            if stderr == "N/A":
                assert one.stderr is None
            else:
                assert one.stderr == pytest.approx(float(stderr), rel=1e-14)


def _part(name, shown):
    scores = {}
    for key, value in shown.items():
        metric, comma, filter_name = key.partition(",")
        if comma and not metric.endswith("_stderr"):
            stderr = shown[f"{metric}_stderr,{filter_name}"]
            scores[metric, filter_name] = PartScore(value, None if stderr == "N/A" else stderr)
    return Part(name, shown["sample_len"], scores)
