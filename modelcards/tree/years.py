"""Time in the picture: a line for each year, and the share of each family among the models of the year."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from modelcards.tree.colours import fill_of
from modelcards.tree.nodes import BEFORE, BRANCHES
from modelcards.tree.plan import AXIS, NAMES, TOP, Plan
from modelcards.tree.stems import Box
from modelcards.tree.strokes import Trace, filled, lines, round_boxes, texts

MAJOR = 2018
"""From this year on each has a full line; before it only odd years, fainter."""
STRIP = (AXIS - 26, AXIS - 17)
"""Left and right of the strip of shares."""


def calendar(plan: Plan, *, numbered: bool = True) -> list[Trace]:
    """A line at the beginning of each year, and the numbers of the years, all of them or the minor ones alone."""
    traces = []
    for major in (True, False):
        heights = _heights(plan, major)
        rules = [[(AXIS - 8, y), (plan.width - 8, y)] for _year, y in heights]
        traces.append(lines(rules, "var(--line)", 1.2 if major else 1, line={"dash": "dash" if major else "dot"}))
        labels = [(AXIS - 34, y, str(year)) for year, y in heights]
        if major and numbered:
            traces.append(texts(labels, "var(--ink)", 15.0, textposition="middle left"))
        elif not major:
            traces.append(texts(labels, "var(--ink-3)", 11.0, weight=400, textposition="middle left"))
    return traces


def year_axis(plan: Plan) -> dict[str, Any]:
    """The numbers of the years as those of the axis: they stay at the edge of what is seen at any zoom."""
    heights = _heights(plan, True)
    return {
        "visible": True,
        "showgrid": False,
        "zeroline": False,
        "tickmode": "array",
        "tickvals": [round(y, 1) for _year, y in heights],
        "ticktext": [str(year) for year, _y in heights],
        "ticklabelposition": "inside",
        "ticks": "",
        "tickfont": {"size": 12, "weight": 600, "color": "var(--ink)"},
    }


def _heights(plan: Plan, major: bool) -> list[tuple[int, float]]:
    years = [year for year in plan.scale.years() if (year >= MAJOR) == major and (major or year % 2)]
    return [(year, plan.scale.y(date(year, 1, 1))) for year in years]


def shares(plan: Plan) -> list[Trace]:
    """Beside the axis, for each year, a strip divided as its models are among the families."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for leaf, _x, _y in plan.chips:
        counts[leaf.day.year][leaf.branch] += 1
    parts = [part for year in sorted(counts) if year >= MAJOR for part in _divided(plan, year, counts[year])]
    drawn = [filled(round_boxes([box for one, box, _text in parts if one == branch], 1.5, 3), fill_of(branch))
             for branch in (BEFORE, *BRANCHES) if any(one == branch for one, _box, _text in parts)]  # fmt: skip
    return [*drawn, _told(parts)] if parts else []


def _divided(plan: Plan, year: int, counts: Counter[str]) -> list[tuple[str, Box, str]]:
    """The parts of a year's strip from below: branch, rectangle, and what it says."""
    at = plan.scale.y(date(year, 1, 1)) - 2
    top = plan.scale.y(date(year + 1, 1, 1)) + 2 if year < plan.scale.years()[-1] else TOP - 20
    unit, parts = (at - top) / counts.total(), []
    for branch in (BEFORE, *BRANCHES):
        if not counts[branch]:
            continue
        tall = counts[branch] * unit
        words = {"year": year, "n": counts[branch], "all": counts.total(), "family": NAMES[branch]}
        text = _("%(year)d: %(n)d of %(all)d %(family)s") % words
        parts.append((branch, (*STRIP, at - max(tall - 1.5, 1.0), at), text))
        at -= tall
    return parts


def _told(parts: list[tuple[str, Box, str]]) -> Trace:
    """What the pointer meets on the strip: a point in the middle of each part."""
    return {
        "type": "scatter",
        "mode": "none",
        "x": [(x0 + x1) / 2 for _branch, (x0, x1, _y0, _y1), _text in parts],
        "y": [round((y0 + y1) / 2, 1) for _branch, (_x0, _x1, y0, y1), _text in parts],
        "hovertext": [text for _branch, _box, text in parts],
        "hoverinfo": "text",
        "hoveron": "points",
        "meta": {"role": "shares"},
    }
