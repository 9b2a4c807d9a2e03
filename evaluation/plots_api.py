"""``GET plots``: what the page of plots draws, as data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from evaluation.core.statistics import Interval
from evaluation.plots.choice import read_choice
from evaluation.plots.ladders import FEW
from evaluation.plots.lines import FamilyFit
from evaluation.plots.points import Point
from evaluation.plots.reading import Scaling, scaling
from evaluation.plots.shots import Shots, shots
from evaluation.plots.training import Training, training
from evaluation.standings import Standing
from modelcards.values import iso_date

router = Router(tags=["plots"])


class PlotPointOut(Schema):
    """One value of one model. ``x`` null: its card does not state it; of release dates ``x`` is the day's number
    (1 January of year 1 is 1). ``kept``: whether lines count it, since most of its origin are measured the same way."""

    model: str
    architecture_family: str
    stage: str
    parameters: int | None
    training_tokens: int | None
    release_date: str
    x: float | None
    value: float
    y: float
    stderr: float | None
    n: int | None
    interval: tuple[float, float] | None
    metric: str
    filter: str
    origin: str
    source: str
    confidence: str
    comparable_key: str
    run: int | None
    kept: bool
    best: bool


class PlotLineOut(Schema):
    """The least-squares line of one family and origin; nulls where there are too few models. ``slope``: change for one
    tenfold of a logarithmic x, for a year, or for one unit."""

    architecture_family: str
    origin: str
    n: int
    slope: float | None
    r2: float | None
    x: list[float]
    centre: list[float]
    low: list[float]
    high: list[float]


class CurvePointOut(Schema):
    """``x``: training step or tokens seen, or the number of shots; null where an average is over several numbers."""

    x: int | None
    value: float
    interval: tuple[float, float] | None
    n: int | None
    comparable_key: str
    run: int | None


class CurveOut(Schema):
    """One model's values of one task along training, or by shots from one source. ``gain``: from no shots to most."""

    model: str
    parameters: int | None
    task: str
    metric: str
    origin: str
    source: str
    gain: float | None
    points: list[CurvePointOut]


class PlotOut(Schema):
    """What one view draws; ``task`` null: no model has scores of what was asked for, or several tasks are drawn.

    ``points`` and ``lines`` against size, data and time; ``curves`` along training and by shots, where ``lines`` go
    through the gains. ``tasks``: those of an average; ``left_out``: those that one of its models lacks.
    """

    view: str
    x: str
    task: str | None
    num_fewshot: int | None
    origin: str
    normalised: bool = False
    chance: float | None = None
    points: list[PlotPointOut] = []
    lines: list[PlotLineOut] = []
    curves: list[CurveOut] = []
    tasks: list[str] = []
    left_out: list[str] = []


QUERY = [
    {"in": "query", "name": name, "required": False, "schema": {"type": "string"}}
    for name in (
        *("view", "x", "task", "shots", "origin", "family", "stage", "models", "y", "x_scale", "y_scale", "fits"),
        "frontier",
    )
]


@router.get(
    "plots",
    response=PlotOut,
    summary="Scores against size, data and time, along training and by shots",
    openapi_extra={"parameters": QUERY},
)
def plots(request: HttpRequest) -> dict[str, Any]:
    """The same words as the page at ``/plots/``; what they do not say is chosen as there, and named in the answer."""
    choice = read_choice(request.GET)
    if choice.view == "training":
        return training_out(training(request.user, choice))
    if choice.view == "shots":
        return shots_out(shots(request.user, choice))
    return scaling_out(scaling(request.user, choice))


def scaling_out(found: Scaling) -> dict[str, Any]:
    """Points and lines as data."""
    return {
        "view": "scaling",
        "x": found.axis.key,
        "task": found.asked.subject if found.asked else None,
        "num_fewshot": found.asked.shots if found.asked else None,
        "origin": found.origin,
        "normalised": found.normalised,
        "chance": found.chance,
        "points": [point_out(one, found.is_best(one)) for one in found.points],
        "lines": [line_out(one) for one in found.fits],
    }


def point_out(one: Point, best: bool) -> dict[str, Any]:
    """A point as data."""
    card, told = one.card, one.standing
    return {
        "model": card.slug,
        "architecture_family": card.architecture_family,
        "stage": card.stage,
        "parameters": card.parameters,
        "training_tokens": card.training_tokens,
        "release_date": iso_date(card.release_date, card.release_precision),
        "x": one.x,
        "value": told.value,
        "y": one.y,
        "stderr": told.stderr,
        "n": told.n,
        "interval": (one.interval.low, one.interval.high) if one.interval else None,
        "metric": told.metric,
        "filter": told.filter,
        "origin": told.origin,
        "source": told.source,
        "confidence": told.confidence,
        "comparable_key": told.comparable_key,
        "run": told.run,
        "kept": one.kept,
        "best": best,
    }


def line_out(one: FamilyFit) -> dict[str, Any]:
    """A line as data."""
    return {
        "architecture_family": one.family,
        "origin": one.origin,
        "n": one.n,
        "slope": one.slope,
        "r2": one.fit.r2 if one.fit else None,
        "x": list(one.xs),
        "centre": list(one.centre),
        "low": list(one.low),
        "high": list(one.high),
    }


def training_out(found: Training) -> dict[str, Any]:
    """Curves along training as data."""
    curves = [
        {
            "model": curve.card.slug,
            "parameters": curve.card.parameters,
            "task": panel.subject,
            "metric": panel.metric,
            "origin": curve.moments[0].standing.origin,
            "source": "",
            "gain": None,
            "points": [curve_point(one.x, one.standing.value, one.interval, one.standing) for one in curve.moments],
        }
        for panel in found.panels
        for curve in panel.curves
    ]
    return {
        "view": "training",
        "x": "tokens" if found.of_tokens else "step",
        "task": found.panels[0].subject if len(found.panels) == 1 else None,
        "num_fewshot": found.asked.shots if found.asked else None,
        "origin": found.asked.origin if found.asked else "",
        "curves": curves,
    }


def shots_out(found: Shots) -> dict[str, Any]:
    """Lines by shots as data."""
    curves = [
        {
            "model": one.card.slug,
            "parameters": one.card.parameters,
            "task": found.asked.subject if found.asked else "",
            "metric": found.metric,
            "origin": one.origin,
            "source": one.source,
            "gain": one.gain,
            "points": [
                curve_point(None if rung.shots == FEW else rung.shots, rung.value, rung.interval, rung.standing)
                for rung in one.rungs
            ],
        }
        for one in found.ladders
    ]
    return {
        "view": "shots",
        "x": "shots",
        "task": found.asked.subject if found.asked else None,
        "num_fewshot": None,
        "origin": found.origin,
        "chance": found.chance,
        "curves": curves,
        "lines": [line_out(one) for one in found.fits],
        "tasks": list(found.used),
        "left_out": list(found.left_out),
    }


def curve_point(x: int | None, value: float, interval: Interval | None, told: Standing | None) -> dict[str, Any]:
    """One value of a curve as data."""
    return {
        "x": x,
        "value": value,
        "interval": (interval.low, interval.high) if interval else None,
        "n": told.n if told else None,
        "comparable_key": told.comparable_key if told else "",
        "run": told.run if told else None,
    }
