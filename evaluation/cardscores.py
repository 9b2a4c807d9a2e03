"""The scores of one card, arranged for its page: pure, score rows in and lines out.

Published, imported and measured values stand apart everywhere; two values of one key are both shown and never
averaged. A result file may bring hundreds of tasks that no benchmark of the catalog knows: they stand in a table of
their own, and so do the parts of a large group, whose score stands for them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.groups import LARGE
from evaluation.models import Benchmark, Origin, Score

# Metrics that are fractions: they share one axis from 0 to 1.
FRACTIONS = {"acc", "acc_norm", "exact_match", "f1", "pass@1"}


@dataclass(frozen=True)
class Value:
    """One score as a page shows it. ``mark``: the number of its source in the legend; measured ones have none.

    ``parts``: of how many tasks a group's score is made, which has no run of its own; 0 for a task.
    """

    score: Score
    origin: str
    source: str
    mark: int
    run: int | None
    limit: int | None
    parts: int = 0

    @property
    def measured(self) -> bool:
        """Whether a run of our own gave it."""
        return self.origin == Origin.MEASURED

    @property
    def low(self) -> float | None:
        """The lower end of the 95 % interval, within 0 and 1; None without a standard error."""
        return None if self.score.stderr is None else max(0.0, self.score.value - 1.96 * self.score.stderr)

    @property
    def high(self) -> float | None:
        """The upper end."""
        return None if self.score.stderr is None else min(1.0, self.score.value + 1.96 * self.score.stderr)


@dataclass(frozen=True)
class Line:
    """One benchmark and metric at zero shots: its values on the axis, with the chance level."""

    name: str
    metric: str
    chance: float | None
    values: list[Value]

    @property
    def low(self) -> float:
        """The least value."""
        return min(value.score.value for value in self.values)

    @property
    def high(self) -> float:
        """The greatest value."""
        return max(value.score.value for value in self.values)

    @property
    def group(self) -> Value | None:
        """The value that is a group's, where one is."""
        return next((value for value in self.values if value.parts), None)


@dataclass(frozen=True)
class ShotsRow:
    """One benchmark and metric of one origin: the values at each number of shots."""

    name: str
    metric: str
    origin: str
    cells: list[list[Value]]

    @property
    def measured(self) -> bool:
        """Whether runs of our own gave it."""
        return self.origin == Origin.MEASURED

    @property
    def group(self) -> Value | None:
        """One of its values, where they are those of a group."""
        return next((value for cell in self.cells for value in cell if value.parts), None)


@dataclass(frozen=True)
class CardScores:
    """All scores of a card: the zero-shot lines, the table by shots, and the sources in the order of their marks.

    ``further``: rows of imported tasks that no benchmark knows. ``checkpoint``: the revision that imported ones are of.
    ``parts``: rows of the parts of large groups; ``count``: stored scores, hence without those of groups.
    """

    lines: list[Line]
    shots: list[int]
    rows: list[ShotsRow]
    sources: list[str]
    values: list[Value]
    measured: int
    published: int
    imported: int
    further: list[ShotsRow]
    checkpoint: str
    parts: list[ShotsRow]
    count: int


def arrange(scores: Iterable[Score], benchmarks: Iterable[Benchmark]) -> CardScores:
    """Scores (with cell and benchmark loaded) for the page. Of repeated measurements only the newest counts."""
    joined = {benchmark.task_name: benchmark for benchmark in benchmarks if benchmark.task_name}
    shown = newest(of_one_checkpoint(list(scores)))
    sources = list(dict.fromkeys(score.source for score in sorted(shown, key=_weight) if score.origin != _MEASURED))
    folded = _parts_of_large_groups(shown, joined)
    values = [_value(score, sources) for score in shown]
    groups: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for value in values:
        groups[_name(value.score, joined), _metric(value.score)].append(value)
    ordered = sorted(groups.items(), key=lambda item: (item[0][0].lower(), item[0][1]))
    shots = sorted({value.score.num_fewshot for value in values})
    sides = (Origin.MEASURED, Origin.IMPORTED, Origin.PUBLISHED)
    rows = [_row(*key, found, shots, side) for key, found in ordered for side in sides]
    counts = Counter(value.origin for value in values if not value.parts)
    revisions = [one.score.checkpoint.revision for one in values if one.origin == _IMPORTED and one.score.checkpoint]
    return CardScores(
        lines=[
            line
            for (name, metric), found in ordered
            if name not in folded
            for line in _line(name, metric, found, joined)
        ],
        shots=shots,
        rows=[row for row in rows if _says_more(row) and not _unknown(row, joined) and not _inside(row, folded)],
        sources=sources,
        values=sorted(values, key=lambda v: (_name(v.score, joined).lower(), v.score.num_fewshot, v.score.metric)),
        measured=counts[Origin.MEASURED],
        published=counts[Origin.PUBLISHED],
        imported=counts[_IMPORTED],
        further=[row for row in rows if _unknown(row, joined)],
        checkpoint=revisions[0] if revisions else "",
        parts=[row for row in rows if _inside(row, folded)],
        count=counts.total(),
    )


def _parts_of_large_groups(scores: Sequence[Score], joined: Mapping[str, Benchmark]) -> set[str]:
    """Names of the tasks that a large group stands for; a task that is a benchmark itself stands for itself."""
    large = [score for score in scores if len(score.parts) >= LARGE]
    return {part.task.name for score in large for part in score.parts} - joined.keys()


def _inside(row: ShotsRow, folded: set[str]) -> bool:
    return row.measured and row.name in folded and any(row.cells)


def of_one_checkpoint(scores: list[Score]) -> list[Score]:
    """Of imported scores only those of one checkpoint: ``main``, else the one trained the longest; all others stay.

    A training curve has the same task at dozens of steps; the steps are compared on the page for comparing.
    """
    found = {one.checkpoint_id: one.checkpoint for one in scores if one.origin == _IMPORTED and one.checkpoint}
    order = sorted(found.values(), key=lambda one: (one.revision == "main", one.step or 0, one.pk))
    last = order[-1].pk if order else None
    return [one for one in scores if one.origin != _IMPORTED or one.checkpoint_id in (None, last)]


def newest(scores: Iterable[Score]) -> list[Score]:
    """Of each cell's generations the newest that has scores; scores without a cell all stay."""
    found = list(scores)
    last: dict[tuple[object, ...], int] = {}
    for score in found:
        if score.cell is not None:
            last[_identity(score)] = max(last.get(_identity(score), 0), score.cell.generation)
    return [score for score in found if score.cell is None or score.cell.generation == last[_identity(score)]]


_MEASURED, _IMPORTED = Origin.MEASURED, Origin.IMPORTED


def _identity(score: Score) -> tuple[object, ...]:
    cell = score.cell
    return (cell.checkpoint_id, cell.task_id, cell.num_fewshot, cell.settings_key, score.task_name) if cell else ()


def _weight(score: Score) -> tuple[object, ...]:
    return (score.pk,)


def _name(score: Score, joined: dict[str, Benchmark]) -> str:
    benchmark = score.benchmark or joined.get(score.task_name)
    return benchmark.name if benchmark else score.task_name


def _metric(score: Score) -> str:
    """The metric with its filter, where it has one that says something."""
    return score.metric if score.filter in ("", "none") else f"{score.metric}, {score.filter}"


def _value(score: Score, sources: Sequence[str]) -> Value:
    measured = score.origin == _MEASURED
    cell = score.cell
    return Value(
        score=score,
        origin=score.origin,
        source="" if measured else score.source,
        mark=0 if measured else sources.index(score.source) + 1,
        run=cell.run_id if cell and not score.parts else None,
        limit=cell.settings.get("limit") if cell else None,
        parts=len(score.parts),
    )


def _says_more(row: ShotsRow) -> bool:
    """Whether the row holds a value that is not already on the zero-shot axis."""
    values = [value for cell in row.cells for value in cell]
    return any(v.score.num_fewshot or v.score.metric not in FRACTIONS or v.limit is not None for v in values)


def _line(name: str, metric: str, values: list[Value], joined: dict[str, Benchmark]) -> Iterable[Line]:
    """The zero-shot line of a group, if it has one on the axis. Limited measurements are kept out."""
    zero = [v for v in values if v.score.num_fewshot == 0 and v.limit is None and v.score.metric in FRACTIONS]
    if zero and not _unknown_values(zero, joined):
        benchmark = zero[0].score.benchmark or joined.get(zero[0].score.task_name)
        yield Line(name, metric, benchmark.chance if benchmark else None, zero)


def _unknown(row: ShotsRow, joined: dict[str, Benchmark]) -> bool:
    values = [value for cell in row.cells for value in cell]
    return row.origin == _IMPORTED and bool(values) and _unknown_values(values, joined)


def _unknown_values(values: list[Value], joined: dict[str, Benchmark]) -> bool:
    """Whether all of them are imported, of a task that no benchmark of the catalog knows."""
    return all(
        one.origin == _IMPORTED and one.score.benchmark is None and one.score.task_name not in joined for one in values
    )


def _row(name: str, metric: str, values: list[Value], shots: Sequence[int], origin: str) -> ShotsRow:
    of_side = [value for value in values if value.origin == origin]
    of_side.sort(key=lambda value: value.limit is not None)  # the whole task before a part of it
    return ShotsRow(name, metric, origin, [[v for v in of_side if v.score.num_fewshot == n] for n in shots])
