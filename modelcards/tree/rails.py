"""The tree as a list on rails: newest first, one row per chip, a line per family. For phones and screen readers.

The rows need no layout, so that the list can show what is too much for a picture; long lists come in pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from modelcards.tree.colours import SHORT
from modelcards.tree.dress import Dress
from modelcards.tree.facts import openness, origins
from modelcards.tree.kin import Kin
from modelcards.tree.nodes import BEFORE, BRANCHES, Leaf
from modelcards.tree.organisations import house
from modelcards.values import format_size

ORDER = (BEFORE, *BRANCHES)
GAUGE = 13
"""Units between two rails."""
ROW, YEAR = 44, 30
PAGE = 200
"""Rows of one page, at most."""


@dataclass(frozen=True)
class Rail:
    """One family's line in one row."""

    x: int
    y0: float
    y1: float
    token: str


@dataclass(frozen=True)
class RailRow:
    """A year's heading (``leaf`` None) or a chip, with what the picture tells of it in words.

    ``who``: makers and size; ``origin``: what it was made from; ``score``: what its colour says, where that is a score;
    ``kin``: how it is related to the highlighted model.
    """

    year: int
    height: int
    rails: tuple[Rail, ...]
    leaf: Leaf | None = None
    x: int = 0
    token: str = ""
    day: str = ""
    who: str = ""
    origin: str = ""
    weights: str = ""
    score: str = ""
    kin: str = ""


@dataclass(frozen=True)
class RailPage:
    """A page of the list: its rows, its number from 1 on, how many pages there are, and how many chips in all."""

    rows: tuple[RailRow, ...]
    number: int
    pages: int
    count: int


def rail_page(
    leaves: Sequence[Leaf],
    page: int = 1,
    *,
    keep: frozenset[str] | None = None,
    dress: Dress | None = None,
    kin: Mapping[str, str] = {},
) -> RailPage:
    """The rows of a page, newest first; a page beyond the end is the last one.

    ``keep``: only chips that stand for one of these slugs; ``dress``: how the chips are coloured; ``kin``: as
    :func:`kin_words` gives it.
    """
    shown = [leaf for leaf in leaves if keep is None or keep.intersection(leaf.members)]
    newest_first = sorted(shown, key=_key, reverse=True)
    pages = max(1, -(-len(newest_first) // PAGE))
    number = min(max(page, 1), pages)
    labels = {leaf.slug: leaf.label for leaf in leaves}
    told = _Words(labels, dress if dress and dress.kind == "score" else None, kin)
    spans = _spans(newest_first)
    rows: list[RailRow] = []
    for leaf in newest_first[(number - 1) * PAGE : number * PAGE]:
        if not rows or rows[-1].year != leaf.day.year:
            rows.append(RailRow(leaf.day.year, YEAR, _rails(spans, leaf, YEAR, heading=True)))
        rows.append(told.row(leaf, _rails(spans, leaf, ROW)))
    return RailPage(tuple(rows), number, pages, len(newest_first))


def kin_words(kin: Kin, focus: str) -> dict[str, str]:
    """How each chip of a line of descent is related to its model, in a word, by slug."""
    words = dict.fromkeys(kin.ancestors, _("ancestor")) | dict.fromkeys(kin.descendants, _("descendant"))
    return {**words, focus: _("highlighted")}


@dataclass(frozen=True)
class _Words:
    labels: Mapping[str, str]
    score: Dress | None
    kin: Mapping[str, str]

    def row(self, leaf: Leaf, rails: tuple[Rail, ...]) -> RailRow:
        model = leaf.model
        return RailRow(
            leaf.day.year,
            ROW,
            rails,
            leaf,
            x=_x(leaf.branch),
            token=SHORT[leaf.branch],
            day=model.released if model and model.released else leaf.day.isoformat(),
            who=" · ".join(one for one in (house(leaf.organisation), _size(leaf)) if one),
            origin="; ".join(origins(leaf, self.labels)),
            weights=openness(leaf),
            score=self.score.told(leaf).removeprefix(f"{self.score.title}: ") if self.score else "",
            kin=self.kin.get(leaf.slug, ""),
        )


def _size(leaf: Leaf) -> str:
    return format_size(leaf.model.parameters) if leaf.model and leaf.model.parameters else ""


def _x(branch: str) -> int:
    return 9 + ORDER.index(branch) * GAUGE


@dataclass(frozen=True)
class _Span:
    """First and last chip of a family, and whether its line goes on to the top."""

    first: Leaf
    last: Leaf
    alive: bool


def _spans(newest_first: Sequence[Leaf]) -> dict[str, _Span]:
    """A family with a chip within the newest one's last year is alive."""
    ends: dict[str, tuple[Leaf, Leaf]] = {}
    for leaf in newest_first:
        _first, last = ends.get(leaf.branch, (leaf, leaf))
        ends[leaf.branch] = (leaf, last)
    return {
        branch: _Span(first, last, branch != BEFORE and (newest_first[0].day - last.day).days < 366)
        for branch, (first, last) in ends.items()
    }


def _rails(spans: Mapping[str, _Span], here: Leaf, height: int, heading: bool = False) -> tuple[Rail, ...]:
    """The lines that pass a row, those that end in it included."""
    found = []
    for branch, span in spans.items():
        ends_here, begins_here = not heading and here is span.last, not heading and here is span.first
        if _key(here) < _key(span.first) or (not span.alive and _after(here, span.last, heading)):
            continue
        y0 = height / 2 + 9 if ends_here and not span.alive else 0
        y1 = height / 2 + 9 if begins_here else height
        found.append(Rail(_x(branch), y0, y1, SHORT[branch]))
    return tuple(found)


def _after(here: Leaf, last: Leaf, heading: bool) -> bool:
    return _key(here) > _key(last) or (heading and here is last)


def _key(leaf: Leaf) -> tuple[date, str]:
    return leaf.day, leaf.slug
