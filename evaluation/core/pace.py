"""How fast a model may answer, told from how fast others did.

A forward pass costs about two operations for each parameter and token (Kaplan et al. 2020, arXiv 2001.08361, section
2.1), so on devices of one kind the time of a document grows as the parameters do. What this leaves out (overhead,
bandwidth of memory, the batch) differs least between models of like size: the one nearest in size is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

LEAST_SECONDS = 0.001


class Pace(NamedTuple):
    """Documents that were answered, and the seconds that this took."""

    documents: float
    seconds: float

    @property
    def speed(self) -> float:
        """Documents a second."""
        return self.documents / max(self.seconds, LEAST_SECONDS)


def together(paces: Iterable[Pace]) -> Pace:
    """All of them as one."""
    known = list(paces)
    return Pace(sum(pace.documents for pace in known), sum(pace.seconds for pace in known))


def scaled_speed(parameters: int, known: Mapping[int, Pace]) -> float | None:
    """Documents a second of a model of that many parameters. ``known``: paces of others by their parameters.

    None where nothing is known.
    """
    if parameters <= 0 or not known:
        return None
    nearest = min(known, key=lambda size: (abs(math.log(size / parameters)), size))
    return known[nearest].speed * nearest / parameters
