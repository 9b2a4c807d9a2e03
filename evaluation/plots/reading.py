"""From a choice to what is drawn of it: one question to the database for what there is, then those of the standings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evaluation.plots.axes import AXES, Axis
from evaluation.plots.choice import EVERY, PlotChoice
from evaluation.plots.lines import FamilyFit, Scales, drawable, family_fits, frontier, thinned
from evaluation.plots.offers import Offer, best, offers, wanted_cards
from evaluation.plots.points import Point, on_scale, points, several_sources
from evaluation.standings import MAIN, Standing, Wish, standings
from evaluation.standings.subjects import SubjectNames
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Scaling:
    """Scores of one subject at one number of shots. ``asked`` None: no model has scores of what was asked for.

    ``points``: also those that have no place on the x axis, which stand in the table alone.
    """

    axis: Axis
    scales: Scales
    offers: Sequence[Offer]
    asked: Offer | None
    origin: str
    points: Sequence[Point] = ()
    fits: Sequence[FamilyFit] = ()
    frontiers: dict[str, list[Point]] | None = None
    can_be_normalised: bool = False
    normalised: bool = False

    @property
    def drawn(self) -> list[Point]:
        """The points of the figure."""
        return drawable(self.points, self.scales)

    @property
    def marks(self) -> int:
        """How many of them have a mark: of very many not all."""
        return len(thinned(self.drawn, self.frontiers or {}))

    @property
    def without_x(self) -> list[Point]:
        """Points whose cards do not state what is drawn across."""
        return [one for one in self.points if one.x is None]

    @property
    def otherwise_measured(self) -> int:
        """How many points were measured in another way than most of their origin."""
        return sum(not one.kept for one in self.points)

    @property
    def doubled(self) -> int:
        """How many models have published values of several sources."""
        return several_sources(self.points)

    @property
    def metric(self) -> str:
        """The metrics of the points, as their sources call them."""
        return ", ".join(sorted({one.standing.metric for one in self.points}))

    @property
    def chance(self) -> float | None:
        """What a blind guess scores on the axis as it is drawn; None where it is not known or not the same for all."""
        told = {0.0 if self.normalised else one.standing.chance for one in self.drawn}
        return told.pop() if len(told) == 1 else None

    @property
    def stairs(self) -> bool:
        """Whether a frontier is drawn: one model alone makes no stair."""
        return any(len(mine) > 1 for mine in (self.frontiers or {}).values())

    def is_best(self, point: Point) -> bool:
        """Whether it stands on a frontier."""
        return any(point in found for found in (self.frontiers or {}).values())


def scaling(user: Reader, choice: PlotChoice) -> Scaling:
    """What is drawn of a choice in the view of size, data, compute and date."""
    subjects = SubjectNames()
    choice = _named(choice, subjects)
    axis = AXES[choice.x]
    scales = Scales(axis.log and not choice.x_linear, choice.y_log)
    found = offers(user, choice, subjects)
    asked = nearest(found, choice) or nearest(_groups(user, choice, subjects), choice)
    if asked is None:
        return Scaling(axis, scales, found, None, choice.origin)
    origin = EVERY if choice.origin == EVERY else asked.origin
    rows = _one_filter(_standings(user, choice, subjects, asked, origin))
    can = any(on_scale(one, one.value) is not None for one in rows)
    as_normalised = choice.normalised and can
    drawn = points(rows, axis, as_normalised)
    fits = family_fits(drawn, axis, scales) if choice.fits else ()
    best_ones = frontier(drawn, scales) if choice.frontier else {}
    return Scaling(axis, scales, found, asked, origin, drawn, fits, best_ones, can, as_normalised)


def _standings(user: Reader, choice: PlotChoice, subjects: SubjectNames, asked: Offer, origin: str) -> list[Standing]:
    origins = choice.origins if origin == EVERY else (origin,)
    cards = wanted_cards(user, choice)
    wish = Wish(subjects=(asked.subject,), shots=asked.shots, origins=origins, cards=cards, metric=MAIN)
    return standings(user, wish, subjects)


def nearest(found: Sequence[Offer], choice: PlotChoice) -> Offer | None:
    """What a choice means; where nobody has scores so, with other shots, then from another origin."""
    other_shots = replace(choice, shots=None)
    wishes = (choice, other_shots, replace(choice, origin=""), replace(other_shots, origin=""))
    return next((one for wish in wishes if (one := best(found, wish))), None)


def _groups(user: Reader, choice: PlotChoice, subjects: SubjectNames) -> list[Offer]:
    """A group that only measured parts answer has no stored scores that could be counted: its standings tell."""
    if not choice.task:
        return []
    wish = Wish(subjects=(choice.task,), cards=wanted_cards(user, choice), metric=MAIN)
    rows = standings(user, wish, subjects)
    counts = Counter((one.subject, one.subject_name, one.num_fewshot, one.origin) for one in rows)
    return [Offer(*found, models) for found, models in counts.items()]


def _named(choice: PlotChoice, subjects: SubjectNames) -> PlotChoice:
    """The choice with its task named as subjects are: a benchmark may also be called by its task."""
    return replace(choice, task=next(iter(subjects.named((choice.task,))))) if choice.task else choice


def _one_filter(rows: Sequence[Standing]) -> list[Standing]:
    """Of each origin the rows of the filter that most have: two readings of one answer are not two models."""
    counts = Counter((one.origin, one.filter) for one in rows)
    usual = {
        origin: min((name for of, name in counts if of == origin), key=lambda name: (-counts[origin, name], name))
        for origin in {one.origin for one in rows}
    }
    return [one for one in rows if one.filter == usual[one.origin]]
