"""Scores along training: a curve for each model that has scores at several checkpoints. One panel for each task."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evaluation.core.statistics import Interval, score_interval
from evaluation.plots.choice import PlotChoice
from evaluation.plots.offers import Offer, best, trained, wanted_cards
from evaluation.plots.points import usual_keys
from evaluation.standings import MAIN, Standing, Wish, standings
from evaluation.standings.subjects import SubjectNames
from modelcards.models import ModelCard
from modelcards.querysets import Reader

MOST_MODELS = 8
MOST_PANELS = 12


@dataclass(frozen=True, eq=False)
class Moment:
    """One score of a checkpoint: ``x`` is its training step, or the tokens that it had seen."""

    standing: Standing
    x: int
    interval: Interval | None


@dataclass(frozen=True, eq=False)
class Curve:
    """The scores of one model in the order of training. ``position``: its colour and shape, from 0."""

    card: ModelCard
    position: int
    moments: tuple[Moment, ...]


@dataclass(frozen=True, eq=False)
class Panel:
    """One task. ``otherwise``: how many scores were measured in another way than most, and are in no curve."""

    subject: str
    name: str
    metric: str
    chance: float | None
    curves: tuple[Curve, ...]
    otherwise: int


@dataclass(frozen=True)
class Training:
    """The panels of a choice; ``models`` in the order of their colours, ``more``: models without one, of how many.

    ``asked`` names shots and origin of all panels, and the task where one was chosen; None: there are no curves.
    """

    of_tokens: bool
    offers: Sequence[Offer]
    asked: Offer | None
    panels: Sequence[Panel] = ()
    models: Sequence[ModelCard] = ()
    more: int = 0
    panels_left: int = 0


def training(user: Reader, choice: PlotChoice) -> Training:
    """What is drawn of a choice along training: the chosen task, else those with most scored checkpoints."""
    subjects = SubjectNames()
    of_tokens = choice.x == "tokens"
    if choice.task:
        choice = replace(choice, task=next(iter(subjects.named((choice.task,)))))
    found = trained(user, choice, subjects, of_tokens)
    loose = replace(choice, shots=None, origin="")
    asked = best(found, choice) or best(found, replace(choice, shots=None)) or best(found, loose)
    if asked is None:
        return Training(of_tokens, found, None)
    same = [one for one in found if (one.shots, one.origin) == (asked.shots, asked.origin)]
    wanted = [asked] if choice.task else _usual(same, subjects)
    rows = _standings(user, choice, subjects, wanted)
    models = _models(rows, of_tokens)
    shown = {card.pk: place for place, card in enumerate(models[:MOST_MODELS])}
    panels = _panels(rows, shown, of_tokens)
    left = 0 if choice.task else len(same) - len(panels)
    return Training(of_tokens, found, asked, panels, models[:MOST_MODELS], len(models) - len(shown), left)


def _usual(found: Sequence[Offer], subjects: SubjectNames) -> list[Offer]:
    """Those with most scored checkpoints: benchmarks of the catalog where there are any, else every part of a group."""
    known = [one for one in found if subjects.benchmark(one.subject)]
    return sorted(known or found, key=lambda one: (-one.models, one.name.lower()))[:MOST_PANELS]


def _standings(user: Reader, choice: PlotChoice, subjects: SubjectNames, wanted: Sequence[Offer]) -> list[Standing]:
    wish = Wish(
        subjects=[one.subject for one in wanted],
        shots=wanted[0].shots,
        origins=(wanted[0].origin,),
        cards=wanted_cards(user, choice),
        metric=MAIN,
        every_checkpoint=True,
    )
    return standings(user, wish, subjects)


def place(standing: Standing, of_tokens: bool) -> int | None:
    """Where in its training a standing's checkpoint is; None where that is not known."""
    found = standing.checkpoint
    return None if found is None else found.tokens_seen if of_tokens else found.step


def _models(rows: Iterable[Standing], of_tokens: bool) -> list[ModelCard]:
    """Models with scores at two places of training or more, those with most places first."""
    places: dict[int, set[int]] = defaultdict(set)
    cards = {}
    for one in rows:
        at = place(one, of_tokens)
        if at is not None:
            places[one.card.pk].add(at)
            cards[one.card.pk] = one.card
    found = [card for pk, card in cards.items() if len(places[pk]) > 1]
    return sorted(found, key=lambda card: (-len(places[card.pk]), card.name.lower()))


def _panels(rows: Sequence[Standing], shown: dict[int, int], of_tokens: bool) -> list[Panel]:
    groups: dict[str, list[Standing]] = defaultdict(list)
    for one in rows:
        if one.card.pk in shown and place(one, of_tokens) is not None:
            groups[one.subject].append(one)
    panels = [_panel(mine, shown, of_tokens) for mine in groups.values()]
    return sorted((one for one in panels if one.curves), key=lambda one: one.name.lower())


def _panel(rows: Sequence[Standing], shown: dict[int, int], of_tokens: bool) -> Panel:
    """Scores measured in the same way; of two filters the one that most have."""
    keys = usual_keys(rows)
    same = [one for one in rows if one.comparable_key == keys.get(one.origin, "")]
    usual = Counter(one.filter for one in same).most_common(1)
    same = [one for one in same if one.filter == usual[0][0]]
    curves = []
    for pk, position in shown.items():
        mine = [_moment(one, of_tokens) for one in same if one.card.pk == pk]
        if len(mine) > 1:
            moments = tuple(sorted(mine, key=lambda one: one.x))
            curves.append(Curve(moments[0].standing.card, position, moments))
    first = rows[0]
    return Panel(first.subject, first.subject_name, first.metric, first.chance, tuple(curves), len(rows) - len(same))


def _moment(one: Standing, of_tokens: bool) -> Moment:
    return Moment(one, place(one, of_tokens) or 0, score_interval(one.value, one.stderr, one.n))
