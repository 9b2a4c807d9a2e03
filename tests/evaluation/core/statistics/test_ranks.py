"""Ranks and how sure they are."""

import numpy as np
import pytest

from evaluation.core.statistics import all_pairs, holm, rank_intervals, rank_range
from evaluation.core.statistics.ranks import RankSpan


def test_settled_verdicts_bound_the_ranks() -> None:
    # 0 beats 2 and 3, 1 beats 3; nothing else is settled.
    pairs = [[None, 0, 1, 1], [0, None, 0, 1], [-1, 0, None, 0], [-1, -1, 0, None]]
    assert rank_range(pairs) == [(1, 2), (1, 3), (2, 4), (3, 4)]


def test_without_verdicts_every_rank_is_possible() -> None:
    assert rank_range([[None, None], [None, None]]) == [(1, 2), (1, 2)]
    assert rank_range([[None]]) == [(1, 1)]
    assert rank_range([]) == []


def test_a_verdict_told_from_one_side_is_enough() -> None:
    assert rank_range([[False, True], [False, False]]) == [(1, 1), (2, 2)]


def answers(rng, skills, documents) -> np.ndarray:
    return (rng.random((len(skills), documents)) < np.array(skills)[:, None]).astype(float)


def test_models_far_apart_keep_their_ranks_and_close_ones_share_theirs() -> None:
    rows = answers(np.random.default_rng(1), [0.9, 0.55, 0.54, 0.2], 1000)
    spans = rank_intervals([rows])
    assert spans[0] == RankSpan(1, 1, 1)
    assert spans[3] == RankSpan(4, 4, 4)
    assert {(one.low, one.high) for one in spans[1:3]} == {(2, 3)}


def test_equal_seeds_give_equal_ranks() -> None:
    rows = [answers(np.random.default_rng(2), [0.5, 0.52, 0.54], 300) for _ in range(2)]
    assert rank_intervals(rows, seed=3) == rank_intervals(rows, seed=3)


def test_weights_and_the_direction_of_the_metric_count() -> None:
    rng = np.random.default_rng(3)
    score, loss = answers(rng, [0.3, 0.7], 500), rng.normal([[1.0], [4.0]], 0.1, (2, 500))
    spans = rank_intervals([score, loss], higher_is_better=[True, False])
    assert [one.rank for one in spans] == [1, 2]
    spans = rank_intervals([score, loss], higher_is_better=[True, False], weights=[1.0, 0.0])
    assert [one.rank for one in spans] == [2, 1]


@pytest.mark.parametrize("documents", [400, 2000])
def test_the_drawn_means_spread_like_the_bootstrap(documents) -> None:
    from evaluation.core.statistics.ranks import _means

    rng = np.random.default_rng(documents)
    rows = rng.normal(0, 1, (3, documents))
    rows[1] += rows[0]
    drawn = _means(rows, np.ones(documents, dtype=int), 4000, rng)
    plain = np.array([rows[:, rng.integers(0, documents, documents)].mean(axis=1) for _ in range(4000)])
    assert drawn.mean(axis=0) == pytest.approx(plain.mean(axis=0), abs=5 * 1.5 / np.sqrt(documents * 2000))
    assert np.cov(drawn.T) == pytest.approx(np.cov(plain.T), rel=0.2, abs=0.1 / documents)


def test_clusters_widen_the_ranks() -> None:
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(20), 50)
    rows = (rng.random((2, 20)) < [[0.75], [0.5]]).astype(float)[:, clusters]
    assert rank_intervals([rows])[0] == RankSpan(1, 1, 1)
    assert rank_intervals([rows], clusters=[clusters])[0].high == 2


@pytest.mark.parametrize("rows", [[], [np.ones((2, 1))], [np.ones((2, 0))], [np.array([[1.0, np.nan], [0.0, 1.0]])]])
def test_too_little_to_resample_is_not_known(rows) -> None:
    assert rank_intervals(rows) is None


def test_settled_ranks_hold_the_true_ones_together() -> None:
    # Five models, two of them alike, 400 documents each: ranges after Holm miss a true rank in at most 5 % of trials.
    rng, skills = np.random.default_rng(6), [0.7, 0.62, 0.62, 0.55, 0.45]
    missed = 0
    for _ in range(200):
        pairs = all_pairs(answers(rng, skills, 400))
        places = [(i, j) for i in range(5) for j in range(i)]
        adjusted = dict(zip(places, holm([pairs[i][j].p for i, j in places]), strict=True))
        signs = [[0] * 5 for _ in range(5)]
        for (i, j), p in adjusted.items():
            if p < 0.05:
                signs[i][j] = 1 if pairs[i][j].value > 0 else -1
                signs[j][i] = -signs[i][j]
        ranges = rank_range(signs)
        truth = [(1, 1), (2, 3), (2, 3), (4, 4), (5, 5)]
        missed += not all(low <= a and b <= high for (a, b), (low, high) in zip(truth, ranges, strict=True))
    assert missed <= 16
