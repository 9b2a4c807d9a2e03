"""Bringing results in: upload, what would come of it, and the import itself, carried on by the page that shows it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.actions import NotAllowed
from evaluation.actions.permission import check_may_queue
from evaluation.actions.results_upload import results_start, results_step, results_upload
from evaluation.models import ResultImport
from modelcards.actions.uploads import UNDER_WAY, UploadError, too_much, upload_forget
from modelcards.exchange.uploads import MARK
from modelcards.views.uploads import upload_context, upload_counts, upload_report

RECENT = 10


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """``/evaluations/import/``: choose files; they are kept and checked before anything changes."""
    user = evaluator(request)
    wrong = ""
    if request.method == "POST":
        files = request.FILES.getlist("files")  # the mark is set while these are read
        try:
            if getattr(request, MARK, False):
                raise UploadError(too_much())
            row = results_upload(user=user, files=files)
            return redirect("evaluation:results-page", row.pk)
        except UploadError as error:
            wrong = str(error)
    recent = ResultImport.objects.filter(who=user)[:RECENT]
    context = {"wrong": wrong, "recent": recent}
    return render(request, "evaluation/results_upload.html", context, status=422 if wrong else 200)


@login_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """``/evaluations/import/<pk>/``: how far it is, and the report, a page at a time and by outcome."""
    context = upload_context(request, _mine(request, pk), reverse("evaluation:results-page", args=[pk]))
    return render(request, "evaluation/results_page.html", context)


@login_required
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Work for about a second; the page's script asks again until the pass is through."""
    before = _mine(request, pk)
    row = results_step(user=evaluator(request), row=before)
    if "HX-Request" not in request.headers:
        return redirect("evaluation:results-page", pk)
    response = render(request, "evaluation/results_progress.html", {"row": row, "counts": upload_counts(row)})
    if row.state not in UNDER_WAY:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring in what was checked."""
    results_start(user=evaluator(request), row=_mine(request, pk))
    return redirect("evaluation:results-page", pk)


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the upload and its report; scores that are in stay."""
    upload_forget(row=_mine(request, pk))
    return redirect("evaluation:results-upload")


@login_required
@require_safe
def report(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """The whole report as JSON or CSV."""
    return upload_report(_mine(request, pk), ending)


def evaluator(request: HttpRequest) -> User:
    """The person, if they may bring results in; else 403."""
    user: User = request.user  # type: ignore[assignment]  # behind login_required
    try:
        check_may_queue(user)
    except NotAllowed as refused:
        raise PermissionDenied(refused.reason) from None
    return user


def _mine(request: HttpRequest, pk: int) -> ResultImport:
    return get_object_or_404(ResultImport, pk=pk, who=evaluator(request))
