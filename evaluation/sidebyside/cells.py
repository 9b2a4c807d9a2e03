"""Which cells stand side by side: one for each model that has samples of a task at a shot count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.comparison.contenders import Contender
from evaluation.groups import GroupTree
from evaluation.models import Benchmark, Cell
from evaluation.outcomes import SampleRef, sample_ref
from evaluation.querysets import CellQuerySet
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Offer:
    """A task at a shot count of which ``models`` of the models have samples."""

    task: str
    num_fewshot: int
    models: int


@dataclass(frozen=True)
class Side:
    """One model's cell with its samples."""

    model: Contender
    cell: Cell
    ref: SampleRef

    @property
    def limit(self) -> int | None:
        """How many documents were asked for, where not all."""
        limit = self.cell.settings.get("limit", self.cell.made_with.get("limit"))
        return limit if isinstance(limit, int) else None

    def key(self, metric: str, filter: str) -> str:
        """The comparable key of a score; blank where there is none."""
        found = [one for one in self.cell.scores.all() if one.metric == metric and (one.filter or "none") == filter]
        return found[0].comparable_key if found else ""


def offers(user: Reader, models: Sequence[Contender]) -> list[Offer]:
    """What at least two of the models have samples of, by task and shots; with one model what it has."""
    rows = _kept(user, models).order_by().values_list("task__name", "num_fewshot", "checkpoint").distinct()
    counts = Counter((task, shots) for task, shots, _checkpoint in rows)
    return [Offer(*key, count) for key, count in sorted(counts.items()) if count >= min(2, len(models))]


def sides(user: Reader, models: Sequence[Contender], task: str, shots: int) -> list[Side]:
    """The cell of each model that has samples, in the models' order.

    Of several (other settings, imported ones) the one that is comparable with most models' cells, then one without a
    limit, then the newest.
    """
    related = ("task", "checkpoint__card", "run", "sample_set__prompts")
    rows = _kept(user, models).filter(task__name=task, num_fewshot=shots).select_related(*related)
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in rows.prefetch_related("scores").order_by("generation", "pk"):
        found[cell.checkpoint_id].append(cell)
    shared = Counter(key for cells in found.values() for key in {key for cell in cells for key in _keys(cell)})
    chosen = []
    for one in models:
        cells = found.get(one.checkpoint.pk, []) if one.checkpoint else []
        sides = [Side(one, cell, ref) for cell in cells if (ref := sample_ref(cell))]
        best = sorted(
            sides, key=lambda side: (max((shared[key] for key in _keys(side.cell)), default=0), not side.limit)
        )
        chosen += best[-1:]
    return chosen


def may_read(user: Reader, task: str) -> bool:
    """Whether ``user`` may read documents of a task: those that ask not to be published are for people signed in."""
    return bool(getattr(user, "is_authenticated", False)) or not kept_back(task)


def kept_back(task: str) -> bool:
    """Whether a benchmark of this task, or of a group that holds it, asks that its documents are not published: they
    are in no export."""
    closed = set(Benchmark.objects.filter(show_samples=False).exclude(task_name="").values_list("task_name", flat=True))
    if not closed or task in closed:
        return bool(closed)
    tree = GroupTree.of(closed)
    return any(task in tree.leaves(name) for name in closed)


def _kept(user: Reader, models: Sequence[Contender]) -> CellQuerySet:
    """The shown cells of the models whose samples are still there."""
    checkpoints = [one.checkpoint.pk for one in models if one.checkpoint]
    return (
        Cell.objects.visible_to(user)
        .newest()
        .filter(checkpoint__in=checkpoints, sample_set__isnull=False, sample_set__removed_at__isnull=True)
    )


def _keys(cell: Cell) -> set[str]:
    return {score.comparable_key for score in cell.scores.all() if score.comparable_key}
