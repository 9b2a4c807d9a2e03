"""``GET models/<slug>``, and the answer that every change of a card gives."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from modelcards.api.reads import card_at, in_detail
from modelcards.api.router import router
from modelcards.conditional import etag_of
from modelcards.models import ModelCard
from modelcards.rest import ProblemOut
from modelcards.schemas import ModelDetailOut


@router.get(
    "models/{slug}",
    response={200: ModelDetailOut, 308: ProblemOut, 404: ProblemOut},
    summary="One model with its facts",
    url_name="model",
)
def model(request: HttpRequest, slug: str) -> HttpResponse:
    """All fields, each source's statements, checkpoints and publications.

    The ETag is what a change names in If-Match. 308 leads from an address that the model had before to the present one.
    """
    return answer(card_at(request, slug, in_detail))


def answer(card: ModelCard, status: int = 200) -> HttpResponse:
    """The document of a card (read by ``in_detail``) with its ETag."""
    body = ModelDetailOut.from_orm(card).model_dump_json().encode()
    response = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    response.headers["ETag"] = etag_of(body, card.version)
    if status == 201:
        response.headers["Location"] = reverse("api:model", args=[card.slug])
    return response
