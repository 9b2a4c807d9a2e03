"""What could be drawn: subjects, shots and origins with the number of models that have scores of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.models import Count, Q

from evaluation.models import Origin, Score
from evaluation.plots.choice import PlotChoice
from evaluation.querysets import ScoreQuerySet
from evaluation.standings.subjects import SubjectNames
from modelcards.models import ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader

ORDER = tuple(Origin.values)
Question = tuple[str, int, str]
"""Subject, shots and origin."""


@dataclass(frozen=True)
class Offer:
    """A subject at a number of shots from one origin, and of how many models there are scores.

    ``known``: it is a benchmark of the catalog, and not a task that papers do not speak of.
    """

    subject: str
    name: str
    shots: int
    origin: str
    models: int
    known: bool = True


def offers(user: Reader, choice: PlotChoice, subjects: SubjectNames) -> list[Offer]:
    """All that ``user`` may read and that the models of a choice have, by name."""
    counted = _scores(user, choice).values_list("benchmark", "task_name", "num_fewshot", "origin")
    told = _Subjects(subjects)
    counts: Counter[Question] = Counter()
    for benchmark, task, shots, origin, models in counted.annotate(models=Count("card", distinct=True)):
        counts[told.called(benchmark, task), shots, origin] += models
    return _in_order(counts, subjects)


def trained(user: Reader, choice: PlotChoice, subjects: SubjectNames, of_tokens: bool) -> list[Offer]:
    """Subjects of which a model has scores at several points of its training; ``models`` counts scored points."""
    place = "checkpoint__tokens_seen" if of_tokens else "checkpoint__step"
    rows = _scores(user, choice).filter(**{f"{place}__isnull": False})
    counted = rows.values_list("benchmark", "task_name", "num_fewshot", "origin", "card")
    told = _Subjects(subjects)
    counts: Counter[Question] = Counter()
    for benchmark, task, shots, origin, _card, points in counted.annotate(points=Count("checkpoint", distinct=True)):
        if points > 1:
            counts[told.called(benchmark, task), shots, origin] += points
    return _in_order(counts, subjects)


@dataclass(frozen=True)
class Laddered:
    """Subjects of which models have scores at several numbers of shots; ``models`` counts these, ``shots`` is 0.

    ``whole``: by origin and card, of how many subjects there are scores at three numbers of shots or more.
    """

    offers: list[Offer]
    whole: Mapping[str, Counter[int]]

    def climbers(self, origin: str, most: int) -> list[int]:
        """The cards with the most such subjects."""
        return [card for card, _subjects in self.whole.get(origin, Counter[int]()).most_common(most)]


def laddered(user: Reader, choice: PlotChoice, subjects: SubjectNames) -> Laddered:
    """What can be drawn by shots."""
    counted = _scores(user, choice).values_list("benchmark", "task_name", "origin", "card")
    told = _Subjects(subjects)
    counts: Counter[Question] = Counter()
    whole: dict[str, Counter[int]] = defaultdict(Counter)
    for benchmark, task, origin, card, steps in counted.annotate(steps=Count("num_fewshot", distinct=True)):
        counts[told.called(benchmark, task), 0, origin] += steps > 1
        whole[origin][card] += steps > 2
    return Laddered(_in_order(+counts, subjects), {origin: +mine for origin, mine in whole.items()})


class _Subjects:
    """What scores are about, by a benchmark's number: to ask for its slug would join a table to every score."""

    def __init__(self, subjects: SubjectNames) -> None:
        self._slugs = {one.pk: one.slug for one in subjects.by_slug.values()}
        self._subjects = subjects

    def called(self, benchmark: int | None, task: str) -> str:
        return self._subjects.called(self._slugs.get(benchmark, "") if benchmark else "", task)


def _in_order(counts: Mapping[Question, int], subjects: SubjectNames) -> list[Offer]:
    found = [
        Offer(subject, subjects.name(subject), shots, origin, models, subjects.benchmark(subject) is not None)
        for (subject, shots, origin), models in counts.items()
    ]
    return sorted(found, key=lambda one: (one.name.lower(), one.subject, one.shots, one.origin))


def _scores(user: Reader, choice: PlotChoice) -> ScoreQuerySet:
    return Score.objects.filter(card__in=wanted_cards(user, choice).order_by().values("pk")).order_by()


def wanted_cards(user: Reader, choice: PlotChoice) -> ModelCardQuerySet:
    """The models of a choice that ``user`` may read."""
    found = ModelCard.objects.visible_to(user)
    if choice.families:
        found = found.filter(architecture_family__in=choice.families)
    if choice.stages:
        found = found.filter(stage__in=choice.stages)
    return found.filter(_named(choice.models)) if choice.models else found


def _named(words: Sequence[str]) -> Q:
    """Cards by slug or name; a word that ends in a star takes every slug that begins so."""
    exact = [word for word in words if not word.endswith("*")]
    named = Q(slug__in=exact) | Q(name__in=exact)
    for word in words:
        if word.endswith("*"):
            named |= Q(slug__startswith=word.rstrip("*"))
    return named


def unknown_models(user: Reader, choice: PlotChoice) -> list[str]:
    """Words of a choice that name no model which ``user`` may read."""
    if not choice.models:
        return []
    cards = ModelCard.objects.visible_to(user).filter(_named(choice.models)).order_by()
    names = set(chain.from_iterable(cards.values_list("slug", "name")))
    return [
        word
        for word in choice.models
        if word not in names and not (word.endswith("*") and any(name.startswith(word.rstrip("*")) for name in names))
    ]


def best(found: Iterable[Offer], choice: PlotChoice) -> Offer | None:
    """What a choice means: of what it does not say, that of which the most models have scores.

    Between equals the fewer shots, and what was measured here before what was imported and published.
    """
    fitting = [
        one
        for one in found
        if (not choice.task or choice.task == one.subject)
        and choice.shots in (None, one.shots)
        and one.origin in choice.origins
    ]
    return min(fitting, key=lambda one: (-one.models, one.shots, ORDER.index(one.origin), one.subject), default=None)
