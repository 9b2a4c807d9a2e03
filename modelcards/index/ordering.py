"""The first cards of a set in an order: blanks last both ways, then by name, then by id, as ``ModelFilters.ordered``.

A card's key is one whole number: twice the rank of its value, then twice the rank of its name. Values of recent cards
that no card of the base has lie at the odd numbers between; only those of one gap must be compared as they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from modelcards.index.base import Base
from modelcards.index.bitmaps import Ids, ids_of, to_mask
from modelcards.index.state import Seen, State

Keys = NDArray[np.int64]
BLANK = np.int64(2**31 - 1)
BLANKS = (None, b"")
# A walk down the order tests so many cards at most; a set that is too rare for that is sorted by itself.
WALKED = 100_000
FEW = 20_000
# The least steps of a walk: its first, and those after a first that did not find enough.
FIRST, STRIDE = 64, 16_384


def first_in_order(state: State, part: Seen, sort: str, number: int) -> NDArray[np.int64]:
    """The ids of the first ``number`` cards of ``part``."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    of_base = _of_base(state.base, part.cards, key, down, number).astype(np.int64)
    lines = np.flatnonzero(part.lines)
    if not lines.size:
        return of_base
    recent_keys = _line_keys(state, lines, key, down)
    if lines.size > number:
        lines = lines[recent_keys <= np.partition(recent_keys, number - 1)[number - 1]]
    lines = np.array(_sorted_lines(state, lines, key, down)[:number], dtype=np.int64)
    recent_keys, recent = _line_keys(state, lines, key, down), state.recent.pks.first(state.lines)[lines]
    places = _places(_base_keys(state.base, of_base, key, down), of_base, recent_keys, recent)
    return np.insert(of_base, places, recent)[:number]


def _of_base(base: Base, cards: BitMap, key: str, down: bool, number: int) -> Ids:
    size = len(cards)
    number = min(number, size)
    if not number:
        return np.zeros(0, dtype=np.uint32)
    if size <= FEW:
        return _sorted(base, ids_of(cards), key, down, number)
    order = base.orders[key].down if down else base.orders[key].up
    if number * base.count <= WALKED * size:
        return _walked(order, cards, number, base.count / size, len(base.orders[key].ranks))
    return order[to_mask(cards, len(base.orders[key].ranks))[order]][:number]


def _sorted(base: Base, ids: Ids, key: str, down: bool, number: int) -> Ids:
    keys = _base_keys(base, ids, key, down)
    if number < ids.size // 4:
        near = keys <= np.partition(keys, number - 1)[number - 1]
        ids, keys = ids[near], keys[near]
    return ids[np.argsort(keys, kind="stable")[:number]]


def _walked(order: Ids, cards: BitMap, number: int, share: float, size: int) -> Ids:
    """The first members met in the order. Where they lie further down than chance has it (a filter on what the list
    is sorted by), all members are marked, which makes each further step cheap."""
    start, step = 0, int(number * share * 1.2) + FIRST
    found = [pk for pk in order[:step].tolist() if pk in cards]
    if len(found) >= number:
        return np.array(found[:number], dtype=np.uint32)
    marked = to_mask(cards, size)
    parts, missing = [np.array(found, dtype=np.uint32)], number - len(found)
    while missing > 0:
        start, step = start + step, max(4 * step, STRIDE)
        those = order[start : start + step]
        parts.append(those[marked[those]])
        missing -= parts[-1].size
    return np.concatenate(parts)[:number]


def _turned(doubled: Any, down: bool) -> Keys:
    """The value's part of the key, so that a smaller one comes first."""
    ranks = np.asarray(doubled, dtype=np.int64)
    return np.where(ranks == 0, BLANK, BLANK - 1 - ranks if down else ranks)


def _base_keys(base: Base, ids: Any, key: str, down: bool) -> Keys:
    values, names = base.orders[key].ranks[ids], base.orders["name"].ranks[ids]
    return (_turned(2 * values.astype(np.int64), down) << 32) | _turned(2 * names.astype(np.int64), False)


def _line_keys(state: State, lines: Any, key: str, down: bool) -> Keys:
    values, names = (state.recent.places[name].first(state.lines)[lines] for name in (key, "name"))
    return (_turned(values, down) << 32) | _turned(names, False)


def _sorted_lines(state: State, lines: Any, key: str, down: bool) -> list[int]:
    """Recent lines in order, by the values themselves."""
    values, names, pks = state.recent.order[key], state.recent.order["name"], state.recent.pks.first(state.lines)
    found = sorted(lines.tolist(), key=lambda line: (names[line], pks[line]))
    stated = [line for line in found if values[line] not in BLANKS]
    return sorted(stated, key=lambda line: values[line], reverse=down) + [
        line for line in found if values[line] in BLANKS
    ]


def _places(keys: Keys, ids: Any, recent_keys: Keys, recent: Any) -> list[int]:
    """Before which card of the base each recent one comes; of equal keys the smaller id comes first."""
    left, right = np.searchsorted(keys, recent_keys), np.searchsorted(keys, recent_keys, side="right")
    return [
        int(start + np.searchsorted(ids[start:end], pk))
        for start, end, pk in zip(left.tolist(), right.tolist(), recent.tolist(), strict=True)
    ]
