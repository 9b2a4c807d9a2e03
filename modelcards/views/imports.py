"""Bringing cards in: upload, what would change, and the import itself, carried on by the page that shows it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from modelcards.actions.cards_import import require_import
from modelcards.actions.import_step import import_start, import_step
from modelcards.actions.import_upload import import_upload
from modelcards.actions.uploads import UNDER_WAY, UploadError, too_much, upload_forget
from modelcards.exchange.uploads import MARK
from modelcards.models import CardImport
from modelcards.views.uploads import upload_context, upload_counts, upload_report

RECENT = 10


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """``/models/import/``: choose files; they are kept and checked before anything changes."""
    user = _editor(request)
    wrong = ""
    if request.method == "POST":
        files = request.FILES.getlist("files")  # the mark is set while these are read
        try:
            if getattr(request, MARK, False):
                raise UploadError(too_much())
            row = import_upload(user=user, files=files)
            return redirect("modelcards:import-page", row.pk)
        except UploadError as error:
            wrong = str(error)
    recent = CardImport.objects.filter(who=user)[:RECENT]
    context = {"wrong": wrong, "recent": recent}
    return render(request, "modelcards/import.html", context, status=422 if wrong else 200)


@login_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """``/models/import/<pk>/``: how far it is, and the report, a page at a time and by outcome."""
    context = upload_context(request, _mine(request, pk), reverse("modelcards:import-page", args=[pk]))
    return render(request, "modelcards/import_page.html", context)


@login_required
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Work for about a second; the page's script asks again until the pass is through."""
    before = _mine(request, pk)
    row = import_step(user=_editor(request), row=before)
    if "HX-Request" not in request.headers:
        return redirect("modelcards:import-page", pk)
    response = render(request, "modelcards/import_progress.html", {"row": row, "counts": upload_counts(row)})
    if row.state not in UNDER_WAY:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring in what was checked."""
    import_start(user=_editor(request), row=_mine(request, pk))
    return redirect("modelcards:import-page", pk)


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the upload and its report; cards that are in stay."""
    upload_forget(row=_mine(request, pk))
    return redirect("modelcards:import")


@login_required
@require_safe
def report(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """The whole report as JSON or CSV."""
    return upload_report(_mine(request, pk), ending)


def _editor(request: HttpRequest) -> User:
    """The person, if they may bring cards in; else 403."""
    user: User = request.user  # type: ignore[assignment]  # behind login_required
    require_import(user)
    return user


def _mine(request: HttpRequest, pk: int) -> CardImport:
    return get_object_or_404(CardImport, pk=pk, who=_editor(request))
