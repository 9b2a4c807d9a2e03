"""Ties as brackets beside the rows: a group of models that cannot be told apart is a line through their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

MOST_LANES = 8
Piece = Literal["", "first", "inside", "last", "passing"]


def lanes(order: Sequence[int], groups: Sequence[Sequence[int]]) -> dict[int, list[Piece]]:
    """For each of ``order`` what is drawn in each lane of its row: where a bracket begins, goes on or ends, or is
    ``passing`` a row that is no part of its group.

    Groups of one need no bracket. Brackets that do not meet share a lane; of more than ``MOST_LANES`` the rest are not
    drawn, and only their letters say them.
    """
    at = {card: place for place, card in enumerate(order)}
    spans = []
    for group in groups:
        rows = sorted(at[card] for card in group if card in at)
        if len(rows) > 1:
            spans.append(rows)
    placed = _placed(sorted(spans))
    width = min(MOST_LANES, max((lane for lane, _rows in placed), default=-1) + 1)
    found: dict[int, list[Piece]] = {card: [""] * width for card in order}
    for lane, rows in placed:
        if lane < MOST_LANES:
            for row in range(rows[0], rows[-1] + 1):
                found[order[row]][lane] = _piece(row, rows)
    return found


def _placed(spans: Sequence[list[int]]) -> list[tuple[int, list[int]]]:
    """Each bracket with the first lane that is free from its first row on."""
    ends: list[int] = []
    placed = []
    for rows in spans:
        lane = next((number for number, end in enumerate(ends) if end < rows[0]), len(ends))
        ends[lane : lane + 1] = [rows[-1]]
        placed.append((lane, rows))
    return placed


def _piece(row: int, rows: Sequence[int]) -> Piece:
    if row == rows[0]:
        return "first"
    if row == rows[-1]:
        return "last"
    return "inside" if row in rows else "passing"
