"""Our tests beside SciPy's, on the same answers: how long each takes, and by how much the p-values differ."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.compare.exams import ABILITIES, EXAMS, MEANS, values
from evaluation.core.statistics import all_pairs, mcnemar, paired_difference

Floats = NDArray[np.float64]
Say = Callable[[str], None]
RESAMPLES = 9_999
PAIRS = ((0, 1), (1, 2), (0, 2))
"""Neighbours in ability, so that the p-values are no mere zeros."""
ROUNDS, BATCH = 5, 500


def tests(say: Say, documents: int) -> dict[str, Any]:
    """Means beside ``permutation_test``, accuracies beside ``binomtest``, and all pairs of eight models."""
    return {"means": _means(say, documents), "shares": _shares(say, documents), "all pairs": _pairs(say, documents)}


def _means(say: Say, documents: int) -> dict[str, Any]:
    """SciPy gets both rows and the batches with which it is quickest."""
    found = []
    for exam, (first, second) in itertools.product(MEANS, PAIRS):
        rows = [values(exam, model, documents)[exam.metrics[0]] for model in (first, second)]
        ours, one = _timed(ROUNDS, paired_difference, *rows)
        theirs, p = _timed(1, _permutation, *rows)
        apart = errors_apart(one.p, p)
        found.append({"task": exam.name, "ours": ours, "scipy": theirs, "p": one.p, "scipy_p": p, "errors": apart})
        say(
            f"  {exam.name:<18} ours {ours * 1000:6.2f} ms, p {one.p:.5f}; SciPy {theirs * 1000:7.0f} ms, p {p:.5f}; "
            f"{theirs / ours:.0f} times as fast, {apart:.1f} Monte Carlo errors apart"
        )
    return {"pairs": found, "resamples": RESAMPLES}


def errors_apart(exact: float, drawn: float) -> float:
    """How many standard errors of its resampling SciPy's p-value is from what an exact one makes it expect.

    It is twice the smaller share ``(k + 1) / (n + 1)`` of resamples as far out on one side, itself counted among them.
    """
    half = exact / 2
    expected = min(1.0, 2 * (RESAMPLES * half + 1) / (RESAMPLES + 1))
    return abs(drawn - expected) / (2 * math.sqrt(max(half, 1 / RESAMPLES) * (1 - half) / RESAMPLES))


def _permutation(first: Floats, second: Floats) -> float:
    from scipy.stats import permutation_test

    rng, kind = np.random.default_rng(1), "samples"
    how = {"n_resamples": RESAMPLES, "vectorized": True, "batch": BATCH, "rng": rng}
    return float(permutation_test((first, second), _gap, permutation_type=kind, **how).pvalue)


def _gap(first: Floats, second: Floats, axis: int = -1) -> Any:
    return (first - second).mean(axis=axis)


def _shares(say: Say, documents: int) -> dict[str, Any]:
    """McNemar's exact test is the binomial test of the documents on which two models part."""
    from scipy.stats import binomtest

    apart, ours, theirs = 0.0, 0.0, 0.0
    for first, second in _discordant(documents):
        seconds, p = _timed(ROUNDS, mcnemar, first, second)
        longer, peer = _timed(ROUNDS, binomtest, first, first + second)
        apart, ours, theirs = max(apart, abs(p - peer.pvalue)), ours + seconds, theirs + longer
    say(f"  exact p of accuracies: ours {ours * 1000:.1f} ms, binomtest {theirs * 1000:.1f} ms, apart by {apart:.1e}")
    return {"ours": ours, "scipy": theirs, "apart": apart}


def _discordant(documents: int) -> Iterator[tuple[int, int]]:
    """For each task of shares and each two models: how many documents one alone has right, and the other alone."""
    for exam in EXAMS:
        if exam.choices:
            rows = [values(exam, model, documents)["acc"] == 1 for model in range(len(ABILITIES))]
            for first, second in itertools.combinations(rows, 2):
                yield int((first & ~second).sum()), int((second & ~first).sum())


def _pairs(say: Say, documents: int) -> dict[str, Any]:
    found = {}
    for exam in (EXAMS[0], *MEANS):
        matrix = np.stack([values(exam, model, documents)[exam.metrics[0]] for model in range(len(ABILITIES))])
        found[exam.name], _made = _timed(ROUNDS, all_pairs, matrix)
        say(f"  all 28 pairs of {exam.name:<18} {found[exam.name] * 1000:.1f} ms")
    return found


def _timed(rounds: int, work: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    """The median of the processor seconds of some rounds, after one that is not counted; and what it gave."""
    made, times = work(*given) if rounds > 1 else None, []
    for _round in range(rounds):
        started = time.process_time()
        made = work(*given)
        times.append(time.process_time() - started)
    return sorted(times)[len(times) // 2], made
