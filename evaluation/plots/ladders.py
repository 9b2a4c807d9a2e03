"""Lines by examples in the prompt: the values of one model from one origin and source. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.core.statistics import Interval, score_interval
from evaluation.models import Origin
from evaluation.plots.axes import AXES
from evaluation.plots.points import Point
from evaluation.standings import Standing
from modelcards.models import ModelCard

FEW = -1
"""In place of a number of shots: as many as each task had, more than one."""


@dataclass(frozen=True, eq=False)
class Rung:
    """One value of a line. ``shots``: examples in the prompt, or ``FEW``; ``standing`` None: an average."""

    shots: int
    value: float
    interval: Interval | None = None
    standing: Standing | None = None


@dataclass(frozen=True, eq=False)
class Ladder:
    """The values of one model by shots, from the fewest to the most."""

    card: ModelCard
    origin: str
    source: str
    rungs: tuple[Rung, ...]

    @property
    def gain(self) -> float | None:
        """What the most examples gain over none; None where the value without examples is not known."""
        first, last = self.rungs[0], self.rungs[-1]
        return last.value - first.value if first.shots == 0 and last is not first else None


def ladders(rows: Sequence[Standing]) -> list[Ladder]:
    """The lines with two values or more, of the largest model first.

    A line joins values of one source; of several filters of one task the one with the most values.
    """
    groups: dict[tuple[int, str, str, str], list[Standing]] = defaultdict(list)
    for one in rows:
        groups[one.card.pk, one.origin, line_source(one), one.filter].append(one)
    kept: dict[tuple[int, str, str], list[Standing]] = {}
    for (card, origin, source, _filter), mine in sorted(groups.items()):
        if len(mine) > max(1, len(kept.get((card, origin, source), ()))):
            kept[card, origin, source] = mine
    found = [
        Ladder(mine[0].card, origin, source, tuple(map(_rung, sorted(mine, key=lambda one: one.num_fewshot))))
        for (_card, origin, source), mine in kept.items()
    ]
    return sorted(found, key=largest_first)


def line_source(one: Standing) -> str:
    """What a published value must share with another to be joined to it."""
    return one.source if one.origin == Origin.PUBLISHED else ""


def _rung(one: Standing) -> Rung:
    return Rung(one.num_fewshot, one.value, score_interval(one.value, one.stderr, one.n), one)


def largest_first(one: Ladder) -> tuple[float, str, str]:
    """The order of lines: by parameters, then by name."""
    return -(one.card.parameters or 0), one.card.name.lower(), one.source


def gain_point(one: Ladder, standing: Standing | None) -> Point | None:
    """A line's gain against its model's parameters; ``standing``: what the point says of itself."""
    if one.gain is None or standing is None:
        return None
    axis = AXES["parameters"]
    return Point(standing, axis.of(one.card), axis.told(one.card), one.gain, None)
