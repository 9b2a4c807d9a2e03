"""Making and changing cards: ``POST models``, ``PATCH`` and ``DELETE models/<slug>``, and bringing back what was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from modelcards.actions import card_archive, card_create, card_edit, card_rename, card_restore, card_revert
from modelcards.actions.noting import changed_keys
from modelcards.actions.permission import may_archive, require_change, require_create
from modelcards.addresses import slug_taken
from modelcards.api.body import Wish, read_wish
from modelcards.api.card import answer
from modelcards.api.examples import CHANGE, NEW
from modelcards.api.reads import card_at, in_detail
from modelcards.api.router import REFUSALS, router
from modelcards.conditional import require_match, stale
from modelcards.edits import Between, EditConflict, EditErrors
from modelcards.models import CardChange, ModelCard
from modelcards.rest import ProblemError, ProblemOut, check_may_write, json_object, missing, wrong_fields
from modelcards.schemas import ModelDetailOut

IF_MATCH = {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}}
CONDITIONS = {412: ProblemOut, 428: ProblemOut}
REASONS = {**REFUSALS, 308: ProblemOut, 409: ProblemOut, 422: ProblemOut}


@router.post(
    "models",
    response={201: ModelDetailOut, **REFUSALS, 409: ProblemOut, 422: ProblemOut},
    summary="Add a model",
    openapi_extra={"requestBody": NEW},
)
def create(request: HttpRequest) -> HttpResponse:
    """A new card of the sender's, with its address in Location. 409 where a card has this slug, or had it."""
    user = writer(request)
    require_create(user)
    wish = read_wish(json_object(request), user=user)
    if wish.slug is None:
        raise wrong_fields({"slug": [_("a model needs this: lower-case letters, digits, '.', '-' and '_'")]})
    with told(wish, user, None):
        card = card_create(user=user, slug=wish.slug, edit=wish.edit)
    return answer(shown(request, card), 201)


@router.patch(
    "models/{slug}",
    response={200: ModelDetailOut, **REASONS, **CONDITIONS},
    summary="Change a model",
    openapi_extra={"parameters": [IF_MATCH], "requestBody": CHANGE},
)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """What is sent is changed, null takes a field back, and the rest stays (JSON merge patch, RFC 7396).

    A field by itself keeps its source where it says the same, and is stated by the sender where it says another; name
    the source in ``sources``, or write the whole fact in ``facts``. Another ``slug`` renames the model, and its former
    address leads to it. If-Match names the ETag of the model as it was read: 412 tells who changed what since.
    """
    user, body = writer(request), json_object(request)
    with transaction.atomic():
        card = held(request, slug)
        require_change(user, card)
        wish = read_wish(body, user=user, card=card)
        with told(wish, user, card):
            changed = card_edit(user=user, card=card, version=card.version, changes=wish.edit)
            if wish.slug is not None:
                changed = card_rename(user=user, card=changed, slug=wish.slug)
    return answer(shown(request, changed))


@router.delete(
    "models/{slug}",
    response={204: None, **REASONS, **CONDITIONS},
    summary="Archive a model",
    openapi_extra={"parameters": [IF_MATCH]},
)
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Nothing of it is lost, and it can be restored. 409 while it is in use."""
    user = writer(request)
    with transaction.atomic():
        card = held(request, slug)
        try:
            card_archive(user=user, card=card)
        except EditErrors as refused:
            reasons = " ".join(reason for said in refused.errors.values() for reason in said)
            raise ProblemError(409, _("Not possible now"), reasons) from refused
    return HttpResponse(status=204)


@router.post(
    "models/{slug}/restore", response={200: ModelDetailOut, **REFUSALS}, summary="Bring an archived model back"
)
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    """As it was. A model that is not archived stays as it is."""
    user = writer(request)
    card = ModelCard.objects.filter(slug=slug).exclude(archived_at=None).first()
    if card is None or not may_archive(user, card):
        card = card_at(request, slug)
    return answer(shown(request, card_restore(user=user, card=card)))


@router.post(
    "models/{slug}/history/{int:pk}/revert", response={200: ModelDetailOut, **REASONS}, summary="Take a change back"
)
def revert(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the change found is there again, as a new change. 409 where its fields were changed since, and by whom."""
    user, card = writer(request), card_at(request, slug)
    require_change(user, card)
    found = card.changes.filter(pk=pk).select_related("card").first() if pk < 2**63 else None
    if found is None:
        raise missing(_("There is no such change of this model."))
    try:
        changed = card_revert(user=user, change=found)
    except EditConflict as conflict:
        told = [{"by": one.by, "at": one.at.isoformat(), "fields": list(one.fields)} for one in conflict.changes]
        raise ProblemError(409, _("Changed since"), str(conflict), more={"changes": told}) from conflict
    return answer(shown(request, changed))


def writer(request: HttpRequest) -> User:
    """The person who writes. Raises Problem 401 and 403."""
    check_may_write(request)
    assert isinstance(request.user, User)
    return request.user


def held(request: HttpRequest, slug: str) -> ModelCard:
    """The card at the slug, locked in the state that If-Match names. Raises Problem 404, 412 and 428."""
    list(ModelCard.objects.select_for_update().filter(pk=card_at(request, slug).pk).values_list("pk"))
    card = card_at(request, slug, in_detail)
    require_match(request, answer(card).headers["ETag"], changes_since(card))
    return card


def shown(request: HttpRequest, card: ModelCard) -> ModelCard:
    """The card as it is stored now, for its document; also where the change closed it to the one who made it."""
    return in_detail(ModelCard.objects.filter(pk=card.pk), request.user).get()


def changes_since(card: ModelCard) -> Callable[[int], Sequence[Between]]:
    """Reads what was changed after a version, oldest first."""

    def since(version: int) -> list[Between]:
        later = CardChange.objects.filter(card=card, version__gt=version).order_by("version", "pk")
        return [Between(change.by, change.at, changed_keys(change)) for change in later[:50]]

    return since


@contextmanager
def told(wish: Wish, user: User, card: ModelCard | None) -> Iterator[None]:
    """Tell what an action refuses in the sender's own words: 409 for a slug that is taken, 412 where it came late."""
    try:
        yield
    except EditErrors as refused:
        errors = wish.named(refused.errors)
        if wish.slug and "slug" in errors and slug_taken(wish.slug, card=card.pk if card else None):
            raise ProblemError(409, _("Taken"), errors["slug"][0], errors) from refused
        raise wrong_fields(errors) from refused
    except EditConflict as conflict:
        assert card is not None
        present = in_detail(ModelCard.objects.filter(pk=card.pk), user).get()
        raise stale(answer(present).headers["ETag"], conflict.changes) from conflict
