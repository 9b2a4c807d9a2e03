"""A bough: a model with all that hangs on it, as one rigid body.

Its newest child stands straight above it where that is clear of its chip, so that the line between is long enough for
the twigs of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from modelcards.tree.nodes import Leaf
from modelcards.tree.outline import LEFT, NOTHING, RIGHT, STEP, Reach, row, widen
from modelcards.tree.packing import RISE, Body, Placed, pack, pad_of

PAD = 3.0
"""Around a chip."""
NO_REACH: Reach = (np.empty(0), np.empty(0))
LINE = 5.0
"""The least length of a line between a chip and the one straight above it, beyond the rise of a twig."""


def boughs(leaves: Sequence[Leaf], heights: Mapping[str, float], tick: Callable[[], None]) -> list[Body]:
    """The boughs of leaves that hang on no other, in no order of meaning.

    ``heights``: y of each chip's middle. ``tick`` is called for each leaf. A leaf that hangs on an absent or a younger
    one, and one of each circle, is a bough of its own.
    """
    order, kids = _ranked(leaves)
    built: dict[str, Body] = {}
    for leaf in reversed(order):
        tick()
        hung = [built[kid.slug] for kid in kids.get(leaf.slug, ())]
        built[leaf.slug] = _bough(leaf, heights[leaf.slug], hung)
    hanging = {kid.slug for ones in kids.values() for kid in ones}
    return [built[leaf.slug] for leaf in order if leaf.slug not in hanging]


def _ranked(leaves: Sequence[Leaf]) -> tuple[list[Leaf], dict[str, list[Leaf]]]:
    """The leaves, each after the one that it hangs on, and what hangs on each."""
    ranked = sorted(leaves, key=lambda one: (one.day, one.slug))
    days = {leaf.slug: leaf.day for leaf in ranked}
    kids: dict[str, list[Leaf]] = defaultdict(list)
    order: list[Leaf] = []
    for leaf in ranked:
        if leaf.hangs and leaf.parent and leaf.parent in days and days[leaf.parent] <= leaf.day:
            kids[leaf.parent].append(leaf)
        else:
            order.append(leaf)
    for leaf in order:
        order += kids.get(leaf.slug, ())
    if len(order) < len(leaves):
        _cut(ranked, order, kids)
    return order, kids


def _cut(ranked: Sequence[Leaf], order: list[Leaf], kids: dict[str, list[Leaf]]) -> None:
    """Let the first leaf of each circle, which no walk from a root has met, hang on nothing."""
    met = {one.slug for one in order}
    for leaf in ranked:
        if leaf.slug in met:
            continue
        kids[leaf.parent or ""].remove(leaf)
        fresh = [leaf]
        for one in fresh:
            fresh += kids.get(one.slug, ())
        met.update(one.slug for one in fresh)
        order += fresh


def _bough(leaf: Leaf, y: float, kids: Sequence[Body]) -> Body:
    """A chip with its kids, which are finished."""
    half, tall = leaf.width / 2 + PAD, leaf.height / 2
    attach = y + tall + RISE
    if not kids:
        first = row(y - tall - PAD)
        side = np.full(row(attach) + 1 - first, pad_of(1))
        side[: row(y + tall + PAD) + 1 - first] = half
        return Body(leaf, y, attach, first, (side, side), 1, [])
    body = Body(leaf, y, attach, 0, NO_REACH, 1 + sum(kid.size for kid in kids), [])
    return _crowned(body, half, kids)


def _crowned(body: Body, half: float, kids: Sequence[Body]) -> Body:
    """Put the newest kid that clears the chip straight above, and the others on twigs of the line."""
    clear = [kid for kid in kids if kid.attach <= body.top - LINE]
    spine = min(clear, key=lambda kid: (kid.y, kid.leaf.slug), default=None)
    others = [kid for kid in kids if kid is not spine]
    reach, first = _canvas(body, kids)
    widen(reach, half, body.top - PAD, body.foot + PAD, first)
    above = NOTHING
    if spine:
        _straight(spine, body, reach, first)
        body.kids.append(Placed(spine, 0.0, body.top))
        above = spine.attach - LINE
    elif others:
        widen(reach, 0.0, min(kid.attach for kid in others), body.top, first)
    body.kids += pack(others, reach, first, above)
    for one in body.kids[1 if spine else 0 :]:
        body.attach = max(body.attach, one.attach + RISE)
    _trim(body, reach, first)
    return body


def _canvas(body: Body, kids: Sequence[Body]) -> tuple[Reach, int]:
    """Rows enough for the chip and all that may be placed around it, in which nothing lies."""
    first = min(row(body.top - PAD), *(kid.first for kid in kids))
    room = sum(2 * pad_of(kid.size) + 2 for kid in kids)
    last = row(max(body.attach, *(kid.attach for kid in kids)) + room + RISE + 4 * STEP)
    return (np.full(last - first, NOTHING), np.full(last - first, NOTHING)), first


def _straight(spine: Body, body: Body, reach: Reach, first: int) -> None:
    """Take over the outline of what stands straight above, and the line down to the chip."""
    start = spine.first - first
    for side in (LEFT, RIGHT):
        rows = reach[side][start : start + len(spine.reach[side])]
        np.maximum(rows, spine.reach[side], out=rows)
    widen(reach, pad_of(body.size - 1), spine.foot, body.top, first)


def _trim(body: Body, reach: Reach, first: int) -> None:
    """The outline from the topmost row in which something lies down to where the twig leaves."""
    widen(reach, pad_of(body.size), body.foot, body.attach, first)
    body.first = first
    end = row(body.attach) + 1 - first
    body.reach = reach[LEFT][:end], reach[RIGHT][:end]
