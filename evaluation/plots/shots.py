"""Scores by the number of examples in the prompt: a line for each model, and what the examples gain it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from evaluation.models import Origin
from evaluation.plots.average import STEPS, average
from evaluation.plots.axes import AXES
from evaluation.plots.choice import AVERAGE, EVERY, PlotChoice
from evaluation.plots.ladders import Ladder, gain_point, ladders
from evaluation.plots.lines import FamilyFit, Scales, family_fits
from evaluation.plots.offers import Laddered, Offer, best, laddered, wanted_cards
from evaluation.plots.points import Point
from evaluation.standings import MAIN, Standing, Wish, standings
from evaluation.standings.subjects import SubjectNames
from modelcards.querysets import Reader

MOST_LINES = 40
MOST_AVERAGED = 300
"""Of a large catalog the average is made of the models with the most whole tasks."""


@dataclass(frozen=True)
class Shots:
    """Lines of one task, or of the average. ``steps``: the shots that the lines have, in order; ``more``: lines that
    are not drawn.

    ``used`` and ``left_out``: names of the tasks of an average, and of those that some model lacks; ``without``: models
    that have too few of the tasks. ``gains``: what examples gain against parameters, ``fits`` the lines through it.
    """

    offers: Sequence[Offer]
    asked: Offer | None
    origin: str
    ladders: Sequence[Ladder] = ()
    steps: Sequence[int] = ()
    metric: str = ""
    chance: float | None = None
    used: Sequence[str] = ()
    left_out: Sequence[str] = ()
    without: Sequence[str] = ()
    gains: Sequence[Point] = ()
    fits: Sequence[FamilyFit] = ()
    more: int = 0


def shots(user: Reader, choice: PlotChoice) -> Shots:
    """What is drawn of a choice by shots; without a task the average, where several models share tasks."""
    subjects = SubjectNames()
    averaged = choice.task in ("", AVERAGE)
    task = "" if averaged else next(iter(subjects.named((choice.task,))))
    wanted = replace(choice, shots=None, task=task)
    climbed = laddered(user, wanted, subjects)
    found = climbed.offers
    asked = best(found, wanted) or best(found, replace(wanted, origin=""))
    if asked is None:
        return Shots(found, None, choice.origin)
    if averaged:
        drawn = _of_average(user, wanted, subjects, climbed, asked)
        if drawn.ladders or choice.task == AVERAGE:
            return drawn
    return _of_task(user, wanted, subjects, found, asked)


def _of_task(user: Reader, choice: PlotChoice, subjects: SubjectNames, found: Sequence[Offer], asked: Offer) -> Shots:
    origin = EVERY if choice.origin == EVERY else asked.origin
    origins = tuple(Origin.values) if origin == EVERY else (origin,)
    rows = _standings(user, choice, subjects, origins, (asked.subject,))
    every = ladders(rows)
    drawn = every[:MOST_LINES]
    chances = {one.chance for one in rows}
    gains = [point for one in drawn if (point := gain_point(one, one.rungs[-1].standing))]
    return Shots(
        found,
        asked,
        origin,
        drawn,
        sorted({rung.shots for one in drawn for rung in one.rungs}),
        ", ".join(sorted({one.metric for one in rows})),
        chances.pop() if len(chances) == 1 else None,
        gains=gains,
        fits=_fits(gains),
        more=len(every) - len(drawn),
    )


def _of_average(user: Reader, choice: PlotChoice, subjects: SubjectNames, climbed: Laddered, asked: Offer) -> Shots:
    cards = climbed.climbers(asked.origin, MOST_AVERAGED)
    mean = average(_standings(user, choice, subjects, (asked.origin,), cards=cards))
    name = _("Average of %(n)d tasks") % {"n": len(mean.used)}
    return Shots(
        climbed.offers,
        replace(asked, subject=AVERAGE, name=name, models=len(mean.ladders)),
        asked.origin,
        mean.ladders[:MOST_LINES],
        STEPS,
        _("mean of the scores"),
        used=[subjects.name(one) for one in mean.used],
        left_out=[subjects.name(one) for one in mean.left_out],
        without=mean.without,
        gains=mean.gains,
        fits=_fits(mean.gains),
        more=max(0, len(mean.ladders) - MOST_LINES),
    )


def _standings(
    user: Reader,
    choice: PlotChoice,
    subjects: SubjectNames,
    origins: Sequence[str],
    wanted: Sequence[str] = (),
    cards: Sequence[int] | None = None,
) -> list[Standing]:
    found = wanted_cards(user, choice)
    found = found if cards is None else found.filter(pk__in=cards)
    wish = Wish(subjects=wanted, origins=origins, cards=found, metric=MAIN)
    return standings(user, wish, subjects)


def _fits(gains: Sequence[Point]) -> list[FamilyFit]:
    return family_fits(gains, AXES["parameters"], Scales(x_log=True, y_log=False))
