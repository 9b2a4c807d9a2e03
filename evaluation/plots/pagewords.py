"""What the page offers around its figures: links with one thing changed, and the choices of its form. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from evaluation.models import Origin
from evaluation.plots.axes import AXES
from evaluation.plots.choice import AVERAGE, EVERY, VIEWS, PlotChoice
from evaluation.plots.marks import ORIGIN_NAMES
from evaluation.plots.offers import Offer
from evaluation.plots.reading import Scaling
from evaluation.plots.shots import Shots
from evaluation.plots.training import Training
from modelcards.taxonomy import FAMILIES, STAGES

Option = tuple[str, str, bool]
"""Value, text, and whether it is chosen."""
Group = tuple[str, list[Option]]
"""A heading, and what stands below it."""


def around(choice: PlotChoice, offers: Sequence[Offer], asked: Offer | None, origin: str) -> dict[str, Any]:
    """The controls of a view: what they offer, and what is chosen now."""
    return {
        "choice": choice,
        "asked": asked,
        "views": [(choice.query(view=view, x=_first_axis(view)), name, view == choice.view) for view, name in _views()],
        "axes": [(choice.query(x=key), axis.name, key == choice.x) for key, axis in AXES.items()],
        "tasks": task_options(offers, asked),
        "shot_counts": shot_options(offers, asked, origin),
        "origins": origin_options(offers, asked, origin),
        "families": [(key, term.name, key in choice.families) for key, term in FAMILIES.items()],
        "stages": [(key, term.name, key in choice.stages) for key, term in STAGES.items()],
        "counted": _("models"),
        "narrowed": bool(choice.families or choice.stages or choice.models),
        "everything": choice.query(families=(), stages=(), models=()),
        "other": asked is not None and _other(choice, asked),
    }


def training_around(choice: PlotChoice, found: Training) -> dict[str, Any]:
    """The controls along training: without a task all of them are drawn."""
    asked = found.asked
    words = around(choice, found.offers, asked, asked.origin if asked else choice.origin)
    axes = (("step", _("Training step")), ("tokens", _("Tokens seen")))
    tasks = task_options(found.offers, asked if choice.task else None)
    return {
        **words,
        "axes": [(choice.query(x=key), name, key == choice.x) for key, name in axes],
        "every_task": ("", _("all benchmarks"), not choice.task),
        "tasks": tasks,
        "origins": [one for one in words["origins"] if one[0] != EVERY],
        "counted": _("checkpoints"),
    }


def shots_around(choice: PlotChoice, found: Shots) -> dict[str, Any]:
    """The controls of the shots: a task, or the average of what most models have."""
    asked = found.asked
    words = around(choice, found.offers, asked, found.origin)
    averaged = asked is not None and asked.subject == AVERAGE
    origins = sorted({one.origin for one in found.offers}, key=list(Origin.values).index)
    told = [(one, str(ORIGIN_NAMES[one]), one == found.origin) for one in origins]
    together = [(EVERY, _("all, told apart"), found.origin == EVERY)] if len(told) > 1 and not averaged else []
    return {
        **words,
        "axes": [],
        "every_task": (AVERAGE, _("average of the shared tasks"), averaged),
        "shot_counts": [],
        "origins": [*told, *together],
        "other": choice.origin not in ("", EVERY, found.origin),
    }


def _views() -> list[tuple[str, str]]:
    names = (_("Size, data and time"), _("Along training"), _("Examples in the prompt"))
    return list(zip(VIEWS, names, strict=True))


def _first_axis(view: str) -> str:
    return {"scaling": "parameters", "training": "step", "shots": "shots"}[view]


def _other(choice: PlotChoice, asked: Offer) -> bool:
    """Whether something else is shown than was asked for, since nobody has scores of that."""
    return choice.shots not in (None, asked.shots) or choice.origin not in ("", EVERY, asked.origin)


def task_options(offers: Sequence[Offer], asked: Offer | None) -> list[Group]:
    """Benchmarks, then all other tasks, each with the number of models where most have scores."""
    most: dict[str, Offer] = {}
    for one in offers:
        if one.subject not in most or one.models > most[one.subject].models:
            most[one.subject] = one
    if asked is not None and asked.subject != AVERAGE:
        most.setdefault(asked.subject, asked)
    chosen = asked.subject if asked else ""
    groups: list[Group] = [(_("Benchmarks"), []), (_("Other tasks"), [])]
    for one in sorted(most.values(), key=lambda one: (one.name.lower(), one.subject)):
        groups[not one.known][1].append((one.subject, f"{one.name} ({one.models})", one.subject == chosen))
    return [group for group in groups if group[1]]


def shot_options(offers: Sequence[Offer], asked: Offer | None, origin: str) -> list[Option]:
    """The shots at which the subject has scores, with the number of models."""
    if asked is None:
        return []
    counts: dict[int, int] = {asked.shots: 0}
    for one in offers:
        if one.subject == asked.subject and origin in (EVERY, one.origin):
            counts[one.shots] = max(counts.get(one.shots, 0), one.models)
    counts[asked.shots] = counts[asked.shots] or asked.models
    return [(str(shots), f"{shots} ({models})", shots == asked.shots) for shots, models in sorted(counts.items())]


def origin_options(offers: Sequence[Offer], asked: Offer | None, origin: str) -> list[Option]:
    """The origins of the scores of the subject at its shots, and all of them together."""
    if asked is None:
        return []
    counts = {one.origin: one.models for one in offers if (one.subject, one.shots) == (asked.subject, asked.shots)}
    counts.setdefault(asked.origin, asked.models)
    found = [(one, f"{ORIGIN_NAMES[one]} ({counts[one]})", one == origin) for one in Origin.values if one in counts]
    return [*found, (EVERY, _("all, told apart"), origin == EVERY)] if len(found) > 1 or origin == EVERY else found


def score_title(found: Scaling) -> str:
    """What stands beside the axis of scores."""
    if found.normalised:
        return _("%(metric)s, 0: blind guess, 1: all right") % {"metric": found.metric}
    return found.metric
