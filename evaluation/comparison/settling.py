"""What the matrix asks is tested together: p-values of all pairs on the page are corrected at once, then judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from evaluation.comparison.scores import Measured
from evaluation.comparison.table import TableCell, TableRow
from evaluation.comparison.verdicts import Pair, judge
from evaluation.core.statistics import Difference, holm, letters, rank_range

Tests = Callable[[Sequence[Measured]], Sequence[Sequence[Difference | None]]]
Found = dict[tuple[int, int], Difference]


def settled(rows: Sequence[TableRow], tests: Tests) -> list[TableRow]:
    """The rows with their pairs, verdicts against the anchor, letters and ranks.

    Only scores of one comparable key are tested, limited ones never.
    """
    found = [_tested(row, tests) for row in rows]
    asked = [(place, pair) for place, pairs in enumerate(found) for pair in pairs if pair[0] < pair[1]]
    adjusted = holm([found[place][pair].p for place, pair in asked])
    corrected: list[dict[tuple[int, int], float]] = [{} for _ in rows]
    for (place, pair), p in zip(asked, adjusted, strict=True):
        corrected[place][pair] = 1.0 if p is None else p
    return [
        _judged(row, _pairs(differences, ps, len(asked)))
        for row, differences, ps in zip(rows, found, corrected, strict=True)
    ]


def comparable(row: TableRow) -> dict[str, list[TableCell]]:
    """The cells that may be held against one another, by their key."""
    alike: dict[str, list[TableCell]] = defaultdict(list)
    for cell in row.cells:
        if cell.measured and cell.measured.comparable_key and not cell.measured.limit:
            alike[cell.measured.comparable_key].append(cell)
    return {key: cells for key, cells in alike.items() if len(cells) > 1}


def _tested(row: TableRow, tests: Tests) -> Found:
    found: Found = {}
    for cells in comparable(row).values():
        made = tests([cell.measured for cell in cells if cell.measured])
        for i, first in enumerate(cells):
            for j, second in enumerate(cells):
                difference = made[i][j]
                if i != j and difference is not None:
                    found[first.model.position, second.model.position] = difference
    return found


def _pairs(found: Found, adjusted: Mapping[tuple[int, int], float], questions: int) -> dict[tuple[int, int], Pair]:
    return {pair: Pair(one, adjusted[min(pair), max(pair)], questions) for pair, one in found.items()}


def _judged(row: TableRow, pairs: Mapping[tuple[int, int], Pair]) -> TableRow:
    """Verdicts of a row, and the letters and ranks of those that are comparable with its anchor."""
    anchor = row.cells[row.anchor].shown if row.anchor is not None else None
    marked, ranks = _standing(row, pairs)
    cells = []
    for cell in row.cells:
        position = cell.model.position
        if anchor and cell.shown and position != row.anchor:
            pair = pairs.get((position, row.anchor)) if row.anchor is not None else None
            cell = replace(cell, verdict=judge(anchor, cell.shown, pair, row.higher_is_better))
        cells.append(replace(cell, letters=marked.get(position, ""), ranks=ranks.get(position)))
    return replace(row, cells=tuple(cells), pairs=pairs)


def _standing(
    row: TableRow, pairs: Mapping[tuple[int, int], Pair]
) -> tuple[dict[int, str], dict[int, tuple[int, int]]]:
    """Letters and ranks by position, of the largest set of models of which each two were tested."""
    groups = [[cell.model.position for cell in cells] for cells in comparable(row).values()]
    whole = [group for group in groups if all((i, j) in pairs for i in group for j in group if i != j)]
    anchored = [group for group in whole if row.anchor in group] or whole
    if not anchored:
        return {}, {}
    group = max(anchored, key=len)
    better = 1 if row.higher_is_better else -1
    values = [better * shown.value if (shown := row.cells[one].shown) else 0.0 for one in group]
    order = sorted(range(len(group)), key=lambda place: -values[place])
    same = [[i == j or not pairs[i, j].settled for j in group] for i in group]
    signs = [[_sign(pairs[i, j], better) if i != j else None for j in group] for i in group]
    marked, ranks = letters(order, same), rank_range(signs)
    return dict(zip(group, marked, strict=True)), dict(zip(group, ranks, strict=True))


def _sign(pair: Pair, better: int) -> int:
    """Above 0 where the first was shown to be better."""
    return 0 if not pair.settled else better if pair.difference.value > 0 else -better
