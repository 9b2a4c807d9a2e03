"""The exact sign-flip test, beside enumeration and SciPy's permutation test."""

import math
import time

import numpy as np
import pytest
from scipy import stats

from evaluation.core.statistics import mcnemar, sign_flip_p


def enumerated(gaps) -> float:
    """The share of all settings of the signs whose sum is as far from zero as the one seen."""
    gaps = np.asarray(gaps, dtype=float)
    sums = np.zeros(1)
    for gap in gaps:
        sums = np.concatenate([sums - gap, sums + gap])
    return float((np.abs(sums) >= abs(gaps.sum()) - 1e-9 * np.abs(gaps).sum()).mean())


def fractions(rng, n) -> np.ndarray:
    """Differences of F1 scores: most 0, 1 or a half, some thirds, fifths and sevenths."""
    bottom = rng.choice([1, 1, 1, 2, 2, 3, 5, 7], n)
    return rng.integers(-bottom, bottom + 1) / bottom


KINDS = {
    "normal": lambda rng, n: rng.normal(0.3, 1, n),
    "whole": lambda rng, n: rng.integers(-4, 6, n),
    "sevenths": lambda rng, n: rng.integers(-9, 9, n) / 7,
    "fractions": fractions,
    "no unit": lambda rng, n: rng.choice([1, -1, 0.5, math.sqrt(2)], n),
    "heavy": lambda rng, n: rng.standard_cauchy(n),
    "giants": lambda rng, n: rng.standard_cauchy(n) ** 3,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2, 5, 9, 13, 17, 19])
def test_few_differences_are_counted_outright(kind, n) -> None:
    rng = np.random.default_rng(n)
    for _ in range(3):
        gaps = KINDS[kind](rng, n)
        assert sign_flip_p(gaps) == pytest.approx(enumerated(gaps), abs=1e-12)


def test_no_difference_and_no_documents_are_no_sign_of_any() -> None:
    assert sign_flip_p([]) == 1.0
    assert sign_flip_p([0.0, 0.0, -0.0]) == 1.0
    assert sign_flip_p([3.0]) == 1.0


def test_documents_without_a_difference_change_nothing() -> None:
    gaps = np.random.default_rng(1).normal(0.2, 1, 40)
    assert sign_flip_p(np.r_[gaps, np.zeros(500)]) == sign_flip_p(gaps)


def test_what_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        sign_flip_p([1.0, float("nan")])


@pytest.mark.parametrize(("first", "second"), [(60, 40), (12, 9), (500, 431), (5000, 4900), (3, 30)])
def test_differences_of_one_are_mcnemars_test(first, second) -> None:
    expected = stats.binomtest(first, first + second).pvalue
    assert sign_flip_p(np.r_[np.ones(first), -np.ones(second)]) == pytest.approx(expected, abs=1e-12)
    assert mcnemar(first, second) == pytest.approx(expected, abs=1e-11)


def by_convolution(steps) -> np.ndarray:
    """The distribution of the sum of whole numbers, grown by one number after the other."""
    steps = np.abs(np.asarray(steps))
    shares = np.ones(1)
    for step in steps:
        grown = np.zeros(len(shares) + 2 * step)
        grown[: len(shares)] += shares / 2
        grown[2 * step :] += shares / 2
        shares = grown
    return shares


@pytest.mark.parametrize("n", [25, 60, 400])
@pytest.mark.parametrize("unit", [1, 0.1, 1 / 7, 3.3e-5])
def test_multiples_of_a_unit_are_exact(n, unit) -> None:
    steps = np.random.default_rng(n).integers(-7, 9, n)
    shares = by_convolution(steps)
    far = np.abs(np.arange(len(shares)) - len(shares) // 2) >= abs(steps.sum())
    assert sign_flip_p(steps * unit) == pytest.approx(float(shares[far].sum()), abs=1e-12)


@pytest.mark.parametrize("most", [2000, 30000])
def test_a_fine_unit_is_exact_to_a_millionth(most) -> None:
    steps = np.random.default_rng(most).integers(-most, most + most // 5, 60)
    shares = by_convolution(steps)
    far = np.abs(np.arange(len(shares)) - len(shares) // 2) >= abs(steps.sum())
    assert sign_flip_p(steps) == pytest.approx(float(shares[far].sum()), abs=1e-6)


def in_halves(gaps, tolerance: float = 1e-9) -> float:
    """Enumeration of up to 2**40 settings: pairs of the sums of two halves."""
    sizes, seen = np.abs(gaps), abs(gaps.sum())
    halves = []
    for part in (sizes[::2], sizes[1::2]):
        sums = np.zeros(1)
        for size in part:
            sums = np.concatenate([sums - size, sums + size])
        halves.append(np.sort(sums))
    below = np.searchsorted(halves[1], seen - tolerance - halves[0])
    return 2 * float((len(halves[1]) - below).sum()) / 2.0 ** len(sizes)


@pytest.mark.parametrize("kind", ["normal", "heavy", "giants"])
@pytest.mark.parametrize("n", [30, 33, 36])
def test_the_integral_takes_over_within_a_millionth(kind, n) -> None:
    for seed in range(3):
        gaps = KINDS[kind](np.random.default_rng(seed), n)
        gaps = gaps / np.abs(gaps).max()
        assert sign_flip_p(gaps) == pytest.approx(in_halves(gaps), abs=2e-6 if kind == "giants" else 1e-6)


@pytest.mark.parametrize("unit", [1, 5040])
def test_mixed_fractions_are_within_two_hundred_thousandths(unit) -> None:
    for seed in range(4):
        steps = np.rint(fractions(np.random.default_rng(seed), 300) * 210).astype(int)
        shares = by_convolution(steps[steps != 0])
        far = np.abs(np.arange(len(shares)) - len(shares) // 2) >= abs(steps.sum())
        assert sign_flip_p(steps / 210 * unit) == pytest.approx(float(shares[far].sum()), abs=2e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [12, 40, 300])
def test_it_is_scipys_permutation_test_within_three_monte_carlo_errors(kind, n) -> None:
    gaps = KINDS[kind](np.random.default_rng(n + 1), n).astype(float)
    found = sign_flip_p(gaps)
    signed = stats.permutation_test(
        (gaps,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=9999, rng=5
    )
    # SciPy doubles the share of one side.
    error = 2 * math.sqrt(found / 2 * (1 - found / 2) / 9999)
    assert abs(signed.pvalue - found) <= 3 * error + 2 / 9999


def test_far_differences_have_the_smallest_p_there_is() -> None:
    assert sign_flip_p(np.arange(1, 11)) == 2 / 2**10
    assert 0 < sign_flip_p(1 + np.random.default_rng(2).random(500)) < 1e-10


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_documents_take_milliseconds(kind) -> None:
    gaps = KINDS[kind](np.random.default_rng(3), 10_000)
    sign_flip_p(gaps)
    times = []
    for _ in range(5):
        start = time.process_time()
        sign_flip_p(gaps)
        times.append(time.process_time() - start)
    # 1 to 2 ms on a calm machine.
    assert min(times) < 0.02


def test_sizes_a_hair_apart_end_in_an_answer() -> None:
    gaps = np.r_[np.ones(20), np.full(20, 0.9999998), -np.ones(15)]
    assert sign_flip_p(gaps) == pytest.approx(sign_flip_p(np.r_[np.ones(40), -np.ones(15)]), abs=0.01)


def test_specks_beside_whole_numbers_are_not_taken_for_nothing() -> None:
    gaps = np.r_[np.ones(12), -np.ones(10), np.full(9, 1e-7)]
    # The specks decide which of the equal sums lie further out than the one seen.
    assert sign_flip_p(gaps) == pytest.approx(in_halves(gaps, 1e-12), abs=1e-12)


@pytest.mark.parametrize("scale", [1e-310, 1e-12, 1e12, 1e300])
def test_the_scale_does_not_matter(scale) -> None:
    gaps = np.random.default_rng(4).integers(-5, 7, 50).astype(float)
    assert sign_flip_p(gaps * scale) == pytest.approx(sign_flip_p(gaps), abs=1e-9)
    assert sign_flip_p(-gaps[::-1]) == pytest.approx(sign_flip_p(gaps), abs=1e-12)
