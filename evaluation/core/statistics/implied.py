"""How many documents a share was counted on, where a result file states its standard error alone."""

from __future__ import annotations

import math

MOST = 10_000_000


def implied_documents(value: float, stderr: float | None) -> int | None:
    """The number of documents of a share with lm-eval's standard error, ``sqrt(p (1 - p) / (n - 1))``, solved for n.

    None unless that gives a whole number of documents and of right answers, to the digits that full precision has: a
    rounded error, a bootstrapped one or the mean of something else gives none.
    """
    if stderr is None or not math.isfinite(stderr) or stderr <= 0 or not 0 < value < 1:
        return None
    solved = value * (1 - value) / stderr**2 + 1
    if not 2 <= solved <= MOST:
        return None
    n = round(solved)
    whole = math.isclose(solved, n, rel_tol=1e-7, abs_tol=1e-7) and abs(value * n - round(value * n)) < 1e-6
    return n if whole else None
