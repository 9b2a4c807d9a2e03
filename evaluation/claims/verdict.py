"""From votes of benchmarks to a verdict. Pure.

Each benchmark has one vote: for the sentence, against it, or open. Fewer than ``LEAST`` benchmarks: not enough data.
Supported: more than the stated share of all benchmarks (open ones counted) speak for it. Contradicted: more than half
speak against it. Else mixed. Of "clearly better" the sign test over the benchmarks must hold as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.claims.query import CLEARLY
from evaluation.core.statistics import Interval, mcnemar, wilson

SUPPORTED, CONTRADICTED, MIXED, UNDECIDED = "supported", "contradicted", "mixed", "not enough data"
VERDICTS = (SUPPORTED, CONTRADICTED, MIXED, UNDECIDED)
LEAST = 5
LEVEL = 0.05


@dataclass(frozen=True)
class Decision:
    """Votes and what comes of them. ``p``: two-sided sign test of the votes for and against, open ones left out:
    how often a fair coin falls as unevenly. ``interval``: 95 %, of the share that speaks for it (Wilson)."""

    verdict: str
    agree: int
    against: int
    open: int
    p: float | None
    interval: Interval | None

    @property
    def n(self) -> int:
        """How many benchmarks there are."""
        return self.agree + self.against + self.open

    @property
    def share(self) -> float | None:
        """Of how many of them the vote is for the sentence; None where there are none."""
        return self.agree / self.n if self.n else None


def decide(votes: Sequence[int], kind: str, share: float = 0.5) -> Decision:
    """The verdict of votes: 1 for, -1 against, 0 open. ``share``: what must be exceeded, one half or more."""
    agree, against = votes.count(1), votes.count(-1)
    p = sign_test(agree, against)
    verdict = _verdict(agree, against, len(votes), share, p if kind == CLEARLY else None)
    return Decision(verdict, agree, against, len(votes) - agree - against, p, wilson(agree, len(votes)))


def _verdict(agree: int, against: int, n: int, share: float, p: float | None) -> str:
    if n < LEAST:
        return UNDECIDED
    if against > n / 2:
        return CONTRADICTED
    return SUPPORTED if agree > share * n and (p is None or p < LEVEL) else MIXED


def sign_test(agree: int, against: int) -> float | None:
    """Two-sided p of the exact sign test (Dixon and Mood 1946); None without a vote."""
    return mcnemar(agree, against) if agree + against else None


def together(verdicts: Sequence[str]) -> str:
    """The verdict on a sentence about several others: what all say. Not enough data where one has too little."""
    if not verdicts or UNDECIDED in verdicts:
        return UNDECIDED
    return verdicts[0] if len(set(verdicts)) == 1 else MIXED


def majority(votes: Iterable[int]) -> int:
    """What most of several questions of one benchmark say: 1, -1, or 0 where neither does."""
    total = sum(votes)
    return (total > 0) - (total < 0)
