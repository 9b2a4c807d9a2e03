"""The catalog's part of the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from modelcards.filters import ModelFilters
from modelcards.models import Lineage, ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader, visible_cards
from modelcards.rest import Page, Paging, ProblemOut, missing, page_of, wrong_fields
from modelcards.schemas import LineageOut, ModelDetailOut, ModelOut, TreeOut
from modelcards.tree.choice import read_choice
from modelcards.tree.layout import layout
from modelcards.tree.reads import tree_models
from modelcards.tree.select import choose, leaves

router = Router(tags=["models"])
TEXT = {"type": "string"}
SEVERAL = [
    *("architecture_family", "objective", "stage", "attention", "organisation"),
    *("language", "modality", "licence", "relation"),
]
ONE = ["search", "open_weights", "has_scores", "parameters_min", "parameters_max", "tokens_min", "tokens_max"]
FILTERS = [
    {"in": "query", "name": name, "schema": {"type": "array", "items": TEXT}, "explode": True} for name in SEVERAL
] + [
    {"in": "query", "name": name, "schema": TEXT}
    for name in [*ONE, "released_after", "released_before", "sort", "page", "page_size"]
]


@router.get(
    "models",
    response={200: Page[ModelOut], 422: ProblemOut},
    summary="Models that match",
    openapi_extra={"parameters": FILTERS},
)
def models(request: HttpRequest) -> dict[str, Any]:
    """The same names and values as the page at ``/models/``: sizes as ``7B``, dates as ``2023`` or ``2023-02``."""
    asked = ModelFilters.parse(request.GET)
    if asked.errors:
        raise wrong_fields(asked.errors)
    cards = asked.ordered(asked.apply(ModelCard.objects.visible_to(request.user)))
    return page_of(request, with_relations(cards, request.user), Paging(page=asked.page, page_size=asked.page_size))


@router.get("models/{slug}", response={200: ModelDetailOut, 404: ProblemOut}, summary="One model with its facts")
def model(request: HttpRequest, slug: str) -> ModelCard:
    """All fields, each source's statements, checkpoints and publications."""
    card = with_relations(ModelCard.objects.visible_to(request.user), request.user).filter(slug=slug)
    found = card.prefetch_related("facts", "publications").first()
    if found is None:
        raise missing(_("There is no model “%(slug)s”, or it is not open to you.") % {"slug": slug})
    return found


@router.get("models/{slug}/lineage", response={200: LineageOut, 404: ProblemOut}, summary="Ancestors and descendants")
def lineage(request: HttpRequest, slug: str) -> dict[str, Any]:
    """All steps up and down as far as the reader may see; a hidden model ends the walk on its side."""
    if not ModelCard.objects.visible_to(request.user).filter(slug=slug).exists():
        raise missing(_("There is no model “%(slug)s”, or it is not open to you.") % {"slug": slug})
    links = list(readable_links(request.user).values_list("child__slug", "parent__slug", "relation"))
    parents, children = _neighbours(links)
    above, below = _walk(slug, parents), _walk(slug, children)
    family = {slug, *above, *below}
    steps = [link for link in links if link[0] in family and link[1] in family]
    return {
        "model": slug,
        "ancestors": above,
        "descendants": below,
        "links": [{"child": child, "parent": parent, "relation": how} for child, parent, how in steps],
    }


@router.get("tree", response=TreeOut, summary="The evolutionary tree", tags=["tree"])
def tree(request: HttpRequest) -> dict[str, Any]:
    """Nodes and edges as the page at ``/tree/`` draws them; it takes that page's filters."""
    everything = tree_models(request.user)
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
    return {"width": plan.width, "height": plan.height, "nodes": nodes, "edges": edges}


def with_relations(cards: ModelCardQuerySet, user: Reader) -> ModelCardQuerySet:
    """Fetch what a model's shape names in a fixed number of queries; parents only as far as ``user`` may see them."""
    names = ("organisations", "languages", "modalities", "checkpoints")
    return cards.prefetch_related(*names, Prefetch("parent_links", readable_links(user).select_related("parent")))


def readable_links(user: Reader) -> Any:
    """Steps of descent both ends of which ``user`` may read."""
    live = {"child__archived_at__isnull": True, "parent__archived_at__isnull": True}
    both = visible_cards(user, "child__") & visible_cards(user, "parent__")
    return Lineage.objects.filter(both, **live).distinct().order_by("pk")


def _neighbours(links: list[tuple[str, str, str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    parents: dict[str, list[str]] = {}
    children: dict[str, list[str]] = {}
    for child, parent, _how in links:
        parents.setdefault(child, []).append(parent)
        children.setdefault(parent, []).append(child)
    return parents, children


def _walk(start: str, steps: dict[str, list[str]]) -> list[str]:
    """Everything that can be reached, nearest first; a loop in the data ends the walk."""
    found: list[str] = []
    queue = [start]
    while queue:
        for slug in steps.get(queue.pop(0), ()):
            if slug != start and slug not in found:
                found.append(slug)
                queue.append(slug)
    return found
