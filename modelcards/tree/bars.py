"""Open against closed weights per organisation, as bars in the free corner of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modelcards.tree.marks import plain
from modelcards.tree.nodes import text_width
from modelcards.tree.plan import WIDTH, Plan
from modelcards.tree.stems import Box
from modelcards.tree.strokes import NOTHING, Trace, filled, round_boxes, texts
from modelcards.tree.tally import Tally, tallies

ROW, HEAD, NAME, BAR, COUNT = 21.0, 30.0, 112.0, 13.0, 64.0
"""Height of a row and of the heading; where the bars begin; their height; room for the numbers behind them."""
UNIT, WIDEST = 9.5, 150.0
"""The most units of width that one model takes in a bar, and that the longest bar takes."""
FEWEST = 3
"""Fewer rows say nothing that the chips do not say."""
SMALLEST = 0.65
"""Below this share of their usual size, as the picture fills a page, bars would be too small to read."""
INK = "var(--ink-2)"
KINDS = {
    "open": (INK, NOTHING, 0.0, "solid"),
    "closed": (NOTHING, INK, 1.3, "solid"),
    "unknown": (NOTHING, INK, 1.3, "1.5px,2px"),
}
"""Fill, edge, its width and its dash."""


def bars(plan: Plan) -> list[Trace]:
    """The bars, as many rows as the corner holds; none where the picture has no corner or is too large for them."""
    if plan.corner is None:
        return []
    x0, x1, y0, y1 = plan.corner
    wanted = max(1.0, plan.width / WIDTH)
    size = min(wanted, (x1 - x0) / (NAME + COUNT + 90), (y1 - y0) / (HEAD + 6 * ROW))
    first, rest = tallies(leaf for leaf, _x, _y in plan.chips)
    rows = _fitting([*first, *rest], len(first), int(((y1 - y0) / size - HEAD) / ROW))
    if len(rows) < FEWEST or size < SMALLEST * wanted:
        return []
    wide = min(WIDEST, (x1 - x0) / size - NAME - COUNT)
    left, top = x1 - size * (NAME + COUNT + wide), y1 - size * (HEAD + ROW * len(rows))
    return _Bars(left, top, size, min(UNIT, wide / max(row.total for row in rows)), rows).traces()


def _fitting(order: Sequence[Tally], most: int, room: int) -> list[Tally]:
    """At most ``room`` rows, and ``most`` with a name; the rest in one."""
    if len(order) <= min(most, room):
        return list(order)
    named = min(most, room - 1)
    return [*order[:named], _others(order[named:])] if named > 1 else []


def _others(hidden: Sequence[Tally]) -> Tally:
    name = ngettext("%(n)d other", "%(n)d others", len(hidden)) % {"n": len(hidden)}
    opened, closed, unknown = (sum(getattr(one, kind) for one in hidden) for kind in KINDS)
    return Tally(name, "", opened, closed, unknown, unit=0.0)


@dataclass(frozen=True)
class _Bars:
    """Bars from ``(x, y)`` down, all lengths times ``size``; a model takes ``unit`` of width."""

    x: float
    y: float
    size: float
    unit: float
    rows: Sequence[Tally]

    def traces(self) -> list[Trace]:
        return [*self._heading(), *self._bodies(), *self._words()]

    def _boxes(self, boxes: Sequence[Box], radius: float, *look: Any, **more: Any) -> list[Trace]:
        """Rectangles in the coordinates of the bars; none where there are none."""
        placed = [
            (self.x + x0 * self.size, self.x + x1 * self.size, self.y + y0 * self.size, self.y + y1 * self.size)
            for x0, x1, y0, y1 in boxes
        ]
        if not boxes:
            return []
        trace = filled(round_boxes(placed, radius * self.size, 3), *look, **more)
        words = {"size": 10.0 * self.size}  # the shapes go where these would be too small to read
        return [{**trace, "meta": {"role": "bars", **words}, "textfont": words}]

    def _texts(
        self, points: Sequence[tuple[float, float, str]], colour: str, size: float, weight: int = 400, left: bool = True
    ) -> Trace:
        placed = [(self.x + x * self.size, self.y + y * self.size, text) for x, y, text in points]
        side = "middle right" if left else "middle center"
        return texts(placed, colour, size * self.size, weight=weight, textposition=side)

    def _heading(self) -> list[Trace]:
        title, is_open, closed = _("Open against closed"), _("open"), _("closed")
        at = text_width(title, 12.5) + 14
        after = at + 22 + text_width(is_open, 10)
        return [
            self._texts([(0, 6, title)], "var(--ink)", 12.5, 600),
            self._texts([(at + 15, 6, is_open), (after + 15, 6, closed)], INK, 10.0),
            *self._boxes([(at, at + 11, 0.5, 11.5)], 2, INK, NOTHING),
            *self._boxes([(after + 0.7, after + 10.3, 1.2, 10.8)], 2, NOTHING, INK, 1.4),
        ]

    def _bodies(self) -> list[Trace]:
        """Open filled, closed hollow, not known hollow with a dotted edge; and the grounds of the letters."""
        parts: dict[str, list[Box]] = {kind: [] for kind in KINDS}
        for top, row in self._tops():
            at = NAME
            for kind, boxes in parts.items():
                wide, inset = getattr(row, kind) * self.unit, 0.0 if kind == "open" else 0.7
                if wide:
                    boxes.append(
                        (at + inset, at + max(wide - inset - 1, 2 * inset + 1), top + inset, top + BAR - inset)
                    )
                at += wide
        badges = [(0.0, 19.0, top, top + BAR) for top, row in self._tops() if row.badge]
        drawn = [
            trace
            for kind, (fill, edge, width, dash) in KINDS.items()
            for trace in self._boxes(parts[kind], 2, fill, edge, width, line={"dash": dash})
        ]
        return [*drawn, *self._boxes(badges, 3.5, "var(--ink)", NOTHING, opacity=0.1)]

    def _words(self) -> list[Trace]:
        middles = [(top + BAR / 2, row) for top, row in self._tops()]
        names = [(25, at, plain(_short(row.organisation or _("not stated")))) for at, row in middles]
        counts = [(NAME + row.total * self.unit + 4, at, _count(row)) for at, row in middles]
        codes = [(9.5, at, plain(row.badge)) for at, row in middles if row.badge]
        return [
            self._texts(codes, "var(--ink)", 8.6, 600, left=False),
            self._texts(names, "var(--ink)", 10.5),
            self._texts(counts, INK, 10.0),
        ]

    def _tops(self) -> list[tuple[float, Tally]]:
        return [(HEAD + number * ROW, row) for number, row in enumerate(self.rows)]


def _count(row: Tally) -> str:
    return " · ".join(str(one) for one in (row.open, row.closed, *([row.unknown] if row.unknown else [])))


def _short(name: str) -> str:
    """A name cut to the width before the bars."""
    while text_width(name, 10.5) > NAME - 28 and len(name) > 2:
        name = name[:-2].rstrip() + "…"
    return name
