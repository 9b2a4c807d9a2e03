"""The tree for the hand: each chip's place, facts, address and neighbours, for pointer, keyboard and peek."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from modelcards.tree.dress import Dress
from modelcards.tree.facts import facts_of
from modelcards.tree.plan import Plan


def tree_nodes(
    plan: Plan,
    address: Callable[[str], str],
    *,
    dress: Dress | None = None,
    notes: Mapping[str, Sequence[str]] = {},
) -> dict[str, dict[str, Any]]:
    """Chips by slug: ``x``, ``y`` (middle), ``w``, ``h`` in units of the figure, ``name``, ``facts`` (plain lines, the
    first after the name), ``address`` of the card, ``parent`` and ``kids`` (slugs; kids oldest first), ``members`` (how
    many models it stands for), ``open`` and ``series`` (the word that opens it, or blank).
    """
    kids: dict[str, list[str]] = defaultdict(list)
    for leaf, _x, _y in sorted(plan.chips, key=lambda chip: (chip[0].day, chip[0].slug)):
        if leaf.parent:
            kids[leaf.parent].append(leaf.slug)
    labels = {leaf.slug: leaf.label for leaf, _x, _y in plan.chips}
    return {
        leaf.slug: {
            "x": round(x, 1),
            "y": round(y, 1),
            "w": leaf.width,
            "h": round(leaf.height, 1),
            "name": leaf.model.name if leaf.model else leaf.label,
            "facts": facts_of(leaf, labels, dress, notes.get(leaf.slug, ())),
            "address": address(leaf.slug),
            "parent": leaf.parent if leaf.parent in labels else None,
            "kids": kids[leaf.slug],
            "members": max(1, len(leaf.members)),
            "open": leaf.open_weights,
            "series": leaf.series,
        }
        for leaf, x, y in plan.chips
    }
