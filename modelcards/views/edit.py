"""Correct a card, or add one: a form and the raw text of the same card, checked together, previewed, then saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from modelcards.actions import card_check, card_create, card_edit
from modelcards.actions.permission import require_change, require_create
from modelcards.editing.conflict import KEYS, NOTED, as_it_was, conflict_of, merged
from modelcards.editing.draft import Draft, card_edit_of, draft_of
from modelcards.editing.form import GROUPS, groups
from modelcards.editing.posted import Posted, of_form, read_form, read_posted, why_torn
from modelcards.editing.preview import preview_of
from modelcards.editing.raw import text_digest
from modelcards.edits import EditConflict, EditErrors
from modelcards.history import field_name
from modelcards.models import CardChange, ModelCard
from modelcards.models.card import Visibility
from modelcards.views.found import visible_card

Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Sheet:
    """The page of one edit: the card (None: a new one), who edits, what is stored, and what was typed."""

    user: User
    card: ModelCard | None
    stored: Draft
    posted: Posted
    version: int = 0
    errors: Errors = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    """``/models/<slug>/edit/``: GET shows the form, POST previews or saves; a conflict is answered with 409."""
    card = visible_card(request, slug)
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    require_change(request.user, card)
    stored = draft_of(card, request.user)
    if request.method != "POST":
        return _page(request, Sheet(request.user, card, stored, of_form(stored, new=False), card.version))
    version = _number(request.POST.get("version", ""), card.version)
    if request.POST.get("was"):
        return _resolved(request, card, stored, version)
    base = as_it_was(stored, _since(card, version))
    sheet = Sheet(request.user, card, stored, read_posted(request.POST, stored, base, new=False), version)
    if not sheet.posted.readable or "preview" in request.POST or "use" in request.POST:
        return _page(request, sheet)
    return _save(request, sheet, sheet.posted.draft)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """``/models/new/``: the same for a card that is not there yet."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    require_create(request.user)
    stored = Draft(owner=request.user.get_username())
    sent = request.method == "POST"
    posted = read_posted(request.POST, stored, stored, new=True) if sent else of_form(stored, new=True)
    sheet = Sheet(request.user, None, stored, posted)
    if not sent or not posted.readable or "preview" in request.POST or "use" in request.POST:
        return _page(request, sheet)
    wanted, wrong = card_edit_of(posted.draft, stored)
    try:
        if wrong:
            raise EditErrors(wrong | _refusals(sheet))
        card = card_create(user=request.user, slug=posted.draft.slug, edit=wanted)
    except EditErrors as refused:
        return _page(request, _with(sheet, refused.errors), 422)
    messages.success(request, _("%(name)s is in the catalog.") % {"name": card.name})
    return redirect(card)


def _save(request: HttpRequest, sheet: Sheet, draft: Draft) -> HttpResponseBase:
    assert sheet.card is not None
    wanted, wrong = card_edit_of(draft, sheet.stored)
    try:
        if wrong:
            raise EditErrors(wrong | _refusals(sheet))
        card = card_edit(user=sheet.user, card=sheet.card, version=sheet.version, changes=wanted)
    except EditConflict:
        return _conflict(request, sheet.card, draft, sheet.version, {})
    except EditErrors as refused:
        return _page(request, _with(sheet, refused.errors), 422)
    if card.version == sheet.card.version:
        messages.info(request, _("Nothing was different from what is stored, so nothing was changed."))
    else:
        messages.success(request, _("Saved. The history keeps what it was before."))
    # Who has just taken their own leave to read it sees the list instead of a page that is gone.
    return redirect(card if ModelCard.objects.visible_to(sheet.user).filter(pk=card.pk).exists() else "/models/")


def _resolved(request: HttpRequest, card: ModelCard, stored: Draft, version: int) -> HttpResponseBase:
    """A conflict page was answered: put both together and save, or show again what is left to choose."""
    assert isinstance(request.user, User)
    mine, was = read_form(request.POST, stored), _number(request.POST["was"], version)
    picks = {key: str(request.POST.get(f"pick-{key}", "")) for key in KEYS}
    conflict = conflict_of(as_it_was(stored, _since(card, was)), mine, stored, picks)
    # Chosen between what was stored then: what came since is shown again.
    if not conflict.decided or version != card.version:
        return _conflict(request, card, mine, was, picks if version == card.version else {}, again=True)
    draft = merged(mine, stored, conflict)
    sheet = Sheet(request.user, card, stored, of_form(draft, new=False), card.version)
    return _save(request, sheet, draft)


def _conflict(
    request: HttpRequest, card: ModelCard, mine: Draft, was: int, picks: Mapping[str, str], *, again: bool = False
) -> HttpResponse:
    """Both versions side by side (409), ``again`` after a first answer. Everything that was typed stays in the page."""
    assert isinstance(request.user, User)
    now = ModelCard.objects.get(pk=card.pk)
    stored, since = draft_of(now, request.user), _since(card, was)
    context = {
        "card": now,
        "conflict": conflict_of(as_it_was(stored, since), mine, stored, picks),
        "changes": [(change.by, change.at, change.pk) for change in since],
        "mine": mine,
        "was": was,
        "again": again,
        "hidden": _hidden(mine),
    }
    response = render(request, "modelcards/edit_conflict.html", context, status=409)
    add_never_cache_headers(response)
    return response


def _hidden(draft: Draft) -> list[tuple[str, str]]:
    """The draft as hidden fields of a form."""
    facts = [
        (f"{part}-{key}", value)
        for key, fact in draft.facts.items()
        for part, value in (("f", fact.value), ("s", fact.source), ("c", fact.citation))
    ]
    text = [("text", draft.text)] if draft.text is not None else []
    return [*facts, *text, *((key, draft.get(key)) for key in ("visibility", "owner", "readers"))]


def _page(request: HttpRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    """The whole page, or for its script the preview and the side that was not edited."""
    live = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "preview"
    previewed = request.method == "POST" and sheet.posted.readable
    if previewed and not sheet.errors:
        _wanted, wrong = card_edit_of(sheet.posted.draft, sheet.stored)
        sheet = _with(sheet, wrong | _refusals(sheet))
    draft = sheet.posted.draft
    broken = [(line, reason) for line, reason in sheet.posted.broken]
    bad = sheet.errors or not sheet.posted.readable
    context = {
        "sheet": sheet,
        "card": sheet.card,
        "draft": draft,
        "stored": sheet.stored,
        "groups": groups(draft, sheet.stored, sheet.errors),
        "errors": sheet.errors,
        "told": [(key, field_name(NOTED.get(key, key)), sheet.errors[key]) for key in _in_order(sheet.errors)],
        "sources": sorted({fact.source for fact in sheet.stored.facts.values() if fact.source}),
        "raw_errors": [*broken, *_raw_lines(sheet)],
        "torn": why_torn() if sheet.posted.torn else "",
        "preview": preview_of(draft, sheet.stored) if previewed else None,
        "shown": request.POST.get("preview") == "page" and not bad,  # asked for by its button: led to
        "meanwhile": _since(sheet.card, sheet.version) if sheet.card and previewed else [],
        "visibilities": Visibility.choices,
        "form_was": "" if sheet.posted.torn else draft.digest,
        "raw_was": "" if not sheet.posted.readable else text_digest(sheet.posted.raw),
        "live": live,
    }
    code = 200 if live else 422 if bad and status == 200 else status
    response = render(request, "modelcards/edit_live.html" if live else "modelcards/edit.html", context, status=code)
    add_never_cache_headers(response)
    return response


def _refusals(sheet: Sheet) -> dict[str, list[str]]:
    """What the action would refuse."""
    wanted, _wrong = card_edit_of(sheet.posted.draft, sheet.stored)
    return card_check(user=sheet.user, card=sheet.card, edit=wanted, slug=sheet.posted.draft.slug)


def _raw_lines(sheet: Sheet) -> list[tuple[int, str]]:
    """The errors of fields, at the lines of the raw text where they stand."""
    if not sheet.posted.by_raw:
        return []
    lines = sheet.posted.lines
    found = [(lines.get(key, 1), f"{field_name(key)}: {said}") for key in sheet.errors for said in sheet.errors[key]]
    return sorted(found)


def _in_order(errors: Errors) -> list[str]:
    """As the form has them."""
    keys = ["slug", *(key for _group, _name, fields in GROUPS for key in fields), *KEYS]
    return sorted(errors, key=lambda key: keys.index(key) if key in keys else len(keys))


def _since(card: ModelCard, version: int) -> list[CardChange]:
    return list(CardChange.objects.filter(card=card, version__gt=version).order_by("-version", "-pk"))


def _with(sheet: Sheet, errors: Errors) -> Sheet:
    return Sheet(sheet.user, sheet.card, sheet.stored, sheet.posted, sheet.version, errors)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise
