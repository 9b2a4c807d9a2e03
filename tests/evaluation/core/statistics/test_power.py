"""The smallest difference that could have been seen, beside statsmodels and by simulation."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import normal_power

from evaluation.core import statistics
from evaluation.core.statistics import detectable_difference, mcnemar
from evaluation.core.statistics.power import detectable_of_pairs


def test_it_has_the_power_that_statsmodels_computes() -> None:
    found = detectable_difference(0.02)
    # statsmodels counts the other tail too, of one in ten million here.
    assert normal_power(found / 0.02, 1, 0.05) == pytest.approx(0.8, abs=1e-5)


@pytest.mark.parametrize("stderr", [None, 0.0, float("nan"), -1.0])
def test_without_an_error_it_is_not_known(stderr) -> None:
    assert detectable_difference(stderr) is None


def test_agreement_everywhere_is_no_certainty() -> None:
    found = statistics.paired_difference([1] * 50, [1] * 50)
    assert found.detectable > 0.05


def test_more_documents_show_smaller_differences() -> None:
    found = [with_a_fifth_discordant(n) for n in (50, 500, 5000)]
    assert found[0] > 2.5 * found[1] > 6 * found[2]


def with_a_fifth_discordant(n) -> float:
    return detectable_of_pairs(n // 5, n)


@pytest.mark.parametrize(("n", "discordant"), [(200, 0.2), (1000, 0.1), (1000, 0.4), (5000, 0.05)])
def test_mcnemars_test_shows_it_four_times_in_five(n, discordant) -> None:
    rng = np.random.default_rng(n)
    truth = detectable_of_pairs(round(discordant * n), n)
    seen = rng.multinomial(n, [(discordant + truth) / 2, (discordant - truth) / 2, 1 - discordant], size=3000)
    tests = {pair: mcnemar(*pair) < 0.05 for pair in {(int(b), int(c)) for b, c, _rest in seen}}
    power = np.mean([tests[int(b), int(c)] for b, c, _rest in seen])
    assert 0.76 < power < 0.84


def test_the_sign_flip_test_shows_it_four_times_in_five() -> None:
    rng = np.random.default_rng(11)
    truth = detectable_difference(1 / np.sqrt(400))
    gaps = rng.normal(truth, 1, (3000, 400))
    t = gaps.mean(axis=1) / (gaps.std(axis=1, ddof=1) / 20)
    assert 0.78 < (np.abs(t) > stats.t.ppf(0.975, 399)).mean() < 0.82
    assert np.mean([statistics.sign_flip_p(row) < 0.05 for row in gaps[:1000]]) == pytest.approx(0.8, abs=0.04)
