"""The queue, and one evaluation followed while it runs."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.actions import evaluation_cancel, evaluation_retry
from evaluation.models import Cell, Device, Evaluation
from evaluation.scoresheets import cells_sheet
from evaluation.tableexport import Sheet, asked_sheet, export_links
from evaluation.views.access import act, may_change
from evaluation.views.evaluation_rows import STATES, evaluation_rows
from evaluation.views.live import render_live
from evaluation.views.overview import overview
from modelcards.curl import curl_line

PAGE_SIZE = 25


@require_safe
def evaluations(request: HttpRequest) -> HttpResponse:
    """Evaluations, newest first; ``state``, ``mine`` and ``page`` are in the address."""
    state, mine = request.GET.get("state", ""), request.GET.get("mine") == "1" and request.user.is_authenticated
    found = Evaluation.objects.visible_to(request.user).select_related("requested_by").order_by("-pk")
    if mine:
        found = found.filter(requested_by=request.user.pk)
    if state in STATES:
        found = found.in_state(state)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": evaluation_rows(list(page)),
        "states": STATES,
        "state": state if state in STATES else "",
        "mine": mine,
        "query": urlencode(({"state": state} if state in STATES else {}) | ({"mine": 1} if mine else {})),
        "devices": Device.objects.live().count(),
    }
    return render_live(request, "evaluation/evaluations.html", "evaluation/evaluations_live.html", context)


@require_safe
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """One evaluation: figures, matrix, runs, failures, log, settings, devices. ``page``: which part of a large one."""
    found = _visible(request, pk)
    if answer := asked_sheet(request, {"cells": lambda: _cells_sheet(request, found)}, f"evaluation-{pk}"):
        return answer
    context = overview(found, request.GET.get("page")) | {
        "may_change": may_change(request.user, found.requested_by_id),
        "exports": export_links(request),
        "api": curl_line(request, f"evaluations/{pk}"),
    }
    return render_live(request, "evaluation/evaluation.html", "evaluation/evaluation_live.html", context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel what nobody else waits for."""
    found = _visible(request, pk)
    done = _("Cancelled. What was done stays; what others wait for goes on.")
    return act(request, _address(found), lambda: evaluation_cancel(user=request.user, evaluation=found), done)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue failed and cancelled cells again."""
    found = _visible(request, pk)
    done = _("Queued again.")
    return act(request, _address(found), lambda: evaluation_retry(user=request.user, evaluation=found), done)


def _cells_sheet(request: HttpRequest, found: Evaluation) -> Sheet:
    """All its cells that the one who asks may see, whatever part of them the page shows."""
    cells = Cell.objects.visible_to(request.user).filter(evaluations=found).distinct()
    related = cells.select_related("checkpoint__card", "task").prefetch_related("scores")
    rows = related.order_by("checkpoint__card__name", "task__name", "num_fewshot", "pk")
    title = _("Evaluation %(number)d") % {"number": found.pk}
    return cells_sheet(title, rows, request.build_absolute_uri(request.path))


def _visible(request: HttpRequest, pk: int) -> Evaluation:
    found = Evaluation.objects.visible_to(request.user).select_related("requested_by")
    return get_object_or_404(found, pk=pk)


def _address(found: Evaluation) -> str:
    return reverse("evaluation:evaluation", args=[found.pk])
