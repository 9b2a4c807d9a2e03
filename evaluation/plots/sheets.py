"""The tables of the page as sheets, to be taken away. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.utils.translation import gettext as _

from evaluation.plots.axes import Axis
from evaluation.plots.marks import family_name
from evaluation.plots.points import Point
from evaluation.plots.reading import Scaling
from evaluation.tableexport import Cell, Column, Sheet
from modelcards.values import iso_date


def point_columns(axis: Axis) -> list[Column]:
    """The columns of points, the number across among them."""
    return [
        Column("model", _("Model")),
        Column("slug", _("Slug")),
        Column("architecture_family", _("Architecture family")),
        Column("stage", _("Stage")),
        Column("parameters", _("Parameters"), "integer"),
        Column("training_tokens", _("Training tokens"), "integer"),
        Column("release_date", _("Release date")),
        Column("x", str(axis.name), "date" if axis.key == "date" else "number"),
        Column("value", _("Score"), "number"),
        Column("low", _("95 % from"), "number"),
        Column("high", _("95 % to"), "number"),
        Column("n", _("Documents"), "integer"),
        Column("task", _("Task")),
        Column("num_fewshot", _("Shots"), "integer"),
        Column("metric", _("Metric")),
        Column("origin", _("Origin")),
        Column("source", _("Source")),
    ]


def point_row(one: Point, axis: Axis) -> list[Cell]:
    """A point under these columns."""
    card, told = one.card, one.standing
    return [
        card.name,
        card.slug,
        card.architecture_family or None,
        card.stage or None,
        card.parameters,
        card.training_tokens,
        iso_date(card.release_date, card.release_precision) or None,
        _across(one, axis),
        one.y,
        one.interval.low if one.interval else None,
        one.interval.high if one.interval else None,
        told.n,
        told.subject,
        told.num_fewshot,
        told.metric,
        told.origin,
        told.source or None,
    ]


def _across(one: Point, axis: Axis) -> Cell:
    return one.card.release_date if axis.key == "date" else one.x


def scaling_sheets(found: Scaling, title: str, address: str) -> dict[str, Callable[[], Sheet]]:
    """What makes ``points``, the table below the figure, and ``lines``, the line of each family."""
    return {"points": partial(_points, found, title, address), "lines": partial(_lines, found, title, address)}


def _points(found: Scaling, title: str, address: str) -> Sheet:
    notes = [_("Scores of different origins, or measured in different ways, need not mean the same.")]
    rows = [point_row(one, found.axis) for one in found.points]
    return Sheet(title, point_columns(found.axis), rows, notes, address)


def _lines(found: Scaling, title: str, address: str) -> Sheet:
    columns = [
        Column("architecture_family", _("Architecture family")),
        Column("origin", _("Origin")),
        Column("n", _("Models"), "integer"),
        Column("slope", _("Change for one %(step)s") % {"step": found.axis.per}, "number"),
        Column("r2", _("Share of the variance explained"), "number"),
    ]
    rows: list[Sequence[Cell]] = [
        [family_name(one.family), one.origin, one.n, one.slope, one.fit.r2 if one.fit else None] for one in found.fits
    ]
    notes = [_("Least squares, one value for each model and origin; no line below three models.")]
    return Sheet(title, columns, rows, notes, address)
