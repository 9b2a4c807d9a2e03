"""The interval of one score knows of passages."""

import math

import numpy as np
import pytest

from evaluation.comparison.intervals import interval
from evaluation.comparison.scores import Measured
from evaluation.core.statistics import interval_of, wilson
from tests.evaluation.outcomes.files import make_answers, make_outcome, make_prompt, make_samples

RIGHT = [float(number // 5 % 3 > 0) for number in range(150)]
"""Thirty passages of five questions, all answered alike."""


def measured(samples, values) -> Measured:
    value, n = sum(values) / len(values), len(values)
    return Measured(
        value=value, stderr=math.sqrt(value * (1 - value) / (n - 1)), n=n, metric="acc", filter="", origin="measured",
        comparable_key="k", higher_is_better=True, samples=samples,
    )  # fmt: skip


def about_passages(passage: str):
    prompts = [make_prompt(number, passage=f"text {number // 5}") for number in range(150)]
    return make_samples(prompts, [make_outcome(number, acc=one) for number, one in enumerate(RIGHT)], "t", passage)


def test_questions_about_one_passage_count_as_little_as_they_tell() -> None:
    found = interval(measured((about_passages("passage"),), RIGHT))
    assert found == interval_of(RIGHT, np.arange(150) // 5)
    assert found.high - found.low > 1.8 * (wilson(100, 150).high - wilson(100, 150).low)


def test_without_passages_it_is_that_of_the_share() -> None:
    assert interval(measured((about_passages(""),), RIGHT)) == wilson(100, 150)
    assert interval(measured((make_answers(RIGHT, passage="passage"),), RIGHT)) == wilson(100, 150)
    assert interval(measured((), RIGHT)) == wilson(100, 150)


@pytest.mark.parametrize("metric", ["f1", "acc"])
def test_samples_that_the_score_is_not_made_of_leave_it_as_it_was(metric) -> None:
    odd = measured((about_passages("passage"),), RIGHT[5:])
    assert interval(Measured(**{**vars(odd), "metric": metric})) == wilson(100, 145)
