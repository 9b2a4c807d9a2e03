"""The matrix: one row per task, shots and metric, one entry per model, verdicts against the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from evaluation.comparison.choice import CompareChoice
from evaluation.comparison.contenders import Contender
from evaluation.comparison.scores import (
    Entry,
    Gathered,
    Measured,
    RowKey,
    Subjects,
    Told,
    parts_of_large_groups,
)
from evaluation.comparison.verdicts import Test, Verdict, judge, settle
from evaluation.core.statistics import Interval, holm


@dataclass(frozen=True)
class TableCell:
    """One model in one row. ``shown`` is the value that counts; None: there is none."""

    model: Contender
    shown: Measured | Told | None
    told: tuple[Told, ...] = ()
    verdict: Verdict | None = None
    queue: str = ""
    """Query of the form that measures it; blank where it cannot be."""
    refused: str = ""
    """Why it cannot be measured, where that is known."""

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
    def disagree(self) -> tuple[Told, ...]:
        """Further printed values that are not the shown one."""
        return tuple(one for one in self.told if self.shown is None or one.value != self.shown.value)

    @property
    def place(self) -> int:
        """Its lane in the strip, in units from above."""
        return 7 + 12 * self.model.position

    def at(self, value: float) -> float:
        """Where a value lies in the strip, in units from the left."""
        return 6 + 368 * min(1.0, max(0.0, value))

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
    """One row. ``chance``: what a blind guess scores, where known; ``fraction``: values lie in 0..1."""

    key: RowKey
    name: str
    task: str
    chance: float | None
    fraction: bool
    cells: tuple[TableCell, ...]

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
        return 6 + 368 * self.chance if self.chance else None


@dataclass(frozen=True)
class Summary:
    """Counts for the page's first sentence."""

    rows: int
    shared: int
    verdicts: int
    published_only: bool
    higher: Mapping[int, tuple[int, int]]
    """By position: in how many shared rows it is higher than the baseline, of how many."""


def table(
    models: Sequence[Contender], gathered: Gathered, subjects: Subjects, test: Test, choice: CompareChoice
) -> list[TableRow]:
    """The rows, by shots and name, with verdicts corrected for all that the table asks.

    Of ``choice`` the metrics count, and whether the parts of large groups are rows too.
    """
    left_out = set() if choice.every_part else parts_of_large_groups(gathered, subjects)
    keys = [key for key in gathered if choice.every_metric or subjects.is_primary(key)]
    keys = [key for key in keys if key.subject not in left_out]
    keys.sort(key=lambda key: (key.num_fewshot, _name(key, subjects).lower(), key.metric, key.filter))
    rows = [_row(key, models, gathered[key], subjects, test) for key in keys]
    return _settled(rows)


def _name(key: RowKey, subjects: Subjects) -> str:
    found = subjects.benchmark(key.subject)
    return found.name if found else key.subject


def _row(
    key: RowKey, models: Sequence[Contender], entries: Mapping[int, Entry], subjects: Subjects, test: Test
) -> TableRow:
    base = next(one for one in models if one.baseline)
    base_entry = entries.get(base.position, Entry())
    others = [entries[one.position] for one in models if one.position in entries and one is not base]
    anchor = _anchor(base_entry, others)
    cells = []
    for one in models:
        entry = entries.get(one.position, Entry())
        shown = anchor if one is base else _shown(entry, anchor if isinstance(anchor, Measured) else None)
        verdict = judge(anchor, shown, test) if anchor and shown and one is not base else None
        queue = _queue(one, subjects.task(key.subject), key) if not isinstance(shown, Measured) else ""
        cells.append(TableCell(one, shown, tuple(entry.told), verdict, queue))
    found = subjects.benchmark(key.subject)
    values = [cell.shown.value for cell in cells if cell.shown]
    fraction = all(0 <= value <= 1 for value in values) and "perplexity" not in key.metric
    chance = found.chance if found else None
    return TableRow(key, _name(key, subjects), subjects.task(key.subject), chance, fraction, tuple(cells))


def _anchor(base: Entry, others: Sequence[Entry]) -> Measured | Told | None:
    """The baseline's value: a measurement that most of the others can be compared with, else a printed value."""
    keys = [one.comparable_key for other in others for one in other.measured if not one.limit]
    if base.measured:
        return max(
            base.measured,
            key=lambda one: (not one.limit, keys.count(one.comparable_key), one.generation, one.cell or 0),
        )
    return base.told[0] if base.told else None


def _shown(entry: Entry, like: Measured | None) -> Measured | Told | None:
    return entry.best(like) or (entry.told[0] if entry.told else None)


def _queue(model: Contender, task: str, key: RowKey) -> str:
    if model.checkpoint is None or not task:
        return ""
    return "?" + urlencode({"models": model.asked, "tasks": task, "num_fewshot": key.num_fewshot}, safe="@")


def _settled(rows: list[TableRow]) -> list[TableRow]:
    """Correct all p-values of the table together."""
    asked = [cell.verdict for row in rows for cell in row.cells]
    adjusted = iter(holm([one.difference.p if one and one.difference else None for one in asked]))
    questions = sum(bool(one and one.difference) for one in asked)
    done = []
    for row in rows:
        cells = []
        for cell in row.cells:
            p = next(adjusted)
            if cell.verdict and p is not None:
                higher = cell.measured.higher_is_better if cell.measured else True
                cell = replace(cell, verdict=settle(cell.verdict, p, higher, questions))
            cells.append(cell)
        done.append(replace(row, cells=tuple(cells)))
    return done


def summary(rows: Sequence[TableRow]) -> Summary:
    """What the page says before its tables."""
    higher: dict[int, tuple[int, int]] = {}
    verdicts = shared = 0
    for row in rows:
        shared += sum(cell.shown is not None for cell in row.cells) > 1
        for cell in row.cells:
            if cell.verdict:
                up, all_ = higher.get(cell.model.position, (0, 0))
                higher[cell.model.position] = (up + (cell.verdict.delta > 0), all_ + 1)
                verdicts += cell.verdict.kind != "unknown"
    values = [cell for row in rows for cell in row.cells if cell.shown]
    return Summary(len(rows), shared, verdicts, all(cell.origin == "published" for cell in values), higher)
