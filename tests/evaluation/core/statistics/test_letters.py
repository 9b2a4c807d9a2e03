"""Letters of models that cannot be told apart."""

import itertools

import numpy as np
import pytest

from evaluation.core.statistics import groups_of, letters


def same(models, *different) -> list[list[bool]]:
    told = {frozenset(pair) for pair in different}
    return [[frozenset((i, j)) not in told for j in range(models)] for i in range(models)]


def test_all_alike_share_one_letter() -> None:
    assert letters([0, 1, 2], same(3)) == ["a", "a", "a"]


def test_all_told_apart_have_one_each_the_best_first() -> None:
    assert letters([2, 0, 1], same(3, (0, 1), (0, 2), (1, 2))) == ["b", "c", "a"]


def test_the_middle_one_of_three_may_belong_to_both() -> None:
    assert letters([0, 1, 2], same(3, (0, 2))) == ["a", "ab", "b"]


def test_two_groups_may_cross() -> None:
    # The best and the third alike, the best and the second not.
    assert letters([0, 1, 2], same(3, (0, 1))) == ["a", "b", "ab"]


def test_models_that_are_not_ordered_have_none() -> None:
    assert letters([1, 2], same(3)) == ["", "a", "a"]
    assert letters([], []) == []


@pytest.mark.parametrize("seed", range(20))
def test_two_share_a_letter_unless_they_were_told_apart_and_no_letter_is_spare(seed) -> None:
    rng = np.random.default_rng(seed)
    models = int(rng.integers(1, 12))
    told = [pair for pair in itertools.combinations(range(models), 2) if rng.random() < rng.choice([0.2, 0.5, 0.8])]
    alike = same(models, *told)
    order = [int(one) for one in rng.permutation(models)]
    words = letters(order, alike)
    for i, j in itertools.combinations(range(models), 2):
        assert bool(set(words[i]) & set(words[j])) == alike[i][j]
    groups = [set(group) for group in groups_of(order, alike)]
    assert not any(one < other for one in groups for other in groups)
    assert words[order[0]][0] == "a"


def test_more_groups_than_letters_are_numbered() -> None:
    apart = [[i == j for j in range(60)] for i in range(60)]
    words = letters(range(60), apart)
    assert words[25:27] == ["z", "A"]
    assert words[51:53] == ["Z", "(53)"]
    assert len(set(words)) == 60
