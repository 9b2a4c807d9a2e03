"""``GET tree``: the evolutionary tree as data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from modelcards.api.router import router
from modelcards.schemas import TreeOut
from modelcards.tree.choice import read_choice
from modelcards.tree.layout import layout
from modelcards.tree.reads import MOST, tree_models
from modelcards.tree.select import choose, leaves


@router.get("tree", response=TreeOut, summary="The evolutionary tree", tags=["tree"])
def tree(request: HttpRequest) -> dict[str, Any]:
    """Nodes and edges as the page at ``/tree/`` draws them; it takes that page's filters.

    ``truncated``: the catalog holds more than a tree shows, and these are the foremost.
    """
    everything = tree_models(request.user, request.GET.get("find", ""))
    choice = read_choice(request.GET, everything, ())
    dated = [card for card in everything if card.day and choice.keeps(card)]
    plan = layout(leaves(dated, choose(dated, choice.show)))
    nodes = [
        {
            "slug": leaf.slug,
            "name": leaf.label,
            "branch": leaf.branch,
            "release_date": leaf.model.released if leaf.model else leaf.day.isoformat(),
            "open_weights": leaf.open_weights,
            "parent": leaf.parent,
            "x": x,
            "y": y,
        }
        for leaf, x, y in plan.chips
    ]
    edges = [
        {"child": leaf.slug, "parent": leaf.parent, "relation": leaf.relation}
        for leaf, _x, _y in plan.chips
        if leaf.parent
    ]
    truncated = len(everything) >= MOST
    return {"width": plan.width, "height": plan.height, "nodes": nodes, "edges": edges, "truncated": truncated}
