"""The tree as a list on rails: newest first, one row per model, a line per family. For phones and screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from modelcards.tree.layout import Plan
from modelcards.tree.nodes import BEFORE, BRANCHES, Leaf
from modelcards.tree.organisations import house
from modelcards.tree.strokes import SHORT

ORDER = (BEFORE, *BRANCHES)
GAUGE = 13
"""Units between two rails."""
ROW, YEAR = 44, 30


@dataclass(frozen=True)
class Rail:
    """One family's line in one row."""

    x: int
    y0: float
    y1: float
    token: str


@dataclass(frozen=True)
class RailRow:
    """A year's heading (``leaf`` None) or a model."""

    year: int
    height: int
    rails: tuple[Rail, ...]
    leaf: Leaf | None = None
    x: int = 0
    token: str = ""
    who: str = ""
    origin: str = ""


def rail_rows(plan: Plan, keep: frozenset[str] | None = None) -> list[RailRow]:
    """Rows, newest first. ``keep``: only the models of these slugs, where given."""
    leaves = [leaf for leaf, _, _ in plan.chips if keep is None or keep.intersection(leaf.members)]
    labels = {leaf.slug: leaf.label for leaf, _, _ in plan.chips}
    newest_first = sorted(leaves, key=lambda leaf: (leaf.day, leaf.slug), reverse=True)
    spans = _spans(newest_first)
    alive = {stem.branch for stem in plan.stems if stem.alive}
    rows: list[RailRow] = []
    for leaf in newest_first:
        if not rows or rows[-1].year != leaf.day.year:
            rows.append(RailRow(leaf.day.year, YEAR, _rails(spans, alive, leaf, YEAR, heading=True)))
        rows.append(_row(leaf, _rails(spans, alive, leaf, ROW), labels))
    return rows


def _row(leaf: Leaf, rails: tuple[Rail, ...], labels: dict[str, str]) -> RailRow:
    origin = labels.get(leaf.parent or "", "") if leaf.hangs else ""
    return RailRow(
        leaf.day.year,
        ROW,
        rails,
        leaf,
        x=_x(leaf.branch),
        token=SHORT[leaf.branch],
        who=house(leaf.organisation),
        origin=f"{leaf.relation or 'successor'} of {origin}" if origin else "",
    )


def _x(branch: str) -> int:
    return 9 + ORDER.index(branch) * GAUGE


def _spans(leaves: Sequence[Leaf]) -> dict[str, tuple[Leaf, Leaf]]:
    """First and last model of each family."""
    spans: dict[str, tuple[Leaf, Leaf]] = {}
    for leaf in leaves:
        _, last = spans.get(leaf.branch, (leaf, leaf))
        spans[leaf.branch] = (leaf, last)
    return spans


def _rails(
    spans: dict[str, tuple[Leaf, Leaf]], alive: set[str], here: Leaf, height: int, heading: bool = False
) -> tuple[Rail, ...]:
    found = []
    for branch, (first, last) in spans.items():
        ends_here, begins_here = not heading and here is last, not heading and here is first
        if _key(here) < _key(first) or (branch not in alive and _after(here, last, heading)):
            continue
        y0 = height / 2 + 9 if ends_here and branch not in alive else 0
        y1 = height / 2 + 9 if begins_here else height
        found.append(Rail(_x(branch), y0, y1, SHORT[branch]))
    return tuple(found)


def _after(here: Leaf, last: Leaf, heading: bool) -> bool:
    return _key(here) > _key(last) or (heading and here is last)


def _key(leaf: Leaf) -> tuple[date, str]:
    return leaf.day, leaf.slug
