"""Drawn lines: the years, the share of each family per year, twigs, stems and the trunk."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from modelcards.tree.layout import AXIS, NAMES, TOP, Plan
from modelcards.tree.nodes import BEFORE, BRANCHES
from modelcards.tree.paths import rounded, trunk, twig_points
from modelcards.tree.stems import Point, Stem

Trace = dict[str, Any]
SHORT = {
    "encoder-only": "enc",
    "encoder-decoder": "encdec",
    "prefix-lm": "prefix",
    "decoder-only": "dec",
    BEFORE: "pre",
}


def fill_of(branch: str) -> str:
    """The token of a branch's fill."""
    return f"var(--fam-{SHORT[branch]})"


def ink_of(branch: str) -> str:
    """The token of a branch's colour for text on paper."""
    return f"var(--fam-{SHORT[branch]}-ink)"


def polylines(paths: Iterable[Sequence[Point]]) -> dict[str, list[float | None]]:
    """Several paths as one trace's coordinates, with gaps between them."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for path in paths:
        if xs:
            xs.append(None)
            ys.append(None)
        xs += [round(x, 1) for x, _ in path]
        ys += [round(y, 1) for _, y in path]
    return {"x": xs, "y": ys}


def lines(paths: Iterable[Sequence[Point]], colour: str, width: float, **more: Any) -> Trace:
    """Open lines."""
    line = {"color": colour, "width": width, **more.pop("line", {})}
    return {"type": "scatter", "mode": "lines", "line": line, "hoverinfo": "skip", **polylines(paths), **more}


def polygons(paths: Iterable[Sequence[Point]], colour: str, edge: str = "", width: float = 0, **more: Any) -> Trace:
    """Closed and filled shapes of one colour."""
    trace = lines(paths, edge or colour, width, **more)
    return {**trace, "fill": "toself", "fillcolor": colour}


def texts(points: Sequence[tuple[float, float, str]], colour: str | list[str], size: float, **more: Any) -> Trace:
    """Labels; their size is in units of the plan and grows with the zoom."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [round(x, 1) for x, _, _ in points],
        "y": [round(y, 1) for _, y, _ in points],
        "text": [text for _, _, text in points],
        "textfont": {"color": colour, "size": size, "weight": 600},
        "meta": {"size": size},
        "hoverinfo": "skip",
        **more,
    }


def calendar(plan: Plan) -> list[Trace]:
    """A line and a number at the beginning of each year; before 2018 fainter, and only odd years."""
    traces = []
    for major in (True, False):
        years = [y for y in plan.scale.years() if (y >= 2018) == major and (major or y % 2)]
        heights = [(year, plan.scale.y(date(year, 1, 1))) for year in years]
        rules = [[(AXIS - 8, y), (plan.width - 8, y)] for _, y in heights]
        traces.append(lines(rules, "var(--line)", 1.2 if major else 1, line={"dash": "dash" if major else "dot"}))
        labels = [(AXIS - 34, y, str(year)) for year, y in heights]
        size = 15.0 if major else 11.0
        ink = "var(--ink)" if major else "var(--ink-3)"
        traces.append(texts(labels, ink, size, textposition="middle left"))
    return traces


def shares(plan: Plan) -> list[Trace]:
    """Beside the axis: the share of each family among the models of a year."""
    years: dict[int, Counter[str]] = defaultdict(Counter)
    for leaf, _, _ in plan.chips:
        years[leaf.day.year][leaf.branch] += 1
    bars: dict[str, list[tuple[Sequence[Point], str]]] = defaultdict(list)
    for year, counts in years.items():
        if year < 2018:
            continue
        bottom = plan.scale.y(date(year, 1, 1)) - 2
        above = TOP - 20 if year + 1 not in plan.scale.years() else plan.scale.y(date(year + 1, 1, 1)) + 2
        at, total = bottom, sum(counts.values())
        for branch in (BEFORE, *BRANCHES):
            if not counts[branch]:
                continue
            tall = (bottom - above) * counts[branch] / total
            box = (AXIS - 26, AXIS - 17, at - max(tall - 1.5, 1), at)
            bars[branch].append((rounded(box, 1.5), f"{year}: {counts[branch]} of {total} {NAMES[branch]}"))
            at -= tall
    return [
        polygons([path], fill_of(branch), hoveron="fills", text=text, hoverinfo="text")
        for branch, found in bars.items()
        for path, text in found
    ]


def wood(plan: Plan) -> list[Trace]:
    """Twigs beneath stems, the names of the families, and the trunk."""
    traces = _twigs(plan)
    for stem in sorted(plan.stems, key=lambda one: -abs(one.x - plan.x_root)):
        shapes = [stem.ribbon(), *([_arrow(stem)] if stem.alive else [])]
        traces.append(polygons(shapes, fill_of(stem.branch), width=0.5))
        label = f"<b>{NAMES[stem.branch]}</b> {stem.models}"
        traces.append(texts([(stem.x, stem.y_top - 25, label)], ink_of(stem.branch), 14.0))
    if plan.chips:
        traces.append(polygons([trunk(plan.x_root, plan.y_fork, plan.height - 12)], fill_of(BEFORE), width=0.5))
    return traces


def _twigs(plan: Plan) -> list[Trace]:
    groups: dict[tuple[float, str], list[Sequence[Point]]] = defaultdict(list)
    for twig in plan.twigs:
        width = round(2 * (1.5 + 0.75 * math.sqrt(twig.weight - 0.8))) / 2
        groups[(width, twig.branch)].append(twig_points(twig))
    ordered = sorted(groups.items(), key=lambda item: (-item[0][0], item[0][1]))
    return [lines(paths, fill_of(branch), width, opacity=0.85) for (width, branch), paths in ordered]


def _arrow(stem: Stem) -> list[Point]:
    half, y = 7 + stem.width(stem.y_top) * 0.5, stem.y_top - 13
    return [(stem.x, y), (stem.x + half, y + 15), (stem.x - half, y + 15), (stem.x, y)]
