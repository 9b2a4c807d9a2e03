"""What the statistics promise, on data whose truth is known: false alarms, coverage, letters, ranks."""

import numpy as np
import pytest
from scipy import stats

from evaluation.core.statistics import (
    all_pairs,
    holm,
    interval_of,
    letters,
    mcnemar,
    paired_difference,
    rank_intervals,
    sign_flip_p,
    wilson,
)


def coverage_of_wilson(n: int, shares: np.ndarray) -> np.ndarray:
    """The chance that the interval holds the true share, summed over all outcomes: no simulation is needed."""
    ends = [wilson(k, n) for k in range(n + 1)]
    first = np.searchsorted([one.high for one in ends], shares, "left")
    last = np.searchsorted([one.low for one in ends], shares, "right") - 1
    return stats.binom.cdf(last, n, shares) - stats.binom.cdf(first - 1, n, shares)


# Nearer to 0 and 1 single shares have less: docs/statistics.md says how much.
@pytest.mark.parametrize(("n", "edge"), [(100, 0.05), (150, 0.02), (300, 0.02), (1000, 0.01), (10042, 0.002)])
def test_wilsons_interval_covers_95_percent_on_average_and_hardly_less_anywhere(n, edge) -> None:
    found = coverage_of_wilson(n, np.linspace(edge, 1 - edge, 2001))
    assert 0.94 < found.mean() < 0.96
    assert found.min() > 0.925


def false_alarms(discordant: int, mid_p: bool) -> float:
    """How often two equal models with so many discordant documents are told apart, summed over all outcomes."""
    seen = np.arange(discordant + 1)
    wrong = np.array([mcnemar(int(b), discordant - int(b), mid_p) <= 0.05 for b in seen])
    return float(stats.binom.pmf(seen, discordant, 0.5)[wrong].sum())


@pytest.mark.parametrize("discordant", [1, 5, 6, 17, 60, 100, 137, 300, 1001])
def test_mcnemars_test_has_at_most_5_percent_false_alarms(discordant) -> None:
    assert false_alarms(discordant, mid_p=False) <= 0.05


@pytest.mark.parametrize("documents", [500, 1000, 5000])
def test_its_mid_p_has_4_to_6_percent_from_100_discordant_documents(documents) -> None:
    # A fifth of the documents discordant on average; the number varies from sample to sample as it does in truth.
    counts = np.arange(documents + 1)
    chances = stats.binom.pmf(counts, documents, 0.2)
    likely = counts[chances > 1e-4]
    rate = sum(chances[count] * false_alarms(int(count), mid_p=True) for count in likely[:: max(1, len(likely) // 40)])
    rate /= chances[likely[:: max(1, len(likely) // 40)]].sum()
    assert 0.04 < rate < 0.06


@pytest.mark.parametrize("kind", ["normal", "heavy", "skewed"])
def test_the_sign_flip_test_has_4_to_6_percent(kind) -> None:
    rng = np.random.default_rng(20)
    draw = {
        "normal": lambda: rng.normal(size=120),
        "heavy": lambda: rng.standard_t(2, 120),
        "skewed": lambda: rng.lognormal(size=120) - rng.lognormal(size=120),
    }[kind]
    assert 0.04 < np.mean([sign_flip_p(draw()) <= 0.05 for _ in range(1600)]) < 0.06


def passages(rng) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two equal models on 50 passages with 6 questions: what a model makes of a passage counts for all of them."""
    clusters = np.repeat(np.arange(50), 6)
    skill = rng.uniform(0.1, 0.9, (2, 50))[:, clusters]
    first, second = (rng.random((2, 300)) < skill).astype(float)
    return first, second, clusters


def test_flipping_whole_passages_keeps_5_percent_where_single_documents_do_not() -> None:
    rng = np.random.default_rng(21)
    trials = [passages(rng) for _ in range(1200)]
    whole = [paired_difference(a, b, clusters=clusters).p <= 0.05 for a, b, clusters in trials]
    single = [paired_difference(a, b).p <= 0.05 for a, b, _clusters in trials]
    assert 0.035 < np.mean(whole) < 0.06
    assert np.mean(single) > 0.09


def test_intervals_of_passages_cover_95_percent_where_others_do_not() -> None:
    rng = np.random.default_rng(22)
    trials = [passages(rng) for _ in range(1200)]
    whole = [interval_of(a, clusters).holds(0.5) for a, _b, clusters in trials]
    single = [interval_of(a).holds(0.5) for a, _b, _clusters in trials]
    assert 0.935 < np.mean(whole) < 0.965
    assert np.mean(single) < 0.92
    gaps = [paired_difference(a, b, clusters=clusters).interval.holds(0.0) for a, b, clusters in trials]
    assert 0.935 < np.mean(gaps) < 0.965


def test_intervals_of_differences_cover_95_percent() -> None:
    rng = np.random.default_rng(23)
    held = []
    for _ in range(1500):
        luck = rng.random((2, 250))
        luck[1] = np.where(rng.random(250) < 0.6, luck[0], luck[1])
        held.append(paired_difference(luck[0] < 0.7, luck[1] < 0.6).interval.holds(0.1))
    assert 0.94 < np.mean(held) < 0.965


def test_equal_models_share_one_letter_19_times_of_20() -> None:
    rng = np.random.default_rng(24)
    parted = 0
    for _ in range(400):
        pairs = all_pairs((rng.random((5, 300)) < rng.uniform(0.3, 0.7, 300)).astype(float))
        places = [(i, j) for i in range(5) for j in range(i)]
        adjusted = dict(zip(places, holm([pairs[i][j].p for i, j in places]), strict=True))
        same = [[i == j or adjusted[max(i, j), min(i, j)] >= 0.05 for j in range(5)] for i in range(5)]
        parted += letters(range(5), same) != ["a"] * 5
    # At most 5 % and three errors of this simulation.
    assert parted / 400 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_bootstrap_intervals_of_ranks_hold_the_true_rank_19_times_of_20() -> None:
    rng, skills = np.random.default_rng(25), np.array([0.66, 0.62, 0.58, 0.5])
    held = np.zeros(4)
    for _ in range(200):
        tasks = [(rng.random((4, 150)) < skills[:, None]).astype(float) for _task in range(2)]
        spans = rank_intervals(tasks, resamples=400)
        held += [one.low <= true <= one.high for one, true in zip(spans, (1, 2, 3, 4), strict=True)]
    assert (held / 200 >= 0.93).all()
