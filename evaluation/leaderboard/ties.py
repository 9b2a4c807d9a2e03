"""Which models of the board cannot be told apart: every pair is tested, and a tie is drawn where none was shown.

All p-values of the board are corrected together by Holm; a difference counts below 5 %. Which test gives them, says
``pairtests``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evaluation.core.statistics import groups_of, holm, letters, rank_range
from evaluation.leaderboard.board import Board
from evaluation.leaderboard.columns import ScoreColumn
from evaluation.leaderboard.kept import KEPT
from evaluation.leaderboard.lines import Line
from evaluation.leaderboard.order import best_is_high, value_of
from evaluation.leaderboard.pairtests import PValues, of_average, of_column
from evaluation.standings.rows import Row
from evaluation.standings.sampling import Files, sample_files

MOST_TESTED = 50
LEVEL = 0.05


@dataclass(frozen=True)
class Ties:
    """What the tests found of the tested models, by card.

    ``letters``: models that share one cannot be told apart; ``groups``: the same as lists of cards, best first;
    ``spans``: the best and the worst place that each can hold, where all that have a place were tested; ``pairs``: how
    many were tested; ``paired``: of these how many on the same documents. ``untested``: ranked models of which no
    uncertainty is known.
    """

    letters: dict[int, str]
    groups: list[list[int]]
    spans: dict[int, tuple[int, int]]
    pairs: int
    paired: int
    untested: int = 0

    def near(self, card: int) -> list[int]:
        """The cards that cannot be told apart from one."""
        return list(dict.fromkeys(other for group in self.groups if card in group for other in group if other != card))


def ties(board: Board, page: Sequence[Line]) -> Ties | None:
    """Tests all pairs of ranked models: of a board of up to ``MOST_TESTED``, else those of ``page``.

    None where there is nothing to test: fewer than two places, or an order that no test is known for.
    """
    every = [line for line in board.lines if line.place is not None]
    ranked = every if len(every) <= MOST_TESTED else [line for line in page if line.place is not None][:MOST_TESTED]
    at = [board.rank_by] if isinstance(board.rank_by, int) else board.counted if board.rank_by == "average" else []
    if not board.ranked or len(ranked) < 2 or not at:
        return None
    by_column = [[line.entries[column].row for line in ranked] for column in at]
    files = sample_files(row for rows in by_column for row in rows)
    columns = [board.columns[column] for column in at]
    values, paired = _kept_tests(by_column, columns, files, board)
    up = best_is_high(board.rank_by, board.columns)
    return settled(ranked, values, paired, lambda line: value_of(line, board.rank_by), up, len(every))


def _kept_tests(
    by_column: Sequence[Sequence[Row]], columns: Sequence[ScoreColumn], files: Files, board: Board
) -> tuple[PValues, int]:
    """The p-values, kept as long as the scores and the files of their samples are the same."""
    single = isinstance(board.rank_by, int)
    told = tuple((row.pk, row.value, row.stderr, row.n, files.get(row)) for rows in by_column for row in rows)
    weighed = tuple((one.word, one.weight, one.chance) for one in columns)

    def test() -> tuple[PValues, int]:
        if single:
            return of_column(by_column[0], columns[0], files)
        return of_average(by_column, columns, files, board.normalised)

    return KEPT.get(("tests", single, board.normalised, weighed, told), test, lambda found: 16 * len(found[0]) ** 2)


def settled(
    lines: Sequence[Line],
    values: PValues,
    paired: int,
    read: Callable[[Line], float | None],
    up: bool,
    ranked: int,
) -> Ties | None:
    """Letters and spans from the p-values of all pairs; ``ranked``: how many places the whole board gives."""
    n = len(lines)
    places = [(i, j) for i in range(n) for j in range(i + 1, n)]
    asked = [values[i][j] for i, j in places]
    tested = sum(p is not None for p in asked)
    if not tested:
        return None
    signs: list[list[int | None]] = [[None] * n for _ in range(n)]
    for (i, j), p in zip(places, holm(asked), strict=True):
        a, b = read(lines[i]), read(lines[j])
        if p is not None and p < LEVEL and a is not None and b is not None and a != b:
            signs[i][j] = 1 if (a > b) == up else -1
            signs[j][i] = -(signs[i][j] or 0)
    same = [[not signs[i][j] for j in range(n)] for i in range(n)]
    known = [i for i in range(n) if any(p is not None for p in (*values[i], *(row[i] for row in values)))]
    order = sorted(known, key=lambda i: (lines[i].place or n, i))
    pks = [line.card.pk for line in lines]
    return Ties(
        letters={pks[i]: word for i, word in enumerate(letters(order, same)) if word},
        groups=[[pks[i] for i in group] for group in groups_of(order, same)],
        spans={pks[i]: span for i, span in enumerate(rank_range(signs)) if i in known} if n == ranked else {},
        pairs=tested,
        paired=paired,
        untested=n - len(known),
    )
