"""The matrix: one row per task, shots and metric, one entry per model. What is tested is settled by ``settling``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from evaluation.comparison.choice import CompareChoice
from evaluation.comparison.contenders import Contender
from evaluation.comparison.queueing import alike_query, cell_query
from evaluation.comparison.scores import Entry, Gathered, Measured, RowKey, Subjects, Told, parts_of_large_groups
from evaluation.comparison.verdicts import Pair, Verdict

if TYPE_CHECKING:
    from evaluation.core.statistics import Interval

Shown = Measured | Told
LEFT, SPAN, LANE = 6, 368, 12
"""Of a strip: where 0 lies, how far 1 is from it, and how high a model's lane is."""


@dataclass(frozen=True)
class TableCell:
    """One model in one row. ``shown`` is the value that counts; None: there is none."""

    model: Contender
    shown: Shown | None
    told: tuple[Told, ...] = ()
    verdict: Verdict | None = None
    queue: str = ""
    """Query of the form that measures it; blank where it cannot be."""
    alike: str = ""
    """Query that measures it the way the other side was, where the two are not comparable; blank where that is moot."""
    refused: str = ""
    """Why it cannot be measured, where that is known."""
    letters: str = ""
    """Models of a row that share a letter cannot be told apart; blank where nothing was tested."""
    ranks: tuple[int, int] | None = None
    """The best and the worst rank that the settled pairs of its row leave it."""

    @property
    def measured(self) -> Measured | None:
        """The measurement, where the shown value is one."""
        return self.shown if isinstance(self.shown, Measured) else None

    @property
    def origin(self) -> str:
        """measured, imported or published; blank without a value."""
        return self.measured.origin if self.measured else "published" if self.shown else ""

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval, where one is known."""
        return self.measured.interval if self.measured else None

    @property
    def interval_words(self) -> str:
        """The interval and the number of documents in a few words; blank where it is not known."""
        if self.measured is None or self.interval is None:
            return ""
        told = _("95 %% interval %(low).3f to %(high).3f") % {"low": self.interval.low, "high": self.interval.high}
        documents = self.measured.n
        return told if documents is None else _("%(told)s, %(n)d documents") % {"told": told, "n": documents}

    @property
    def disagree(self) -> tuple[Told, ...]:
        """Further printed values that are not the shown one."""
        return tuple(one for one in self.told if self.shown is None or one.value != self.shown.value)

    @property
    def place(self) -> int:
        """Its lane in the strip, in units from above."""
        return 7 + LANE * self.model.position

    def at(self, value: float) -> float:
        """Where a value lies in the strip, in units from the left."""
        return LEFT + SPAN * min(1.0, max(0.0, value))

    @property
    def dot(self) -> float | None:
        """Where its mark lies in the strip."""
        return None if self.shown is None else self.at(self.shown.value)

    @property
    def whisker(self) -> tuple[float, float] | None:
        """The ends of its interval in the strip."""
        return (self.at(self.interval.low), self.at(self.interval.high)) if self.interval else None


@dataclass(frozen=True)
class TableRow:
    """One row.

    ``chance``: what a blind guess scores, where known; ``fraction``: values lie in 0..1; ``anchor``: the position of
    the model with which the others are compared, the baseline or the best of the row; ``catalogued``: it is a benchmark
    of the catalog; ``pairs``: what was tested, for both orders of two positions.
    """

    key: RowKey
    name: str
    task: str
    chance: float | None
    fraction: bool
    cells: tuple[TableCell, ...]
    higher_is_better: bool = True
    anchor: int | None = None
    primary: bool = True
    catalogued: bool = False
    pairs: Mapping[tuple[int, int], Pair] = field(default_factory=dict)

    @property
    def parts(self) -> int:
        """Of how many tasks the group is made; 0 for a task."""
        return max((len(cell.measured.parts) for cell in self.cells if cell.measured), default=0)

    @property
    def joint(self) -> bool:
        """Whether two models have a value, or a missing one could be measured here."""
        known = [cell for cell in self.cells if cell.shown]
        return len(known) > 1 or any(cell.queue for cell in self.cells if not cell.shown)

    @property
    def chance_at(self) -> float | None:
        """Where the blind guess lies in the strip; None where it is not known or 0."""
        return LEFT + SPAN * self.chance if self.chance else None

    def cell(self, position: int) -> TableCell:
        """The entry of the model at this position."""
        return self.cells[position]


def table(models: Sequence[Contender], gathered: Gathered, subjects: Subjects, choice: CompareChoice) -> list[TableRow]:
    """The rows, by shots and name. Of ``choice`` count the metrics, the parts of large groups, and the baseline."""
    left_out = set() if choice.every_part else parts_of_large_groups(gathered, subjects)
    keys = [key for key in gathered if choice.every_metric or subjects.is_primary(key)]
    keys = [key for key in keys if key.subject not in left_out]
    keys.sort(key=lambda key: (key.num_fewshot, subjects.name(key.subject).lower(), key.metric, key.filter))
    return [_row(key, models, gathered[key], subjects) for key in keys]


def _row(key: RowKey, models: Sequence[Contender], entries: Mapping[int, Entry], subjects: Subjects) -> TableRow:
    task = subjects.task(key.subject)
    higher = _higher_is_better(key, entries)
    base = next((one.position for one in models if one.baseline), None)
    ground = _ground(entries, base)
    shown = {position: entry.best(ground) or entry.first_told for position, entry in entries.items()}
    anchor = base if base is not None else _best(shown, ground, higher)
    cells = []
    for one in models:
        mine, entry = shown.get(one.position), entries.get(one.position, Entry())
        queue = "" if isinstance(mine, Measured) else cell_query(one, task, key)
        alike = alike_query(one, task, key, mine, ground)
        cells.append(TableCell(one, mine, tuple(entry.told), queue=queue, alike=alike))
    values = [one.value for one in shown.values() if one]
    fraction = all(0 <= value <= 1 for value in values) and "perplexity" not in key.metric
    return TableRow(
        key, subjects.name(key.subject), task, subjects.chance(key), fraction, tuple(cells), higher,
        anchor if shown.get(anchor if anchor is not None else -1) else None, subjects.is_primary(key),
        subjects.benchmark(key.subject) is not None,
    )  # fmt: skip


def _higher_is_better(key: RowKey, entries: Mapping[int, Entry]) -> bool:
    told = [one.higher_is_better for entry in entries.values() for one in entry.measured]
    return all(told) if told else not any(word in key.metric for word in ("perplexity", "bits_per_byte"))


def _ground(entries: Mapping[int, Entry], base: int | None) -> Measured | None:
    """The measurement that the others should be comparable with: the baseline's, else one of the widest shared key."""
    keys = [key for entry in entries.values() for key in entry.keys]
    from_all = [one for entry in entries.values() for one in entry.measured]
    return max(
        from_all if base is None else entries.get(base, Entry()).measured,
        key=lambda one: (not one.limit, keys.count(one.comparable_key), one.generation, one.cell or 0),
        default=None,
    )


def _best(shown: Mapping[int, Shown | None], ground: Measured | None, higher: bool) -> int | None:
    """Who has the best value among those that are comparable, or among the printed ones where none is measured."""
    values = {
        position: one.value
        for position, one in shown.items()
        if one and (ground is None or (isinstance(one, Measured) and one.comparable_key == ground.comparable_key))
    }
    return max(values, key=lambda one: values[one] if higher else -values[one], default=None)
