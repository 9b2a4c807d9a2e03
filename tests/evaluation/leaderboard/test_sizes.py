"""The best of each size."""

from __future__ import annotations

import pytest

from evaluation.leaderboard.sizes import CLASSES, size_class
from tests.evaluation.leaderboard.rows import asked, make_model

pytestmark = pytest.mark.django_db


def test_every_size_is_in_one_class() -> None:
    for parameters in (1, 999_999_999, 10**9, 3 * 10**9, 175 * 10**9, 10**13):
        assert [one.holds(parameters) for one in CLASSES].count(True) == 1
    assert size_class(None) is None


def test_the_best_of_each_size_is_named_with_how_many_it_beat() -> None:
    make_model("Oak", {"one": 0.5}, parameters=10**6)
    make_model("Elm", {"one": 0.6}, parameters=10**7)
    make_model("Ash", {"one": 0.4}, parameters=7 * 10**9)
    make_model("Fir", {"one": 0.9}, parameters=None)
    found = [(best.size.key, best.line.card.slug, best.of) for best in asked().best]
    assert found == [("under-1b", "elm", 2), ("3b-8b", "ash", 1)]


def test_of_equal_ones_the_smaller_is_the_best() -> None:
    make_model("Oak", {"one": 0.5}, parameters=900)
    make_model("Elm", {"one": 0.5}, parameters=800)
    assert [best.line.card.slug for best in asked().best] == ["elm"]
