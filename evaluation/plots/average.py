"""The average over tasks by examples in the prompt. Pure.

Of each task three values count: without, with one and with several examples, all of one source. The average is over the
tasks that every drawn model has; what is left out is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from evaluation.core.statistics import SharedAverage, shared_average
from evaluation.plots.choice import AVERAGE
from evaluation.plots.ladders import FEW, Ladder, Rung, gain_point, largest_first, line_source
from evaluation.plots.points import Point
from evaluation.standings import Standing
from modelcards.models import ModelCard

STEPS = (0, 1, FEW)
Values = dict[str, dict[int, Standing]]
"""By subject, what a model has at each of the steps."""


@dataclass(frozen=True)
class Average:
    """The lines of the models that have at least half as many whole tasks as the one with the most.

    ``used`` and ``left_out``: subjects in the average, and those that one of its models lacks; ``without``: names of
    models with fewer.
    """

    ladders: list[Ladder]
    gains: list[Point]
    used: list[str]
    left_out: list[str]
    without: list[str]


def average(rows: Sequence[Standing]) -> Average:
    """The average of these values: of those that are fractions and better when higher."""
    fractions = [one for one in rows if 0 <= one.value <= 1 and one.higher_is_better]
    by_card: dict[int, list[Standing]] = defaultdict(list)
    for one in fractions:
        by_card[one.card.pk].append(one)
    cards = {pk: mine[0].card for pk, mine in by_card.items()}
    whole = {pk: _whole(mine) for pk, mine in by_card.items()}
    values = {pk: mine for pk, mine in whole.items() if mine}
    most = max(map(len, values.values()), default=0)
    models = [pk for pk, mine in values.items() if most > 1 and len(mine) * 2 >= most]
    names = sorted({subject for pk in models for subject in values[pk]})
    means = {step: _mean(values, models, names, step) for step in STEPS}
    used = [names[at] for at in means[0].used]
    found = [_ladder(cards[pk], rows[0].origin, place, means) for place, pk in enumerate(models)] if used else []
    found.sort(key=largest_first)
    gains = [gain_point(one, _stand_in(values[one.card.pk], used, one)) for one in found]
    return Average(
        found,
        [point for point in gains if point],
        used,
        [name for name in names if name not in used],
        sorted(cards[pk].name for pk in values if pk not in models),
    )


def _whole(rows: Sequence[Standing]) -> Values:
    """The tasks that one model has at all steps, of one source each."""
    lines: dict[tuple[str, str], dict[int, Standing]] = defaultdict(dict)
    for one in sorted(rows, key=lambda one: (one.num_fewshot, one.filter)):
        lines[one.subject, line_source(one)][one.num_fewshot if one.num_fewshot < 2 else FEW] = one
    found: Values = {}
    for (subject, _source), mine in sorted(lines.items()):
        if len(mine) == len(STEPS):
            found.setdefault(subject, mine)
    return found


def _mean(values: Mapping[int, Values], models: Sequence[int], names: Sequence[str], step: int) -> SharedAverage:
    return shared_average([[_value(values[pk], name, step) for pk in models] for name in names])


def _value(values: Values, subject: str, step: int) -> float | None:
    return values[subject][step].value if subject in values else None


def _ladder(card: ModelCard, origin: str, place: int, means: Mapping[int, SharedAverage]) -> Ladder:
    rungs = [Rung(step, value) for step, mean in means.items() if (value := mean.values[place]) is not None]
    return Ladder(card, origin, "", tuple(rungs))


def _stand_in(values: Values, used: Sequence[str], one: Ladder) -> Standing:
    """An average is no stored score; in a point it stands as one of no source, run or interval."""
    return replace(
        values[used[0]][FEW],
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
