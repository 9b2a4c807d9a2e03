"""What all of the statistics speak of: an interval, a difference, the level of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LEVEL = 0.95
POWER = 0.8


@dataclass(frozen=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies in it, its ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Difference:
    """``first - second`` with its interval and the two-sided p-value of no difference.

    ``method`` is one of ``paired-binary``, ``paired-permutation``, ``paired-clustered``, ``two-proportions``,
    ``two-means``. ``n``: documents (of the smaller side, where two sets were compared).
    Only of pairs: ``only_first`` and ``only_second`` count the documents with a higher value of the one (of answers
    right or wrong: those that it alone got right); ``agreement`` is the share of documents on which both have the
    same value; ``detectable`` the smallest true difference that a sample like this shows with 80 % power at 5 %.
    """

    value: float
    interval: Interval
    p: float
    method: str
    n: int
    only_first: int | None = None
    only_second: int | None = None
    agreement: float | None = None
    detectable: float | None = None

    def mirrored(self) -> Difference:
        """The same as ``second - first``."""
        return Difference(
            -self.value, Interval(-self.interval.high, -self.interval.low), self.p, self.method, self.n,
            self.only_second, self.only_first, self.agreement, self.detectable,
        )  # fmt: skip


def special() -> Any:
    """Special functions: taken in by the first who computes, since web processes that do not save ten megabytes."""
    from scipy import special as functions

    return functions


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided interval of that level reaches to either side, of a normal estimate."""
    return float(special().ndtri(0.5 + level / 2))


def t_quantile(freedom: float, level: float) -> float:
    """The same of Student's t."""
    return float(special().stdtrit(freedom, 0.5 + level / 2))
