"""The tree for the API: nodes with their places, and edges."""

from __future__ import annotations

from typing import Any

from modelcards.querysets import Reader
from modelcards.tree.layout import layout
from modelcards.tree.nodes import branch_of
from modelcards.tree.reads import tree_models
from modelcards.tree.select import choose, leaves


def tree_document(user: Reader, show: str = "all") -> dict[str, list[dict[str, Any]]]:
    """``{"nodes": […], "edges": […]}`` of the cards that ``user`` may read; ``show`` as on the page.

    A node has slug, name, branch, release_date (as precise as known, or None), open_weights, parent, x and y (None
    where the date is not known), and members, the slugs of its series. ``y`` grows downward; now is on top.
    An edge has child, parent, relation, and drawn: whether the chip hangs on its parent's.
    """
    models = tree_models(user)
    chosen = choose(models, show)
    plan = layout(leaves(models, chosen))
    places = {leaf.slug: (leaf, x, y) for leaf, x, y in plan.chips}
    nodes, edges = [], []
    for series in chosen:
        model = series.first
        leaf, x, y = places.get(model.slug, (None, None, None))
        nodes.append(
            {
                "slug": model.slug,
                "name": model.name,
                "branch": branch_of(model.architecture_family),
                "release_date": model.released or None,
                "open_weights": model.open_weights,
                "parent": leaf.parent if leaf else None,
                "x": None if x is None else round(x, 1),
                "y": None if y is None else round(y, 1),
                "members": [member.slug for member in series.members],
            }
        )
        if leaf and leaf.parent:
            edges.append({"child": leaf.slug, "parent": leaf.parent, "relation": leaf.relation, "drawn": leaf.hangs})
    return {"nodes": nodes, "edges": edges}
