"""The tables of scores along training and by shots as sheets, a row for each value. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _

from evaluation.core.statistics import Interval
from evaluation.plots.choice import AVERAGE
from evaluation.plots.ladders import FEW
from evaluation.plots.shots import Shots
from evaluation.plots.training import Training
from evaluation.standings import Standing
from evaluation.tableexport import Cell, Column, Sheet

Sheets = dict[str, Callable[[], Sheet]]


def _columns(place: Column) -> list[Column]:
    return [
        Column("model", _("Model")),
        Column("slug", _("Slug")),
        Column("parameters", _("Parameters"), "integer"),
        Column("task", _("Task")),
        place,
        Column("value", _("Score"), "number"),
        Column("low", _("95 % from"), "number"),
        Column("high", _("95 % to"), "number"),
        Column("n", _("Documents"), "integer"),
        Column("metric", _("Metric")),
        Column("origin", _("Origin")),
        Column("source", _("Source")),
    ]


def _value(told: Standing, interval: Interval | None) -> list[Cell]:
    ends: list[Cell] = [interval.low, interval.high] if interval else [None, None]
    return [told.value, *ends, told.n, told.metric, told.origin, told.source or None]


def training_sheets(found: Training, title: str, address: str) -> Sheets:
    """What makes ``curves``: one row for each scored checkpoint and task."""
    return {"curves": partial(_curves, found, title, address)}


def _curves(found: Training, title: str, address: str) -> Sheet:
    place = ("tokens_seen", _("Tokens seen")) if found.of_tokens else ("step", _("Training step"))
    rows = []
    for panel in found.panels:
        for curve in panel.curves:
            card = curve.card
            start: list[Cell] = [card.name, card.slug, card.parameters, panel.subject]
            rows += [[*start, one.x, *_value(one.standing, one.interval)] for one in curve.moments]
    return Sheet(title, _columns(Column(*place, "integer")), rows, (), address)


def shots_sheets(found: Shots, title: str, address: str) -> Sheets:
    """What makes ``shots``: one row for each value of each line."""
    return {"shots": partial(_shots, found, title, address)}


def _shots(found: Shots, title: str, address: str) -> Sheet:
    rows: list[list[Cell]] = []
    for one in found.ladders:
        for rung in one.rungs:
            start: list[Cell] = [one.card.name, one.card.slug, one.card.parameters]
            if rung.standing is not None:
                rows.append([*start, rung.standing.subject, rung.shots, *_value(rung.standing, rung.interval)])
            else:
                shots = None if rung.shots == FEW else rung.shots
                rows.append([*start, AVERAGE, shots, rung.value, None, None, None, _("mean"), one.origin, None])
    notes = []
    if found.used:
        notes = [
            _("Average over: %(tasks)s.") % {"tasks": ", ".join(found.used)},
            _("Without a number of shots: as many as each source used, more than one."),
        ]
    return Sheet(title, _columns(Column("num_fewshot", _("Shots"), "integer")), rows, notes, address)
