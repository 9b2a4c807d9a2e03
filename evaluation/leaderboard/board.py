"""The board: the rows of all models in order, pure of pages; what a page shows is cut from it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.core.statistics import mean_win_rate
from evaluation.leaderboard.choice import BoardChoice
from evaluation.leaderboard.columns import ScoreColumn, ranks
from evaluation.leaderboard.kept import contents
from evaluation.leaderboard.lines import Entry, Line
from evaluation.leaderboard.order import FACT_OF, best_is_high, give_places, in_order, order_of, value_of
from evaluation.standings.subjects import SubjectNames
from modelcards.querysets import Reader


@dataclass
class Board:
    """``lines`` are in order; ``apart`` those that lack a score and are listed by themselves.

    "Lacks a score": that by which places are given, so of an average any of those that count.
    ``by`` is what the order goes by: the place of a column, ``average``, ``win_rate``, or a fact; ``rank_by`` what the
    places go by, which is never a fact. ``ranked``: whether places are given. ``unlike``: values measured otherwise
    than their column; ``hidden``: models left out since they lack a score.
    """

    columns: list[ScoreColumn]
    lines: list[Line]
    apart: list[Line]
    by: int | str
    down: bool
    rank_by: int | str
    ranked: bool
    normalised: bool = False
    kept_out: Counter[str] = field(default_factory=Counter)
    unlike: int = 0
    hidden: int = 0

    @property
    def counted(self) -> list[int]:
        """The places of the columns that are averaged."""
        return [at for at, column in enumerate(self.columns) if column.counted]


def board(user: Reader, choice: BoardChoice, subjects: SubjectNames) -> Board:
    """The board of a choice whose blanks are filled in."""
    found = contents(user, choice, subjects)
    made = arranged([Line(*having) for having in found.having], found.columns, choice)
    made.kept_out = found.kept_out
    return made


def arranged(lines: list[Line], columns: list[ScoreColumn], choice: BoardChoice) -> Board:
    """Averages, win rates, the order and the places."""
    counted = [at for at, column in enumerate(columns) if column.counted]
    _average(lines, columns, counted)
    if "win_rate" in choice.columns or choice.sort.removeprefix("-") == "win_rate":
        _win_rates(lines, columns, counted)
    by, down = order_of(choice, columns, counted)
    rank_by = by if by not in FACT_OF else "average" if len(counted) > 1 or not columns else 0
    whole = [line for line in lines if value_of(line, rank_by) is not None]
    apart = [line for line in lines if value_of(line, rank_by) is None] if choice.missing == "apart" else []
    shown = lines if choice.missing == "marked" else whole
    ranked = ranks(_columns_of(rank_by, columns, counted), choice.origin)
    if ranked:
        give_places(shown, rank_by, best_is_high(rank_by, columns))
    return Board(
        columns,
        in_order(shown, by, down),
        sorted(in_order(apart, by, down), key=lambda line: line.lacks),
        by,
        down,
        rank_by,
        ranked,
        choice.normalised,
        unlike=sum(not entry.alike for line in lines for entry in line.entries.values()),
        hidden=len(lines) - len(shown) - len(apart),
    )


def _columns_of(by: int | str, columns: Sequence[ScoreColumn], counted: Sequence[int]) -> list[ScoreColumn]:
    """The columns that decide about the order."""
    if isinstance(by, int):
        return [columns[by]]
    return [columns[at] for at in counted] if by in ("average", "win_rate") else []


def _average(lines: Sequence[Line], columns: Sequence[ScoreColumn], counted: Sequence[int]) -> None:
    """The weighted mean over all columns that count; a model that lacks one of them has none."""
    total = math.fsum(columns[at].weight for at in counted)
    for line in lines:
        having = [
            (columns[at].weight, line.entries[at].shown)
            for at in counted
            if at in line.entries and line.entries[at].alike
        ]
        line.lacks = len(counted) - len(having)
        if counted and not line.lacks:
            line.average = math.fsum(weight * value for weight, value in having) / total


def _win_rates(lines: Sequence[Line], columns: Sequence[ScoreColumn], counted: Sequence[int]) -> None:
    rows = [[_alike(line.entries.get(at)) for line in lines] for at in counted]
    if not rows:
        return
    for line, rate in zip(
        lines, mean_win_rate(rows, [columns[at].higher_is_better is not False for at in counted]), strict=True
    ):
        line.win_rate = rate


def _alike(entry: Entry | None) -> float | None:
    return entry.row.value if entry and entry.alike else None
