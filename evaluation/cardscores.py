"""The scores of one card, arranged for its page: pure, score rows in and lines out.

Published and measured values stand apart everywhere; two values of one key are both shown and never averaged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.models import Benchmark, Origin, Score

# Metrics that are fractions: they share one axis from 0 to 1.
FRACTIONS = {"acc", "acc_norm", "exact_match", "f1", "pass@1"}


@dataclass(frozen=True)
class Value:
    """One score as a page shows it. ``mark``: the number of its source in the legend; measured ones have none."""

    score: Score
    measured: bool
    source: str
    mark: int
    run: int | None
    limit: int | None

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


@dataclass(frozen=True)
class ShotsRow:
    """One benchmark and metric of one origin: the values at each number of shots."""

    name: str
    metric: str
    measured: bool
    cells: list[list[Value]]


@dataclass(frozen=True)
class CardScores:
    """All scores of a card: the zero-shot lines, the table by shots, and the sources in the order of their marks."""

    lines: list[Line]
    shots: list[int]
    rows: list[ShotsRow]
    sources: list[str]
    values: list[Value]
    measured: int
    published: int


def arrange(scores: Iterable[Score], benchmarks: Iterable[Benchmark]) -> CardScores:
    """Scores (with cell and benchmark loaded) for the page. Of repeated measurements only the newest counts."""
    joined = {benchmark.task_name: benchmark for benchmark in benchmarks if benchmark.task_name}
    shown = newest(scores)
    sources = list(dict.fromkeys(score.source for score in sorted(shown, key=_weight) if score.origin != _MEASURED))
    values = [_value(score, sources) for score in shown]
    groups: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for value in values:
        groups[_name(value.score, joined), _metric(value.score)].append(value)
    ordered = sorted(groups.items(), key=lambda item: (item[0][0].lower(), item[0][1]))
    shots = sorted({value.score.num_fewshot for value in values})
    rows = [_row(*key, found, shots, side) for key, found in ordered for side in (True, False)]
    measured = sum(value.measured for value in values)
    return CardScores(
        lines=[line for key, found in ordered for line in _line(*key, found, joined)],
        shots=shots,
        rows=[row for row in rows if _says_more(row)],
        sources=sources,
        values=sorted(values, key=lambda v: (_name(v.score, joined).lower(), v.score.num_fewshot, v.score.metric)),
        measured=measured,
        published=len(values) - measured,
    )


def newest(scores: Iterable[Score]) -> list[Score]:
    """Of each cell's generations the newest that has scores; scores without a cell all stay."""
    found = list(scores)
    last: dict[tuple[object, ...], int] = {}
    for score in found:
        if score.cell is not None:
            last[_identity(score)] = max(last.get(_identity(score), 0), score.cell.generation)
    return [score for score in found if score.cell is None or score.cell.generation == last[_identity(score)]]


_MEASURED = Origin.MEASURED


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
        measured=measured,
        source="" if measured else score.source,
        mark=0 if measured else sources.index(score.source) + 1,
        run=cell.run_id if cell else None,
        limit=cell.settings.get("limit") if cell else None,
    )


def _says_more(row: ShotsRow) -> bool:
    """Whether the row holds a value that is not already on the zero-shot axis."""
    values = [value for cell in row.cells for value in cell]
    return any(v.score.num_fewshot or v.score.metric not in FRACTIONS or v.limit is not None for v in values)


def _line(name: str, metric: str, values: list[Value], joined: dict[str, Benchmark]) -> Iterable[Line]:
    """The zero-shot line of a group, if it has one on the axis. Limited measurements are kept out."""
    zero = [v for v in values if v.score.num_fewshot == 0 and v.limit is None and v.score.metric in FRACTIONS]
    if zero:
        benchmark = zero[0].score.benchmark or joined.get(zero[0].score.task_name)
        yield Line(name, metric, benchmark.chance if benchmark else None, zero)


def _row(name: str, metric: str, values: list[Value], shots: Sequence[int], measured: bool) -> ShotsRow:
    of_side = [value for value in values if value.measured == measured]
    of_side.sort(key=lambda value: value.limit is not None)  # the whole task before a part of it
    return ShotsRow(name, metric, measured, [[v for v in of_side if v.score.num_fewshot == n] for n in shots])
