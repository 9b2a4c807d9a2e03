"""Equal keys mean: the same measurement."""

from dataclasses import replace

import pytest

from evaluation.core.comparable import Measurement, canonical, comparable_key, resolved_configuration

MEASUREMENT = Measurement("arc", "c", "d", 5, 1234, "m", "acc", "none", None, "loglikelihood")
CONFIG = {
    "task": "arc",
    "dataset_path": "json",
    "dataset_kwargs": {"data_files": "/home/a/arc.jsonl", "field": "rows"},
    "doc_to_text": "{{q}}",
    "num_fewshot": 5,
    "metric_list": [{"metric": "acc"}, {"metric": "f1", "average": "macro"}],
    "metadata": {"version": 1.0, "config_source": "/home/a/arc.yaml"},
}


@pytest.mark.parametrize(
    "change",
    [{"configuration": "x"}, {"documents": "x"}, {"num_fewshot": 0}, {"fewshot_seed": 1}, {"messages": "x"},
     {"metric": "f1"}, {"filter": "strict"}, {"limit": 10}, {"scoring": "pseudo-loglikelihood"}],
)  # fmt: skip
def test_every_part_of_a_measurement_is_in_its_key(change: dict):
    assert comparable_key(replace(MEASUREMENT, **change)) != comparable_key(MEASUREMENT)


def test_a_key_is_stable_over_processes_and_releases():
    assert comparable_key(MEASUREMENT) == "631c96fff552d7353261ec9bdc697aa58d2ac38f4356835537df09f01e23d9c2"


def test_paths_of_the_machine_do_not_count():
    there = {**CONFIG, "dataset_kwargs": {"data_files": "/srv/arc.jsonl", "field": "rows"}}
    there["metadata"] = {"version": 1.0, "config_source": "inline"}
    assert resolved_configuration(CONFIG, "acc") == resolved_configuration(there, "acc")


def test_settings_of_another_metric_do_not_count():
    there = {**CONFIG, "metric_list": [{"metric": "acc"}]}
    assert resolved_configuration(CONFIG, "acc") == resolved_configuration(there, "acc")
    assert resolved_configuration(CONFIG, "f1") != resolved_configuration(there, "f1")


@pytest.mark.parametrize("change", [{"doc_to_text": "{{q}}?"}, {"metadata": {"version": 2.0}}, {"dataset_kwargs": {}}])
def test_what_changes_the_task_counts(change: dict):
    assert resolved_configuration({**CONFIG, **change}, "acc") != resolved_configuration(CONFIG, "acc")


def test_a_function_counts_by_name_and_source():
    def make(body: str):
        if body == "a":

            def chosen(doc):
                return doc["a"]
        else:

            def chosen(doc):
                return doc["b"]

        return chosen  # fmt: skip

    assert canonical(make("a")) == canonical(make("a"))
    assert canonical(make("a")) != canonical(make("b"))
    assert "/" not in canonical(make("a"))
