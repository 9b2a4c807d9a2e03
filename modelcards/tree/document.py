"""The tree as data: what the API answers, and what the page exports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from modelcards.tree.grown import Grown, Tray
from modelcards.tree.labels import plain_label
from modelcards.tree.nodes import Leaf

Places = dict[str, tuple[float, float]]


def tree_document(grown: Grown, until: int | None = None) -> dict[str, Any]:
    """Nodes and edges up to the year ``until``, and what has no place: see ``TreeOut``.

    Where there are too many for a picture, the nodes have no places.
    """
    plan = grown.plan.until(until) if grown.plan and until else grown.plan
    leaves = [leaf for leaf in grown.leaves if not until or leaf.day.year <= until]
    places: Places = {leaf.slug: (x, y) for leaf, x, y in plan.chips} if plan else {}
    shown = {leaf.slug for leaf in leaves}
    return {
        "width": round(plan.width, 1) if plan else 0.0,
        "height": round(plan.height, 1) if plan else 0.0,
        "nodes": [_node(leaf, places, shown) for leaf in leaves],
        "edges": [edge for leaf in leaves for edge in _edges(leaf, shown)],
        "count": grown.count,
        "truncated": grown.truncated,
        "undated": _tray(grown.undated),
        "no_family": _tray(grown.no_family),
    }


def _node(leaf: Leaf, places: Places, shown: set[str]) -> dict[str, Any]:
    model = leaf.model
    x, y = places.get(leaf.slug, (None, None))
    return {
        "slug": leaf.slug,
        "name": model.name if model and not leaf.series else plain_label(leaf.label),
        "branch": leaf.branch,
        "release_date": model.released if model else leaf.day.isoformat(),
        "open_weights": leaf.open_weights,
        "parent": leaf.parent if leaf.parent in shown else None,
        "x": x if x is None else round(x, 1),
        "y": y if y is None else round(y, 1),
        "label": plain_label(leaf.label),
        "organisation": list(model.organisations) if model else [],
        "parameters": model.parameters if model else None,
        "members": list(leaf.members),
        "early": leaf.early,
    }


def _edges(leaf: Leaf, shown: set[str]) -> Iterable[dict[str, Any]]:
    first = [(leaf.parent, leaf.relation)] if leaf.parent else []
    for parent, relation in dict.fromkeys([*first, *leaf.others]):
        if parent in shown:
            drawn = leaf.hangs and parent == leaf.parent
            yield {"child": leaf.slug, "parent": parent, "relation": relation, "drawn": drawn}


def _tray(tray: Tray) -> dict[str, Any]:
    return {"count": tray.count, "models": [{"slug": model.slug, "name": model.name} for model in tray.models]}
