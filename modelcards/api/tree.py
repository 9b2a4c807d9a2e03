"""``GET tree``: the evolutionary tree as data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from modelcards.api.listing import ONE, SEVERAL, TEXT
from modelcards.api.router import router
from modelcards.rest import ProblemOut, wrong_fields
from modelcards.schemas import TreeOut
from modelcards.tree.choice import SHOWN, SIZES, read_choice
from modelcards.tree.document import tree_document
from modelcards.tree.grown import grow

FILTERS = {
    name: example for name, example in ONE.items() if name not in ("sort", "page", "page_size", "facets", "cursor")
}
WORDS: dict[str, dict[str, Any]] = {
    "show": {
        "schema": {**TEXT, "enum": list(SHOWN), "default": SHOWN[0]},
        "description": "Key models, the landmarks of the hand-drawn tree, all by series, or all one by one.",
    },
    "until": {"schema": {"type": "integer"}, "example": 2022, "description": "Leaves out what was released later."},
    "open": {"schema": TEXT, "example": "llama-7b", "description": "Series to be shown model by model, with commas."},
    "focus": {"schema": TEXT, "example": "alpaca-7b", "description": "A model that is shown, with its ancestors."},
    "size": {"schema": {**TEXT, "enum": list(SIZES)}, "description": "Makes room for chips as large as their models."},
}
PARAMETERS = [
    *({"in": "query", "name": name, **told} for name, told in WORDS.items()),
    *(
        {"in": "query", "name": name, "schema": {"type": "array", "items": TEXT}, "explode": True, "example": [example]}
        for name, example in SEVERAL.items()
    ),
    *({"in": "query", "name": name, "schema": TEXT, "example": example} for name, example in FILTERS.items()),
]


@router.get(
    "tree",
    response={200: TreeOut, 422: ProblemOut},
    summary="The evolutionary tree",
    tags=["tree"],
    openapi_extra={"parameters": PARAMETERS},
)
def tree(request: HttpRequest) -> HttpResponse:
    """Nodes and edges as the page at ``/tree/`` draws them, by that page's words and the filters of ``models``."""
    choice = read_choice(request.GET)
    if choice.errors:
        raise wrong_fields(choice.errors)
    # As it is: to check 20,000 nodes field by field takes ten times as long as to make them.
    return JsonResponse(tree_document(grow(request.user, choice), choice.until))
