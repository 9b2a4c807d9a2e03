"""``GET models``: the list, page by page or as a walk over the whole catalog, with the counts of facets."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from modelcards.api.cursor import Cursor, read_cursor
from modelcards.api.reads import with_relations
from modelcards.api.router import router
from modelcards.filters import ModelFilters, facet_keys
from modelcards.index import catalog_index
from modelcards.index.found import Found
from modelcards.models import ModelCard
from modelcards.rest import Paging, ProblemOut, next_address, next_page, wrong_fields
from modelcards.schemas import ModelsOut

TEXT = {"type": "string"}
SEVERAL = {
    "architecture_family": "decoder-only",
    "objective": "causal-lm",
    "stage": "base",
    "attention": "causal",
    "organisation": "meta",
    "language": "zh",
    "modality": "text",
    "licence": "apache-2.0",
    "relation": "finetune",
    "tokens_per_parameter": "20-100",
}
ONE = {
    "search": "llama",
    "open_weights": "yes",
    "has_scores": "measured",
    "parameters_min": "1B",
    "parameters_max": "8B",
    "tokens_min": "1T",
    "tokens_max": "15T",
    "released_after": "2023",
    "released_before": "2023-12",
    "sort": "-parameters",
    "page": "1",
    "page_size": "50",
    "facets": "architecture_family,stage",
    "cursor": "*",
}
NOTES = {
    "sort": "A column, - before it for most first; blanks are last.",
    "facets": "Facets whose values are to be counted, with commas; all for every one.",
    "cursor": "Walks over all that match in an order of its own: * at first, then what next names.",
}
PARAMETERS = [
    {"in": "query", "name": name, "schema": {"type": "array", "items": TEXT}, "explode": True, "example": [example]}
    for name, example in SEVERAL.items()
] + [
    {"in": "query", "name": name, "schema": TEXT, "description": NOTES.get(name, ""), "example": example}
    for name, example in ONE.items()
]


@router.get(
    "models",
    response={200: ModelsOut, 422: ProblemOut},
    exclude_unset=True,
    summary="Models that match",
    openapi_extra={"parameters": PARAMETERS},
)
def models(request: HttpRequest) -> dict[str, Any]:
    """The same names and values as the page at ``/models/``: sizes as ``7B``, dates as ``2023`` or ``2023-02``.

    Several values of one facet are alternatives. ``facets`` adds the number of models that each value would give
    together with all other filters. A walk (``cursor=*``) meets each model that stays in the catalog once, also while
    others come and go.
    """
    asked = ModelFilters.parse(request.GET)
    cursor, wrong = read_cursor(request.GET, asked)
    facets, unknown = _facets(request.GET.get("facets", ""))
    if errors := {**asked.errors, **wrong, **unknown}:
        raise wrong_fields(errors)
    found = catalog_index().find(asked, request.user)
    answer = _walk(request, asked, cursor, found) if cursor else _page(request, asked, found)
    if facets:
        options = found.options()
        answer["facets"] = {key: options[key] for key in facets}
    return answer


def _page(request: HttpRequest, asked: ModelFilters, found: Found) -> dict[str, Any]:
    paging = Paging(page=asked.page, page_size=asked.page_size)
    more = asked.page * asked.page_size < found.count
    items = _cards(request, found.page_ids())
    return {"count": found.count, "items": items, "next": next_page(request, paging) if more else None}


def _walk(request: HttpRequest, asked: ModelFilters, cursor: Cursor, found: Found) -> dict[str, Any]:
    """A part of the walk, in the order in which cards were made: what comes later is met, what goes is not missed."""
    ids, last = found.after(cursor.after, asked.page_size)
    address = next_address(request, cursor=Cursor(last, cursor.question).text) if last is not None else None
    return {"count": found.count, "items": _cards(request, ids), "next": address}


def _cards(request: HttpRequest, ids: list[int]) -> list[ModelCard]:
    """These cards in this order."""
    visible = ModelCard.objects.visible_to(request.user).filter(pk__in=ids)
    cards = with_relations(visible.defer("card_text"), request.user).in_bulk()
    return [cards[pk] for pk in ids if pk in cards]


def _facets(text: str) -> tuple[list[str], dict[str, list[str]]]:
    """The facets that are to be counted, and what is wrong with their names."""
    named = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    known = facet_keys()
    if named == ["all"]:
        return known, {}
    names = ", ".join(known)
    wrong = [
        _("“%(value)s” is not known; all, or some of: %(names)s") % {"value": name[:40], "names": names}
        for name in named
        if name not in known
    ]
    return named, {"facets": wrong} if wrong else {}
