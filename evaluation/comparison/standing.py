"""The models over all rows of the page: averages of what all have, win rates, ranks with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from evaluation.comparison.contenders import Contender
from evaluation.comparison.pairs import shared
from evaluation.comparison.settling import comparable
from evaluation.comparison.table import TableCell, TableRow
from evaluation.core.statistics import mean_win_rate, normalised, rank_intervals, shared_average
from evaluation.outcomes import SampleRef

if TYPE_CHECKING:
    from evaluation.core.statistics import RankSpan

PREFERRED = ("acc_norm", "acc", "exact_match", "f1")
"""Of several metrics of a task that no benchmark judges, the one that counts for it; then by name."""


@dataclass(frozen=True)
class Place:
    """One model over all rows. ``average``: mean share of the way from a blind guess to all right, over ``used`` rows;
    ``span``: its rank by that average with a 95 % bootstrap interval; ``win_rate``: the mean share of the others that
    it beats; ``won``, ``lost``: pairs settled for and against it. None where not known."""

    model: Contender
    average: float | None
    span: RankSpan | None
    win_rate: float | None
    won: int
    lost: int


@dataclass(frozen=True)
class Missing:
    """A row that no average holds: ``models`` have no value that is comparable, or ``chance`` is not known."""

    row: TableRow
    models: tuple[Contender, ...]

    @property
    def chance(self) -> bool:
        """Whether it is left out for want of a chance level alone."""
        return not self.models


@dataclass(frozen=True)
class Standing:
    """The places, the best first; the rows in the average, and those that are not.

    ``apart``: models that are comparable with the others nowhere, such as those that are scored in another way; they
    have neither average nor rank.
    """

    places: list[Place]
    used: list[TableRow]
    missing: list[Missing]
    apart: list[Contender]


def standing(rows: Sequence[TableRow], models: Sequence[Contender]) -> Standing | None:
    """The models over settled rows; None where no two of them are comparable on any."""
    rows = _counted(rows)
    groups = [_groups(row) for row in rows]
    together = _together(groups)
    if not together:
        return None
    cells = [_within(found, together) for found in groups]
    inside = [one for one in models if one.position in together]
    values = [
        [_normalised(row, found.get(one.position)) for one in inside] for row, found in zip(rows, cells, strict=True)
    ]
    raw = [[_value(found.get(one.position)) for one in inside] for found in cells]
    average = shared_average(values)
    used = [rows[at] for at in average.used]
    spans = _spans(used, [cells[at] for at in average.used], inside)
    wins = mean_win_rate(raw, [row.higher_is_better for row in rows])
    places = [
        Place(one, average.values[at], spans[at] if spans else None, wins[at], *_settled(rows, one.position))
        for at, one in enumerate(inside)
    ]
    places.sort(key=lambda one: (one.average is None, -(one.average or 0), -(one.win_rate or 0), one.model.position))
    apart = [one for one in models if one.position not in together]
    places += [Place(one, None, None, None, *_settled(rows, one.position)) for one in apart]
    missing = [
        Missing(rows[at], tuple(one for one in inside if one.position not in cells[at])) for at in average.left_out
    ]
    return Standing(places, used, missing, apart)


Cells = dict[int, TableCell]


def _groups(row: TableRow) -> list[Cells]:
    """The sets of comparable entries of a row, by position."""
    return [{cell.model.position: cell for cell in cells} for cells in comparable(row).values()]


def _together(rows: Sequence[Sequence[Cells]]) -> frozenset[int]:
    """The models that stand together: the set that meets on the most rows, counted by how many it holds.

    All of them, wherever they meet; where some are scored in another way, the larger or better measured part.
    """
    sets = {frozenset(group) for groups in rows for group in groups}
    every = frozenset().union(*sets) if sets else frozenset[int]()
    whole = [one for one in sets if one == every]
    met = {one: sum(any(one <= group.keys() for group in groups) for groups in rows) for one in sets}
    return max(whole or sets, key=lambda one: (met[one] * (len(one) - 1), len(one), sorted(one)), default=frozenset())


def _within(groups: Sequence[Cells], together: frozenset[int]) -> Cells:
    """Those of ``together`` that are comparable in a row: of several sets the largest."""
    kept = [{at: cell for at, cell in group.items() if at in together} for group in groups]
    found = max(kept, key=len, default={})
    return found if len(found) > 1 else {}


def _counted(rows: Sequence[TableRow]) -> list[TableRow]:
    """One row for each task and shots: its primary metric; of a group and its parts the parts, and where these are not
    shown the group alone, without the smaller groups and tasks that are in it."""
    chosen: dict[tuple[str, int], TableRow] = {}
    for row in sorted((row for row in rows if row.primary), key=_preference):
        chosen.setdefault((row.key.subject, row.key.num_fewshot), row)
    tasks = {(row.task, row.key.num_fewshot) for row in chosen.values()}
    kept = [row for row in rows if row in chosen.values() and not _made_of(row, tasks)]
    held = [(row.key.num_fewshot, _tasks_of(row)) for row in kept]
    return [row for row, (shots, mine) in zip(kept, held, strict=True) if not _held(shots, mine, held)]


def _preference(row: TableRow) -> tuple[int, str, str]:
    metric = row.key.metric.removeprefix("pseudo_")
    return (PREFERRED.index(metric) if metric in PREFERRED else len(PREFERRED), metric, row.key.filter)


def _made_of(row: TableRow, tasks: set[tuple[str, int]]) -> bool:
    """Whether a row is a group whose parts are all rows themselves."""
    return row.parts > 0 and all((name, row.key.num_fewshot) in tasks for name in _tasks_of(row))


def _tasks_of(row: TableRow) -> set[str]:
    """The tasks of a group; of a task itself."""
    return {name for cell in row.cells if cell.measured for name in cell.measured.parts} or {row.task}


def _held(shots: int, mine: set[str], others: Sequence[tuple[int, set[str]]]) -> bool:
    """Whether another row holds all of these tasks, and more."""
    return any(shots == at and mine < theirs for at, theirs in others)


def _value(cell: TableCell | None) -> float | None:
    return cell.measured.value if cell and cell.measured else None


def _normalised(row: TableRow, cell: TableCell | None) -> float | None:
    return normalised(_value(cell), row.chance) if row.fraction and row.higher_is_better else None


def _settled(rows: Sequence[TableRow], position: int) -> tuple[int, int]:
    """How many pairs were settled for a model and against it."""
    won = lost = 0
    for row in rows:
        for (first, _second), pair in row.pairs.items():
            if first == position and pair.settled:
                better = (pair.difference.value > 0) == row.higher_is_better
                won, lost = won + better, lost + (not better)
    return won, lost


def _spans(rows: Sequence[TableRow], cells: Sequence[Cells], models: Sequence[Contender]) -> list[RankSpan] | None:
    """Ranks by the average over these rows; None where one of them has no samples of all models."""
    asked = []
    for row, found in zip(rows, cells, strict=True):
        measured = [cell.measured for one in models if (cell := found[one.position]).measured]
        if not all(one.samples for one in measured):
            return None
        samples, values = tuple(one.samples for one in measured), tuple(one.value for one in measured)
        asked.append((samples, values, row.key.metric, row.key.filter, 1 / (1 - (row.chance or 0))))
    try:
        return _drawn(tuple(asked)) if asked else None
    except LookupError:
        return None


Asked = tuple[tuple[tuple[SampleRef, ...], ...], tuple[float, ...], str, str, float]


@lru_cache(maxsize=64)
def _drawn(asked: tuple[Asked, ...]) -> list[RankSpan] | None:
    """The bootstrap, kept by the checksums of the files. Whole passages are drawn where a task has them.

    Raises LookupError where documents are not there, which is not kept: a file may come back.
    """
    joined = [shared(samples, values, metric, filter_name) for samples, values, metric, filter_name, _weight in asked]
    found = [one for one in joined if one is not None and not any(one.beyond)]
    if len(found) < len(asked):
        raise LookupError
    return rank_intervals(
        [one.matrix for one in found],
        weights=[weight for *_rest, weight in asked],
        clusters=[one.clusters for one in found],
    )
