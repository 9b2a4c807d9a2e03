"""Scores drawn against size, data, compute and time, along training, and by examples in the prompt."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation.plots.choice import PlotChoice, read_choice
from evaluation.plots.keys import key_of
from evaluation.plots.pagewords import around, score_title
from evaluation.plots.reading import Scaling, scaling
from evaluation.plots.scaling_figure import scaling_figure
from evaluation.plots.sheets import scaling_sheets
from evaluation.tableexport import asked_sheet, export_links
from modelcards.curl import curl_line

PAGE_SIZE = 50


@require_safe
def plots(request: HttpRequest) -> HttpResponse:
    """``/plots/?x=parameters&task=…&shots=…``: the whole state is in the address."""
    choice = read_choice(request.GET)
    return _scaling(request, choice)


def _scaling(request: HttpRequest, choice: PlotChoice) -> HttpResponse:
    found = scaling(request.user, choice)
    title = scaling_title(found)
    sheets = scaling_sheets(found, title, request.build_absolute_uri(request.path + choice.query()))
    if answer := asked_sheet(request, sheets, "plots"):
        return answer
    rows = sorted(found.points, key=lambda one: (one.x is None, -(one.x or 0.0)))
    figure = scaling_figure(
        found.points, found.fits, found.frontiers or {}, found.axis, found.scales, score_title(found), found.chance
    )
    context: dict[str, Any] = {
        **around(choice, found.offers, found.asked, found.origin),
        "found": found,
        "title": title,
        "figure": figure if found.drawn else None,
        "key": key_of(one.standing for one in found.drawn),
        "page": Paginator([(one, found.is_best(one)) for one in rows], PAGE_SIZE).get_page(choice.page),
        "exports": export_links(request, "points"),
        "data_csv": export_links(request, "points")[0].url,
        "api": curl_line(request, "plots", choice.query()),
    }
    return render(request, "evaluation/plots.html", context)


def scaling_title(found: Scaling) -> str:
    """``HellaSwag, 0-shot, against parameters``."""
    if found.asked is None:
        return _("Scores")
    words = {"task": found.asked.name, "k": found.asked.shots, "axis": str(found.axis.name).lower()}
    return _("%(task)s, %(k)d-shot, against %(axis)s") % words
