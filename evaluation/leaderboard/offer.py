"""What there is to choose from, and what a reader sees who has chosen nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Count

from evaluation.groupscores import whole_groups
from evaluation.leaderboard.choice import BoardChoice
from evaluation.leaderboard.kept import ENTRY_BYTES, KEPT, stamp
from evaluation.models import Origin, Score
from evaluation.standings.subjects import SubjectNames
from modelcards.models import ModelCard
from modelcards.querysets import Reader

USUAL_TASKS = 6
Counts = dict[str, Counter[tuple[str, int]]]
ORDER = (Origin.MEASURED, Origin.IMPORTED, Origin.PUBLISHED)


@dataclass(frozen=True)
class OfferedTask:
    """A task to choose. ``models``: how many have a score at the chosen shots; None: a group, which is not counted."""

    subject: str
    name: str
    models: int | None
    chosen: bool


@dataclass(frozen=True)
class Offer:
    """``origins`` and ``shots``: each with the number of scores; ``tasks``: those of most models first."""

    origins: Mapping[str, int]
    shots: Mapping[int, int]
    tasks: tuple[OfferedTask, ...]


def offered(user: Reader, choice: BoardChoice, subjects: SubjectNames) -> tuple[BoardChoice, Offer]:
    """The choice with its blanks filled in, and what else could be chosen."""
    key = "counts", stamp(user, subjects)
    counts, measured = KEPT.get(key, lambda: _counts(user, subjects), _size)
    origins = Counter({origin: sum(by.values()) for origin, by in counts.items()})
    origin = choice.origin or next((one.value for one in ORDER if origins[one.value]), "")
    here = counts.get(origin, Counter())
    groups = whole_groups(measured) if origin == Origin.MEASURED else set()
    asked = tuple(dict.fromkeys(subjects.canonical(one) for one in choice.tasks))
    shots = choice.shots or _usual_shots(here, asked)
    by_subject: Counter[str] = Counter()
    for (subject, number), models in here.items():
        if not shots or number in shots:
            by_subject[subject] = max(by_subject[subject], models)
    named = {subjects.called("", group) for group in groups} - by_subject.keys()
    usual = [
        subject for subject, _n in sorted(by_subject.items(), key=lambda item: (-item[1], _dull(item[0], subjects)))
    ]
    tasks = asked or tuple(usual[:USUAL_TASKS])
    known = [OfferedTask(one, subjects.name(one), by_subject[one], one in tasks) for one in usual]
    known += [OfferedTask(one, subjects.name(one), None, one in tasks) for one in sorted(named)]
    offer = Offer(
        {one.value: origins[one.value] for one in ORDER},
        dict(sorted(_by_shots(here).items())),
        tuple(sorted(known, key=lambda one: not one.chosen)),
    )
    return replace(choice, origin=origin, tasks=tasks, shots=shots), offer


def _size(found: tuple[Counts, set[str]]) -> int:
    return ENTRY_BYTES * sum(map(len, found[0].values()))


def _dull(subject: str, subjects: SubjectNames) -> tuple[bool, str]:
    """Benchmarks before other tasks, then by name."""
    return subjects.benchmark(subject) is None, subjects.name(subject).lower()


def _counts(user: Reader, subjects: SubjectNames) -> tuple[Counts, set[str]]:
    """Models by origin, subject and shots, and the names of the tasks that are measured; one query."""
    cards = ModelCard.objects.visible_to(user).order_by().values("pk")
    rows = Score.objects.filter(card__in=cards).order_by()
    counted = rows.values_list("origin", "benchmark_id", "task_name", "num_fewshot")
    found: Counts = defaultdict(Counter)
    measured = set()
    for origin, benchmark, task, shots, models in counted.annotate(models=Count("card", distinct=True)):
        key = subjects.called_by(benchmark, task), shots
        found[origin][key] = max(found[origin][key], models)
        if origin == Origin.MEASURED:
            measured.add(task)
    return found, measured


def _by_shots(here: Counter[tuple[str, int]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for (_subject, shots), models in here.items():
        found[shots] += models
    return found


def _usual_shots(here: Counter[tuple[str, int]], tasks: tuple[str, ...]) -> tuple[int, ...]:
    """The number of shots at which the chosen tasks, else all, have the most scores; of equal ones the fewest."""
    of_tasks = Counter({key: models for key, models in here.items() if not tasks or key[0] in tasks})
    counts = _by_shots(of_tasks or here)
    return (min(counts, key=lambda shots: (-counts[shots], shots)),) if counts else ()
