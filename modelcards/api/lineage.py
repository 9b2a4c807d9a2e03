"""``GET models/<slug>/lineage``: what a model was made from and what was made from it, as far as a walk goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema

from modelcards.api.reads import card_at, with_relations
from modelcards.api.router import router
from modelcards.models import Lineage, ModelCard
from modelcards.querysets import Reader, visible_cards
from modelcards.rest import Page, Paging, ProblemOut, page_of, wrong_fields
from modelcards.schemas import LineageOut, ModelOut
from modelcards.taxonomy import RELATIONS

DEPTH = 40
MOST = 500
LINKS = 5_000


class Reach(Schema):
    """How far to walk."""

    limit: int = Field(MOST, ge=1, le=MOST, description="The most models on each side")


@dataclass
class Walk:
    """Models met on one side, nearest first (id to slug), and whether there are more."""

    found: dict[int, str] = field(default_factory=dict)
    truncated: bool = False


@router.get(
    "models/{slug}/lineage",
    response={200: LineageOut, 308: ProblemOut, 404: ProblemOut, 422: ProblemOut},
    summary="Ancestors and descendants",
)
def lineage(request: HttpRequest, slug: str, reach: Query[Reach]) -> dict[str, Any]:
    """All steps up and down as far as the reader may see, nearest first; a hidden model ends the walk on its side.

    ``truncated``: there are more than ``limit`` on a side, and the answer holds the nearest.
    """
    card = card_at(request, slug)
    above = walk(card, request.user, reach.limit, near="child", far="parent")
    below = walk(card, request.user, reach.limit, near="parent", far="child")
    names = {card.pk: card.slug, **above.found, **below.found}
    links = list(_links(names))
    archived = ModelCard.objects.filter(pk__in=list(names)).exclude(archived_at=None)
    return {
        "model": card.slug,
        "ancestors": list(above.found.values()),
        "descendants": list(below.found.values()),
        "archived": list(archived.order_by("slug").values_list("slug", flat=True)),
        "links": [{"child": names[child], "parent": names[parent], "relation": how} for child, parent, how in links],
        "truncated": above.truncated or below.truncated or len(links) == LINKS,
    }


class Children(Paging):
    """Which of the models that were made from one."""

    relation: str = Field("", examples=["finetune"], description="How they were made; blank: in any way")


@router.get(
    "models/{slug}/descendants",
    response={200: Page[ModelOut], 308: ProblemOut, 404: ProblemOut, 422: ProblemOut},
    summary="What was made from a model, directly",
)
def descendants(request: HttpRequest, slug: str, asked: Query[Children]) -> dict[str, Any]:
    """One step down, page by page, in the order in which their cards were made."""
    card = card_at(request, slug)
    if asked.relation and asked.relation not in RELATIONS:
        raise wrong_fields({"relation": [_("not known; one of: %(keys)s") % {"keys": ", ".join(RELATIONS)}]})
    links = Lineage.objects.filter(parent=card, **({"relation": asked.relation} if asked.relation else {}))
    made = ModelCard.objects.visible_to(request.user).filter(pk__in=links.values("child"))
    return page_of(request, with_relations(made.defer("card_text").order_by("pk"), request.user), asked)


def walk(card: ModelCard, user: Reader, limit: int, *, near: str, far: str) -> Walk:
    """Level by level from the card, each model once; a circle in the data ends by itself."""
    done, level = Walk(), [card.pk]
    for _depth in range(DEPTH):
        start = len(done.found)
        if not level or not _step(done, card.pk, level, user, limit, near=near, far=far):
            return done
        level = list(done.found)[start:]
    done.truncated = True
    return done


def _step(done: Walk, start: int, level: list[int], user: Reader, limit: int, *, near: str, far: str) -> bool:
    """Add what is one step from the level; False where the limit is reached."""
    links = Lineage.objects.filter(visible_cards(user, f"{far}__"), **{f"{near}__in": level})
    rows = links.order_by(f"{near}_id", "relation", f"{far}_id").values_list(f"{far}_id", f"{far}__slug")
    while True:
        fresh = list(rows.exclude(**{f"{far}__in": [start, *done.found]})[: limit + 1])
        if not fresh:
            return True
        for key, slug in fresh:
            if key not in done.found and len(done.found) >= limit:
                done.truncated = True
                return False
            done.found[key] = slug


def _links(names: dict[int, str]) -> Any:
    within = Lineage.objects.filter(child__in=list(names), parent__in=list(names)).order_by("pk")
    return within.values_list("child_id", "parent_id", "relation")[:LINKS]
