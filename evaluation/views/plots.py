"""Scores drawn against size, data, compute and time, along training, and by examples in the prompt."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation.plots.axes import AXES
from evaluation.plots.choice import PlotChoice, read_choice
from evaluation.plots.keys import key_of
from evaluation.plots.line_sheets import shots_sheets, training_sheets
from evaluation.plots.lines import Scales
from evaluation.plots.marks import ORIGIN_NAMES
from evaluation.plots.offers import unknown_models
from evaluation.plots.pagewords import around, score_title, shots_around, training_around
from evaluation.plots.reading import Scaling, scaling
from evaluation.plots.scaling_figure import scaling_figure
from evaluation.plots.sheets import scaling_sheets
from evaluation.plots.shots import Shots, shots
from evaluation.plots.shots_figure import gain_hover, shots_figure
from evaluation.plots.tables import shots_table, training_table
from evaluation.plots.training import Training, training
from evaluation.plots.training_figure import training_figure
from evaluation.tableexport import asked_sheet, export_links
from modelcards.curl import curl_line

PAGE_SIZE = 50
GAIN_HEIGHT = 400


@require_safe
def plots(request: HttpRequest) -> HttpResponse:
    """``/plots/?x=parameters&task=…&shots=…``: the whole state is in the address."""
    choice = read_choice(request.GET)
    views = {"scaling": _scaling, "training": _training, "shots": _shots}
    return views[choice.view](request, choice)


def _scaling(request: HttpRequest, choice: PlotChoice) -> HttpResponse:
    found = scaling(request.user, choice)
    title = scaling_title(found)
    if answer := asked_sheet(request, scaling_sheets(found, title, _address(request, choice)), "plots"):
        return answer
    rows = sorted(found.points, key=lambda one: (one.x is None, -(one.x or 0.0)))
    best_ones = found.frontiers or {}
    figure = scaling_figure(
        found.points, found.fits, best_ones, found.axis, found.scales, score_title(found), found.chance
    )
    context: dict[str, Any] = {
        **around(choice, found.offers, found.asked, found.origin),
        "found": found,
        "title": title,
        "figure": figure if found.drawn else None,
        "key": key_of((one.card, one.origin) for one in found.drawn),
        "page": Paginator([(one, found.is_best(one)) for one in rows], PAGE_SIZE).get_page(choice.page),
        **_taken_away(request, choice, "points"),
        "lines_exports": export_links(request, "lines"),
    }
    return render(request, "evaluation/plots.html", context)


def _training(request: HttpRequest, choice: PlotChoice) -> HttpResponse:
    found = training(request.user, choice)
    title = training_title(found, choice)
    if answer := asked_sheet(request, training_sheets(found, title, _address(request, choice)), "training"):
        return answer
    large = len(found.panels) == 1
    context: dict[str, Any] = {
        **training_around(choice, found),
        "found": found,
        "title": title,
        "large": large,
        "origin_name": ORIGIN_NAMES[found.asked.origin] if found.asked else "",
        "panels": [
            (f"panel-{place}", one, training_figure(one, found.of_tokens, choice.x_linear, large))
            for place, one in enumerate(found.panels)
        ],
        "table": training_table(found),
        **_taken_away(request, choice, "curves"),
    }
    context["page"] = Paginator(context["table"].rows, PAGE_SIZE).get_page(choice.page)
    return render(request, "evaluation/plots_training.html", context)


def _shots(request: HttpRequest, choice: PlotChoice) -> HttpResponse:
    found = shots(request.user, choice)
    title = shots_title(found)
    if answer := asked_sheet(request, shots_sheets(found, title, _address(request, choice)), "shots"):
        return answer
    scales = Scales(x_log=True, y_log=False)
    gains = scaling_figure(
        found.gains, found.fits, {}, AXES["parameters"], scales, _("gain"), 0.0, gain_hover, GAIN_HEIGHT
    )
    context: dict[str, Any] = {
        **shots_around(choice, found),
        "found": found,
        "title": title,
        "figure": shots_figure(found) if found.ladders else None,
        "gains": gains if gains["data"] else None,
        "key": key_of((one.card, one.origin) for one in found.ladders),
        "table": shots_table(found),
        **_taken_away(request, choice, "shots"),
    }
    context["page"] = Paginator(context["table"].rows, PAGE_SIZE).get_page(choice.page)
    return render(request, "evaluation/plots_shots.html", context)


def _address(request: HttpRequest, choice: PlotChoice) -> str:
    return request.build_absolute_uri(request.path + choice.query())


def _taken_away(request: HttpRequest, choice: PlotChoice, table: str) -> dict[str, Any]:
    links = export_links(request, table)
    return {
        "exports": links,
        "data_csv": links[0].url,
        "api": curl_line(request, "plots", choice.query()),
        "unknown": unknown_models(request.user, choice),
    }


def scaling_title(found: Scaling) -> str:
    """``HellaSwag, 0-shot, against parameters``."""
    if found.asked is None:
        return _("Scores")
    name = str(found.axis.name)
    words = {"task": found.asked.name, "k": found.asked.shots, "axis": name[0].lower() + name[1:]}
    return _("%(task)s, %(k)d-shot, against %(axis)s") % words


def training_title(found: Training, choice: PlotChoice) -> str:
    """``HellaSwag, 0-shot, along training``."""
    if found.asked is None:
        return _("Scores along training")
    words = {"task": found.asked.name if choice.task else _("All tasks"), "k": found.asked.shots}
    return _("%(task)s, %(k)d-shot, along training") % words


def shots_title(found: Shots) -> str:
    """``HellaSwag by examples in the prompt``."""
    return _("%(task)s by examples in the prompt") % {"task": found.asked.name if found.asked else _("Scores")}
