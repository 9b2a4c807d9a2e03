"""What the tree can be coloured by: benchmarks and tasks with how many models have a score at each number of shots."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Case, Count, F, IntegerField, Min, Q, Value, When

from evaluation.core.groups import read_rules
from evaluation.groups import GroupTree
from evaluation.groupscores import whole_groups
from evaluation.models import Cell, Origin, Score
from evaluation.querysets import ScoreQuerySet
from evaluation.standings.choose import main_metrics
from evaluation.standings.subjects import PSEUDO, SubjectNames
from evaluation.treescores.known import is_share
from modelcards.models import ModelCard
from modelcards.querysets import Reader
from modelcards.registry import ScoredTask

Shots = Counter[int]
Tally = dict[str, Shots]


def scored_tasks(user: Reader, subjects: SubjectNames) -> list[ScoredTask]:
    """All that ``user`` may read, most scored first; benchmarks go before other tasks of as many models.

    A group that is measured through its parts counts as many models as the part that fewest have.
    """
    scores = _scores(user)
    tally = _by_subject(scores, subjects)
    for subject, shots in _groups(_by_task(scores), subjects):
        tally[subject] |= shots
    found = [
        ScoredTask(subject, subjects.name(subject), dict(sorted(shots.items(), key=lambda one: (-one[1], one[0]))))
        for subject, shots in tally.items()
        if shots
    ]
    return sorted(found, key=lambda task: (-max(task.shots.values()), *_dull(task, subjects)))


def _dull(task: ScoredTask, subjects: SubjectNames) -> tuple[bool, str, str]:
    return subjects.benchmark(task.key) is None, task.name.lower(), task.key


def _scores(user: Reader) -> ScoreQuerySet:
    """Those that may be drawn, by what the database can tell: of whole tasks, and within 0 and 1."""
    cards = ModelCard.objects.visible_to(user).order_by().values("pk")
    scores = Score.objects.filter(card__in=cards, value__range=(0, 1)).order_by()
    limited = _limited_settings()
    return scores.filter(Q(cell=None) | ~Q(cell__settings_key__in=limited)) if limited else scores


def _limited_settings() -> list[str]:
    """Keys of settings that ask for some documents only; cells by the thousand share a few settings."""
    each = Cell.objects.order_by().values_list("settings_key").annotate(first=Min("pk"))
    told = Cell.objects.in_bulk([first for _key, first in each])
    return [cell.settings_key for cell in told.values() if cell.settings.get("limit") is not None]


def _by_subject(scores: ScoreQuerySet, subjects: SubjectNames) -> Tally:
    """Models by subject and shots; one that is measured, imported and printed counts once."""
    known = [When(task_name=name, then=Value(one.pk)) for name, one in subjects.by_task.items()]
    benchmark = Case(
        When(benchmark__isnull=False, then=F("benchmark_id")), *known, default=None, output_field=IntegerField()
    )
    task = Case(
        When(Q(benchmark__isnull=False) | Q(task_name__in=subjects.by_task), then=Value("")), default=F("task_name")
    )
    named = scores.annotate(of=benchmark, other=task).values_list("of", "other", "num_fewshot", "metric")
    counted = [
        (subjects.called_by(pk, other), shots, metric, models)
        for pk, other, shots, metric, models in named.annotate(models=Count("card", distinct=True))
    ]
    main = main_metrics(((subject, metric) for subject, _shots, metric, _models in counted), subjects)
    tally: Tally = defaultdict(Counter)
    for subject, shots, metric, models in counted:
        if metric.removeprefix(PSEUDO) == main[subject] and is_share(metric):
            tally[subject][shots] = max(tally[subject][shots], models)
    return tally


def _by_task(scores: ScoreQuerySet) -> Tally:
    """Models that were measured here by task and shots."""
    measured = scores.filter(origin=Origin.MEASURED).values_list("task_name", "num_fewshot")
    tally: Tally = defaultdict(Counter)
    for task, shots, models in measured.annotate(models=Count("card", distinct=True)):
        tally[task][shots] = models
    return tally


def _groups(measured: Mapping[str, Shots], subjects: SubjectNames) -> Iterable[tuple[str, Shots]]:
    """Groups of which every part is measured; a part that fixes its shots answers for every number of them."""
    tree = GroupTree.of(whole_groups(measured.keys()))
    for group in tree.groups():
        leaves = [tree.tasks[name] for name in tree.leaves(group.name)]
        if not leaves or not any(is_share(rule.metric) for rule in read_rules(group.aggregates)):
            continue
        free = [measured.get(leaf.name, Shots()) for leaf in leaves if leaf.fixed_fewshot is None]
        fixed = [max(measured[leaf.name].values(), default=0) for leaf in leaves if leaf.fixed_fewshot is not None]
        steps = {shots for one in free for shots in one} or {leaf.fixed_fewshot or 0 for leaf in leaves[:1]}
        models = Shots({shots: min([*(one[shots] for one in free), *fixed]) for shots in steps})
        yield subjects.called("", group.name), +models
