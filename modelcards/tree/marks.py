"""Drawn models: chips with a badge and a label, as their dress says, and what the pointer meets."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from modelcards.tree.dress import Dress, Paint
from modelcards.tree.facts import facts_of
from modelcards.tree.nodes import BADGE, LABEL_SIZE, TALLY_SIZE, Leaf
from modelcards.tree.plan import Plan
from modelcards.tree.stems import Box
from modelcards.tree.strokes import NOTHING, Coordinates, Trace, filled, polygons, round_boxes, texts

Placed = tuple[Leaf, float, float]
CODE = 9.4
"""Size of the letters in a badge."""
TURNS = re.compile("[\u202a-\u202e]")
"""Embeddings and overrides of the Unicode bidirectional algorithm, which reach beyond a text that does not end them."""
FAINT = 0.28
"""Opacity of chips that do not belong to the line of descent that is highlighted."""


def chips(plan: Plan, dress: Dress, lit: frozenset[str] | None, fine: bool) -> list[Trace]:
    """Bodies, badges and labels. ``fine``: with badges and round corners; else body and label alone, for crowds."""
    groups: dict[tuple[Paint, bool], list[Placed]] = defaultdict(list)
    for placed in plan.chips:
        groups[dress.of(placed[0]), lit is None or placed[0].slug in lit].append(placed)
    traces: list[Trace] = []
    for (paint, shown), members in groups.items():
        opacity = 1.0 if shown else FAINT
        traces += _stacks(members, paint, opacity) if fine else []
        traces += _bodies(members, paint, opacity, fine)
        traces += _badges(members, paint, opacity) if fine else []
    return [*traces, *_early(plan.chips)]


def _bodies(members: Sequence[Placed], paint: Paint, opacity: float, fine: bool) -> list[Trace]:
    def outlines(inset: float) -> Coordinates:
        return round_boxes([_inside(one, inset) for one in members], 6.75 - inset, 5 if fine else 2, whole=not fine)

    whole = paint.strength >= 1 and not paint.framed
    ground = paint.colour if whole else "var(--surface)"
    line = {"dash": {"": "solid", "dot": "1.5px,2px", "dash": "5px,2px"}[paint.dash]}
    body = filled(outlines(0.75), ground, paint.colour, 1.4 if fine else 1.0, line=line, opacity=opacity)
    if whole or not paint.strength:
        return [body]
    return [
        body,
        filled(outlines(2.4 if paint.framed else 0.75), paint.colour, NOTHING, 0, opacity=opacity * paint.strength),
    ]


def _stacks(members: Sequence[Placed], paint: Paint, opacity: float) -> list[Trace]:
    """Behind the chip of a series the edge of a second one."""
    behind = [_inside(one, 0.75, 2.4) for one in members if len(one[0].members) > 1]
    if not behind:
        return []
    return [filled(round_boxes(behind, 6), "var(--surface)", paint.colour, 1.1, opacity=opacity)]


def _badges(members: Sequence[Placed], paint: Paint, opacity: float) -> list[Trace]:
    """The ground of the two letters."""
    boxes = [_badge(one) for one in members]
    colour, strength = (paint.ink, 0.22) if paint.solid else (paint.colour, 0.4 if paint.strength else 0.17)
    return [filled(round_boxes(boxes, 3.5, 3), colour, NOTHING, 0, opacity=opacity * strength)]


def labels(plan: Plan, dress: Dress, lit: frozenset[str] | None, fine: bool) -> list[Trace]:
    """Names, the letters of the makers, and how many models a series has. Traces for each size of chip; in crowds one,
    with the numbers beside the names."""
    groups: dict[tuple[float, bool], list[Placed]] = defaultdict(list)
    for placed in plan.chips:
        size = int(placed[0].scale * 10 + 1e-9) / 10 if fine else 1.0
        groups[size, lit is None or placed[0].slug in lit].append(placed)
    traces = []
    for (size, shown), members in groups.items():
        if not fine:
            names = [(_middle(one), one[2], plain(f"{one[0].label} {one[0].tally}".rstrip())) for one in members]
            traces.append(_written(names, members, dress, LABEL_SIZE, shown))
            continue
        names = [(_middle(one) - one[0].tally_width * one[0].scale / 2, one[2], plain(one[0].label)) for one in members]
        traces.append(_written(names, members, dress, LABEL_SIZE * size, shown))
        traces.append(_written([_lettered(one, dress) for one in members], members, dress, CODE * size, shown))
        series = [one for one in members if one[0].tally]
        counts = [(_ending(one), one[2], one[0].tally) for one in series]
        traces += [_written(counts, series, dress, TALLY_SIZE * size, shown)] if series else []
    return traces


def _written(
    points: Sequence[tuple[float, float, str]], members: Sequence[Placed], dress: Dress, size: float, shown: bool
) -> Trace:
    inks = [dress.of(leaf).ink for leaf, _x, _y in members]
    return texts(points, inks if shown else "var(--ink-3)", size, role="labels")


def _ending(placed: Placed) -> float:
    """Where the number of models stands: at the right edge."""
    leaf, x, _y = placed
    return x + leaf.width / 2 - (leaf.tally_width / 2 + 4) * leaf.scale


def _lettered(placed: Placed, dress: Dress) -> tuple[float, float, str]:
    x0, x1, _y0, _y1 = _badge(placed)
    return (x0 + x1) / 2, placed[2], plain(dress.code(placed[0]))


def _early(chips: Sequence[Placed]) -> list[Trace]:
    """A small triangle on chips that are older than what they were made from."""
    corners = [(x + leaf.width / 2 - 3, y - leaf.height / 2) for leaf, x, y in chips if leaf.early]
    shapes = [[(x - 4.5, y - 3), (x + 4.5, y - 3), (x, y + 3.5), (x - 4.5, y - 3)] for x, y in corners]
    return [polygons(shapes, "var(--warn)", "var(--surface)", 1)] if shapes else []


def rings(plan: Plan, matches: frozenset[str], focus: str) -> list[Trace]:
    """Rings around the chips of a search, and a double one around the chip whose kin is highlighted."""
    found = [one for one in plan.chips if matches and not matches.isdisjoint((one[0].slug, *one[0].members))]
    chosen = [one for one in plan.chips if focus and focus in (one[0].slug, *one[0].members)]
    traces = []
    if found:
        ring = filled(round_boxes([_inside(one, -4) for one in found], 9), NOTHING, "var(--focus)", 2.5)
        traces.append({**ring, "meta": {"role": "matches", "ids": [leaf.slug for leaf, _x, _y in found]}})
    if chosen:
        traces.append(filled(round_boxes([_inside(one, -2.5) for one in chosen], 8), NOTHING, "var(--ink)", 2))
    return traces


def targets(
    plan: Plan, address: Callable[[str], str], dress: Dress, notes: Mapping[str, Sequence[str]], fine: bool
) -> Trace:
    """What the pointer meets: points without a mark, with a chip's facts, its slug and its address.

    Three along each chip, in crowds one.
    """
    shifts = (-1, 0, 1) if fine else (0,)
    points = [(x + shift * leaf.width / 3, y, leaf) for leaf, x, y in plan.chips for shift in shifts]
    names = {leaf.slug: leaf.label for leaf, _x, _y in plan.chips}
    told = {
        leaf.slug: _hover(leaf, facts_of(leaf, names, dress, notes.get(leaf.slug, ()))) for leaf, _x, _y in plan.chips
    }
    return {
        "type": "scatter",
        "mode": "none",
        "x": [round(x, 1) for x, _y, _leaf in points],
        "y": [round(y, 1) for _x, y, _leaf in points],
        "ids": [leaf.slug for _x, _y, leaf in points],
        "hovertext": [told[leaf.slug] for _x, _y, leaf in points],
        "hoverinfo": "text",
        "hoveron": "points",
        "customdata": [address(leaf.slug) for _x, _y, leaf in points],
        "meta": {"role": "targets"},
    }


def _hover(leaf: Leaf, facts: Sequence[str]) -> str:
    name = leaf.model.name if leaf.model else leaf.label
    return "<br>".join([f"<b>{plain(name)}</b>", *(plain(line) for line in facts)])


def plain(text: object) -> str:
    """Text that plotly must not read as markup, and that turns the direction of nothing beside it."""
    return html.escape(TURNS.sub("", str(text)), quote=False)


def _inside(placed: Placed, inset: float, shift: float = 0.0) -> Box:
    """A chip's rectangle, smaller by ``inset`` on each side, moved right and up by ``shift``."""
    leaf, x, y = placed
    half, tall = leaf.width / 2 - inset, leaf.height / 2 - inset
    return x - half + shift, x + half + shift, y - tall - shift, y + tall - shift


def _badge(placed: Placed) -> Box:
    leaf, x, y = placed
    left, size = x - leaf.width / 2 + 4 * leaf.scale, leaf.scale
    return left, left + 17 * size, y - 6.5 * size, y + 6.5 * size


def _middle(placed: Placed) -> float:
    """Where the label stands: between the badge and the right edge."""
    leaf, x, _y = placed
    return x + (BADGE / 2 - 1.5) * leaf.scale
