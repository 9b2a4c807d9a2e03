"""Names of the families above their stems, readable at any size of the picture as far as they do not meet."""

from __future__ import annotations

from collections.abc import Sequence

from modelcards.tree.colours import ink_of
from modelcards.tree.marks import plain
from modelcards.tree.nodes import text_width
from modelcards.tree.plan import NAMES, WIDTH, Plan
from modelcards.tree.stems import Stem
from modelcards.tree.strokes import Trace, texts

SIZE, MOST, ABOVE = 14.0, 1.35, 25.0
"""Size of a name in units, how much larger it may be in a wide picture within its room, and how far above its stem."""
LEAST, YEARS = 10.0, 34.0
"""Pixels: the least size of a name, and the width of the years at the edge."""


def names(plan: Plan) -> list[Trace]:
    """Each family's name with how many models it has; the larger family goes before where two would meet."""
    size = SIZE * min(MOST, max(1.0, plan.width / WIDTH))
    order = sorted(plan.stems, key=lambda one: (-one.models, one.branch))
    return [_name(stem, size, _apart(stem, order[:rank])) for rank, stem in enumerate(order)]


def _name(stem: Stem, size: float, scale: float) -> Trace:
    point = (stem.x, stem.y_top - ABOVE, f"<b>{plain(NAMES[stem.branch])}</b> {stem.models}")
    trace = texts([point], ink_of(stem.branch), size, least=LEAST, weight=400)
    return {**trace, "meta": {**trace["meta"], "from": round(scale, 4)}}


def _apart(stem: Stem, larger: Sequence[Stem]) -> float:
    """Pixels per unit from which on the name, in its least size, meets neither the years nor a larger family's name."""
    needs = [(YEARS + _half(stem)) / max(stem.x, 1.0)]
    for other in larger:
        beside = (_half(stem) + _half(other)) / max(abs(stem.x - other.x), 1e-6)
        above = 2 * LEAST / max(abs(stem.y_top - other.y_top), 1e-6)
        needs.append(min(beside, above))
    return max(needs)


def _half(stem: Stem) -> float:
    """Half the width of a name in pixels, in its least size."""
    return text_width(f"{NAMES[stem.branch]} {stem.models}", LEAST) / 2 + 3
