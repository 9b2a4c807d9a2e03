"""``GET models/<slug>/history``: who changed what, and taking a change back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query

from modelcards.actions.permission import may_change
from modelcards.api.reads import card_at
from modelcards.api.router import router
from modelcards.history import SOURCE, TEXT, changed_fields, visible_slugs, without_texts
from modelcards.models import CardChange, ModelCard
from modelcards.rest import Page, Paging, ProblemOut, missing, page_of
from modelcards.schemas import ChangeOut

State = Mapping[str, str]


@router.get(
    "models/{slug}/history",
    response={200: Page[ChangeOut], 308: ProblemOut, 404: ProblemOut, 422: ProblemOut},
    summary="Changes of a model, newest first",
)
def history(request: HttpRequest, slug: str, paging: Query[Paging]) -> dict[str, Any]:
    """Each field before and after; texts are left out here, ``text_changed`` says where there is one.

    What names a model that the reader may not see is left out, and so is whom a model is shared with, unless the
    reader may change it.
    """
    card = card_at(request, slug)
    found = page_of(request, without_texts(card.changes.order_by("-at", "-pk")), paging)
    states = [(one, one.was, one.now, TEXT in one.was or TEXT in one.now) for one in found["items"]]
    return {**found, "items": _entries(request, card, states)}


@router.get(
    "models/{slug}/history/{int:pk}",
    response={200: ChangeOut, 308: ProblemOut, 404: ProblemOut},
    summary="One change, with the text before and after",
)
def change(request: HttpRequest, slug: str, pk: int) -> dict[str, Any]:
    """As in the list, and with ``card_text`` where the change was of the text."""
    card = card_at(request, slug)
    found = card.changes.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise missing(_("There is no such change of this model."))
    text = {key: {TEXT: state[TEXT]} for key in ("before", "after") if TEXT in (state := getattr(found, key))}
    [entry] = _entries(request, card, [(found, found.before, found.after, bool(text))])
    return {**entry, **{key: entry[key] | state for key, state in text.items()}}


def _entries(request: HttpRequest, card: ModelCard, states: list[tuple[CardChange, State, State, bool]]) -> list[Any]:
    mine = request.user.is_authenticated and may_change(request.user, card)
    seen = visible_slugs([state for _change, *both, _text in states for state in both], request.user)
    return [
        {
            "id": change.pk,
            "version": change.version,
            "by": change.by,
            "at": change.at,
            "created": not was and "name" in now,
            "text_changed": of_text,
            **_open(was, now, seen, mine),
        }
        for change, was, now, of_text in states
    ]


def _open(before: State, after: State, seen: Collection[str], mine: bool) -> dict[str, State]:
    """What of the change the reader may know, by the same rule as on the page."""
    shown = {field.key for field in changed_fields(before, after, seen, may_change=mine)}
    return {
        name: {key: value for key, value in state.items() if key.partition(" (")[0].removesuffix(SOURCE) in shown}
        for name, state in (("before", before), ("after", after))
    }
