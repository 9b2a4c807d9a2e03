"""Tests on shared documents stand for the scores only where the scores are made of them."""

import math

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evaluation.comparison.pairs import differences
from evaluation.comparison.scores import Measured
from evaluation.outcomes import sample_refs
from tests.evaluation.comparison.rows import store_samples
from tests.factories import make_cell, make_task

pytestmark = pytest.mark.django_db


def measured(task, values, score: float, **fields) -> Measured:
    cell = make_cell(task=task, state="done")
    store_samples(cell, values)
    told = {
        "stderr": 0.1,
        "n": len(values),
        "metric": "acc",
        "filter": "",
        "origin": "measured",
        "higher_is_better": True,
    }
    return Measured(value=score, comparable_key="k", samples=sample_refs((cell,)), **{**told, **fields})


def test_a_perplexity_is_paired_by_the_likelihoods_that_it_is_made_of() -> None:
    task = make_task("story")
    first = [-2.0 + 0.1 * math.sin(n) for n in range(200)]
    second = [one - 0.05 - 0.02 * math.cos(7 * n) for n, one in enumerate(first)]
    scores = [math.exp(-sum(values) / len(values)) for values in (first, second)]
    models = [measured(task, values, score) for values, score in zip((first, second), scores, strict=True)]
    found = differences(models)[0][1]
    assert found.method == "paired-permutation"
    assert found.value == pytest.approx(scores[0] - scores[1], rel=1e-9)
    assert found.interval.low < found.value < found.interval.high < 0
    assert found.p < 0.001


def test_a_score_that_is_no_mean_of_its_documents_is_not_paired() -> None:
    task = make_task("quiz")
    odd = measured(task, [1.0] * 60 + [0.0] * 40, 0.7312)
    plain = measured(task, [1.0] * 50 + [0.0] * 50, 0.5)
    assert differences([odd, plain])[0][1].method == "two-means"


def test_a_file_that_is_gone_is_asked_for_again() -> None:
    task = make_task("quiz")
    models = [measured(task, [1.0] * n + [0.0] * (103 - n), n / 103) for n in (61, 37)]
    name = models[0].samples[0].file
    with default_storage.open(name) as file:
        content = file.read()
    default_storage.delete(name)
    assert differences(models)[0][1].method == "two-means"
    default_storage.save(name, ContentFile(content))
    assert differences(models)[0][1].method == "paired-binary"
