"""Drawn models: chips with a badge and a label, filled for open weights and hollow for closed ones."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from modelcards.tree.layout import NAMES, Plan
from modelcards.tree.nodes import BADGE, CHIP_HEIGHT, Leaf
from modelcards.tree.organisations import badge
from modelcards.tree.paths import rounded
from modelcards.tree.stems import Point
from modelcards.tree.strokes import Trace, fill_of, ink_of, polygons, texts
from modelcards.values import format_size

SHADES = 5
Placed = tuple[Leaf, float, float]


def chips(plan: Plan, shades: Mapping[str, float] | None) -> list[Trace]:
    """Bodies, badges and labels."""
    groups: dict[tuple[str, bool | None], list[Placed]] = defaultdict(list)
    for placed in plan.chips:
        groups[(placed[0].branch, placed[0].open_weights)].append(placed)
    traces = [] if shades is None else _shaded(plan, shades)
    for (branch, is_open), members in groups.items():
        if shades is None:
            traces += _bodies(branch, is_open, members)
    return [*traces, *_labels(plan, shades)]


def _bodies(branch: str, is_open: bool | None, members: Sequence[Placed]) -> list[Trace]:
    fill = fill_of(branch) if is_open else "var(--surface)"
    line = {"line": {"dash": "dot"}} if is_open is None else {}
    mark = "var(--on-fam)" if is_open else fill_of(branch)
    return [
        polygons([_body(one) for one in members], fill, fill_of(branch), 1.4, **line),
        polygons([_badge(one) for one in members], mark, opacity=0.22 if is_open else 0.16),
    ]


def _shaded(plan: Plan, shades: Mapping[str, float]) -> list[Trace]:
    """Chips by a number in 0..1: five steps of one colour; those without a number are hollow and dotted."""
    steps: dict[int, list[Placed]] = defaultdict(list)
    for placed in plan.chips:
        value = shades.get(placed[0].slug)
        steps[-1 if value is None else min(SHADES - 1, max(0, int(value * SHADES)))].append(placed)
    traces = []
    for step, members in sorted(steps.items()):
        bodies = [_body(one) for one in members]
        traces.append(polygons(bodies, "var(--surface)", "var(--line-strong)", 1, line={"dash": "dot"}))
        if step >= 0:
            traces.append(polygons(bodies, "var(--better)", width=1, opacity=0.1 + 0.14 * step))
    return traces


def _labels(plan: Plan, shades: Mapping[str, float] | None) -> list[Trace]:
    inks = [_ink(leaf) if shades is None else "var(--ink)" for leaf, _, _ in plan.chips]
    names = [(x + BADGE / 2 - 1.5, y, plain(leaf.label)) for leaf, x, y in plan.chips]
    codes = [(x - leaf.width / 2 + 12.5, y, plain(badge(leaf.organisation))) for leaf, x, y in plan.chips]
    return [texts(names, inks, 11.8), texts(codes, inks, 8.8)]


def _ink(leaf: Leaf) -> str:
    return "var(--on-fam)" if leaf.open_weights else ink_of(leaf.branch)


def found(plan: Plan, matches: frozenset[str]) -> list[Trace]:
    """A ring around the chips of a search."""
    rings = [
        rounded((x - leaf.width / 2 - 4, x + leaf.width / 2 + 4, y - 14, y + 14), 9)
        for leaf, x, y in plan.chips
        if matches.intersection(leaf.members)
    ]
    return [polygons(rings, "rgba(0,0,0,0)", "var(--focus)", 2.5)] if rings else []


def targets(plan: Plan, address: Callable[[str], str], shades: Mapping[str, float] | None) -> Trace:
    """What the pointer meets: three invisible markers along each chip, with its facts and its address."""
    points = [(x + shift * leaf.width / 3, y, leaf) for leaf, x, y in plan.chips for shift in (-1, 0, 1)]
    facts = {leaf.slug: facts_of(leaf, plan, shades) for leaf, _, _ in plan.chips}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(x, 1) for x, _, _ in points],
        "y": [round(y, 1) for _, y, _ in points],
        "hovertext": [facts[leaf.slug] for _, _, leaf in points],
        "hoverinfo": "text",
        "customdata": [address(leaf.slug) for _, _, leaf in points],
        "marker": {"size": 22, "opacity": 0},
    }


def facts_of(leaf: Leaf, plan: Plan, shades: Mapping[str, float] | None = None) -> str:
    """The lines of the hover box."""
    model = leaf.model
    labels = {one.slug: one.label for one, _, _ in plan.chips}
    lines = [
        f"<b>{plain(model.name if model else leaf.label)}</b>",
        plain(", ".join(model.organisations) if model else leaf.organisation),
        f"{plain(model.released if model else str(leaf.day))} · {NAMES[leaf.branch]} · {openness(leaf)}",
    ]
    if model and model.parameters:
        lines.append(f"{format_size(model.parameters)} parameters")
    if leaf.parent in labels:
        lines.append(f"{plain(leaf.relation or 'from')} of {plain(labels[leaf.parent])}")
    if len(leaf.members) > 1:
        lines.append(f"{len(leaf.members)} sizes; this is the one drawn")
    if shades is not None:
        value = shades.get(leaf.slug)
        lines.append("no score" if value is None else f"score {value:.3f}")
    return "<br>".join(line for line in lines if line)


def openness(leaf: Leaf) -> str:
    """Open, closed or not known, in words."""
    return {True: "open weights", False: "closed weights", None: "weights not known"}[leaf.open_weights]


def plain(text: str) -> str:
    """Text that plotly must not read as markup."""
    return html.escape(text, quote=False)


def _body(placed: Placed) -> list[Point]:
    leaf, x, y = placed
    half, tall = leaf.width / 2 - 0.75, CHIP_HEIGHT / 2 - 0.75
    return rounded((x - half, x + half, y - tall, y + tall), 6)


def _badge(placed: Placed) -> list[Point]:
    leaf, x, y = placed
    left = x - leaf.width / 2 + 4
    return rounded((left, left + 17, y - 6.5, y + 6.5), 3.5)
