"""Tables that say the same as the curves: models downward, tasks or shots across. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.core.statistics import Interval
from evaluation.models import Origin
from evaluation.plots.ladders import FEW, Ladder
from evaluation.plots.marks import ORIGIN_NAMES
from evaluation.plots.shots import Shots
from evaluation.plots.training import Training
from modelcards.models import ModelCard
from modelcards.values import format_size


@dataclass(frozen=True)
class Entry:
    """One value, its interval where known, and the run that gave it."""

    value: float
    interval: Interval | None
    run: int | None


@dataclass(frozen=True)
class Line:
    """One row: ``place`` is a point of training, or the source of a line; ``gain``: from no examples to the most."""

    card: ModelCard
    place: str
    entries: tuple[Entry | None, ...]
    origin: str = ""
    gain: float | None = None

    @property
    def origin_name(self) -> str:
        """The origin on pages."""
        return str(ORIGIN_NAMES[Origin(self.origin)]) if self.origin else ""


@dataclass(frozen=True)
class Table:
    """``heads``: names of the columns of values."""

    heads: tuple[str, ...]
    rows: Sequence[Line]


def training_table(found: Training) -> Table:
    """A row for each model and point of its training, a column for each task."""
    places: dict[tuple[int, int], dict[int, Entry]] = {}
    cards = {card.pk: card for card in found.models}
    for column, panel in enumerate(found.panels):
        for curve in panel.curves:
            for one in curve.moments:
                entry = Entry(one.standing.value, one.interval, one.standing.run)
                places.setdefault((curve.position, one.x), {})[column] = entry
    order = list(cards.values())
    rows = [
        Line(
            order[position],
            format_size(x) if found.of_tokens else f"{x:,}",
            tuple(mine.get(column) for column in range(len(found.panels))),
        )
        for (position, x), mine in sorted(places.items())
    ]
    return Table(tuple(panel.name for panel in found.panels), rows)


def shots_table(found: Shots) -> Table:
    """A row for each line, a column for each number of shots."""
    heads = tuple(_("few-shot") if step == FEW else _("%(k)d-shot") % {"k": step} for step in found.steps)
    return Table(heads, [_ladder(one, found.steps) for one in found.ladders])


def _ladder(one: Ladder, steps: Sequence[int]) -> Line:
    known = {
        rung.shots: Entry(rung.value, rung.interval, rung.standing.run if rung.standing else None) for rung in one.rungs
    }
    return Line(one.card, one.source, tuple(known.get(step) for step in steps), one.origin, one.gain)
