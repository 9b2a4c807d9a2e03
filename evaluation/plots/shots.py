"""Scores by the number of examples in the prompt: a line for each model, and what the examples gain it.

A line joins values of one model, origin and source alone. The average is over the tasks that every drawn model has
without, with one and with several examples; what is left out is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from evaluation.core.statistics import Interval, SharedAverage, score_interval, shared_average
from evaluation.models import Origin
from evaluation.plots.axes import AXES
from evaluation.plots.choice import AVERAGE, EVERY, PlotChoice
from evaluation.plots.lines import FamilyFit, Scales, family_fits
from evaluation.plots.offers import Offer, best, laddered, wanted_cards
from evaluation.plots.points import Point
from evaluation.standings import MAIN, Standing, Wish, standings
from evaluation.standings.subjects import SubjectNames
from modelcards.models import ModelCard
from modelcards.querysets import Reader

MOST_LINES = 40
FEW = -1
"""In place of a number of shots: as many as each task had, more than one."""


@dataclass(frozen=True, eq=False)
class Rung:
    """One value of a line. ``shots``: examples in the prompt, or ``FEW``; ``standing`` None: an average."""

    shots: int
    value: float
    interval: Interval | None = None
    standing: Standing | None = None


@dataclass(frozen=True, eq=False)
class Ladder:
    """The values of one model from one origin and source, by shots."""

    card: ModelCard
    origin: str
    source: str
    rungs: tuple[Rung, ...]

    @property
    def gain(self) -> float | None:
        """What the most examples gain over none; None where the value without examples is not known."""
        first, last = self.rungs[0], self.rungs[-1]
        return last.value - first.value if first.shots == 0 and last is not first else None


@dataclass(frozen=True)
class Shots:
    """Lines of one task, or of the average. ``steps``: the shots that the lines have, in order.

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
    fits: Sequence[FamilyFit] = field(default_factory=tuple)
    more: int = 0


def shots(user: Reader, choice: PlotChoice) -> Shots:
    """What is drawn of a choice by shots; without a task the average of what most models have."""
    subjects = SubjectNames()
    if choice.task and choice.task != AVERAGE:
        choice = replace(choice, task=next(iter(subjects.named((choice.task,)))))
    found = laddered(user, choice, subjects)
    wanted = replace(choice, shots=None, task="" if choice.task == AVERAGE else choice.task)
    asked = best(found, wanted) or best(found, replace(wanted, origin=""))
    if asked is None:
        return Shots(found, None, choice.origin)
    if choice.task in ("", AVERAGE):
        averaged = _average(user, choice, subjects, found, asked)
        if averaged.ladders or choice.task == AVERAGE:
            return averaged
    return _of_task(user, choice, subjects, found, asked)


def _of_task(user: Reader, choice: PlotChoice, subjects: SubjectNames, found: Sequence[Offer], asked: Offer) -> Shots:
    origin = EVERY if choice.origin == EVERY else asked.origin
    origins = tuple(Origin.values) if origin == EVERY else (origin,)
    wish = Wish(subjects=(asked.subject,), origins=origins, cards=wanted_cards(user, choice), metric=MAIN)
    rows = standings(user, wish, subjects)
    ladders = sorted(_ladders(rows), key=_largest_first)
    drawn = ladders[:MOST_LINES]
    steps = sorted({rung.shots for one in drawn for rung in one.rungs})
    chances = {one.chance for one in rows}
    metric = ", ".join(sorted({one.metric for one in rows}))
    gains = [point for one in drawn if (point := _gain(one, one.rungs[-1].standing))]
    return Shots(
        found,
        asked,
        origin,
        drawn,
        steps,
        metric,
        chances.pop() if len(chances) == 1 else None,
        gains=gains,
        fits=_fits(gains),
        more=len(ladders) - len(drawn),
    )


def _ladders(rows: Sequence[Standing]) -> list[Ladder]:
    """The lines with two values or more. Of two filters of one task each has lines of its own, the longer one stays."""
    groups: dict[tuple[int, str, str, str], list[Standing]] = defaultdict(list)
    for one in rows:
        source = one.source if one.origin == Origin.PUBLISHED else ""
        groups[one.card.pk, one.origin, source, one.filter].append(one)
    kept: dict[tuple[int, str, str], list[Standing]] = {}
    for (card, origin, source, _filter), mine in sorted(groups.items()):
        if len(mine) > max(1, len(kept.get((card, origin, source), ()))):
            kept[card, origin, source] = mine
    return [
        Ladder(mine[0].card, origin, source, tuple(map(_rung, sorted(mine, key=lambda one: one.num_fewshot))))
        for (_card, origin, source), mine in kept.items()
    ]


def _rung(one: Standing) -> Rung:
    return Rung(one.num_fewshot, one.value, score_interval(one.value, one.stderr, one.n), one)


def _largest_first(one: Ladder) -> tuple[float, str, str]:
    return -(one.card.parameters or 0), one.card.name.lower(), one.source


def _gain(one: Ladder, standing: Standing | None) -> Point | None:
    if one.gain is None or standing is None:
        return None
    axis = AXES["parameters"]
    x = axis.of(one.card)
    return Point(standing, x, axis.told(one.card), one.gain, None)


def _fits(gains: Sequence[Point]) -> list[FamilyFit]:
    return family_fits(gains, AXES["parameters"], Scales(x_log=True, y_log=False))


Values = dict[str, dict[int, Standing]]
"""By subject, what a model has without, with one and with several examples."""


def _average(user: Reader, choice: PlotChoice, subjects: SubjectNames, found: Sequence[Offer], asked: Offer) -> Shots:
    """The mean over tasks of the models that have at least half as many whole tasks as the one with the most."""
    wish = Wish(origins=(asked.origin,), cards=wanted_cards(user, choice), metric=MAIN)
    rows = [one for one in standings(user, wish, subjects) if 0 <= one.value <= 1 and one.higher_is_better]
    cards = {one.card.pk: one.card for one in rows}
    values = {pk: _whole(mine) for pk, mine in _by_card(rows).items()}
    most = max((len(mine) for mine in values.values()), default=0)
    models = [pk for pk, mine in values.items() if most > 1 and len(mine) * 2 >= most]
    names = sorted({subject for pk in models for subject in values[pk]})
    table = {step: [[_value(values[pk], name, step) for pk in models] for name in names] for step in (0, 1, FEW)}
    means = {step: shared_average(mine) for step, mine in table.items()}
    used = [names[at] for at in means[0].used]
    ladders = [_averaged(cards[pk], asked.origin, place, means) for place, pk in enumerate(models)] if used else []
    ladders.sort(key=_largest_first)
    gains = [point for one in ladders if (point := _gain(one, _stand_in(values, used, one)))]
    return Shots(
        found,
        replace(asked, subject=AVERAGE, name=_("Average of %(n)d tasks") % {"n": len(used)}, models=len(ladders)),
        asked.origin,
        ladders[:MOST_LINES],
        (0, 1, FEW),
        _("mean of the scores"),
        used=[subjects.name(name) for name in used],
        left_out=[subjects.name(name) for name in names if name not in used],
        without=sorted(cards[pk].name for pk, mine in values.items() if mine and pk not in models),
        gains=gains,
        fits=_fits(gains),
        more=max(0, len(ladders) - MOST_LINES),
    )


def _by_card(rows: Sequence[Standing]) -> dict[int, list[Standing]]:
    groups: dict[int, list[Standing]] = defaultdict(list)
    for one in rows:
        groups[one.card.pk].append(one)
    return groups


def _whole(rows: Sequence[Standing]) -> Values:
    """The tasks that a model has without, with one and with several examples, of one source each."""
    by_line: dict[tuple[str, str], dict[int, Standing]] = defaultdict(dict)
    for one in sorted(rows, key=lambda one: (one.num_fewshot, one.filter)):
        step = one.num_fewshot if one.num_fewshot < 2 else FEW
        by_line[one.subject, one.source if one.origin == Origin.PUBLISHED else ""][step] = one
    found: Values = {}
    for (subject, _source), mine in sorted(by_line.items()):
        if len(mine) == 3:
            found.setdefault(subject, mine)
    return found


def _value(values: Values, subject: str, step: int) -> float | None:
    return values[subject][step].value if subject in values else None


def _averaged(card: ModelCard, origin: str, place: int, means: Mapping[int, SharedAverage]) -> Ladder:
    rungs = [Rung(step, value) for step, mean in means.items() if (value := mean.values[place]) is not None]
    return Ladder(card, origin, "", tuple(rungs))


def _stand_in(values: Mapping[int, Values], used: Sequence[str], one: Ladder) -> Standing:
    """An average is no stored score; in a point it stands as one of no source, run or interval."""
    return replace(
        values[one.card.pk][used[0]][FEW],
        subject=AVERAGE,
        subject_name=_("average"),
        metric=_("mean"),
        filter="",
        parts=len(used),
        value=one.rungs[-1].value,
        stderr=None,
        n=None,
        cell=None,
        run=None,
        source="",
        chance=None,
    )
