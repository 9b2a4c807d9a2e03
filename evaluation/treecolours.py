"""Colours of the tree by a score: benchmarks that many models of the field have been measured on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Q
from django.http import HttpRequest

from evaluation.groupscores import group_scores
from evaluation.models import Benchmark, Cell, Origin, Score
from modelcards.registry import TreeOverlay

BENCHMARKS = (
    ("mmlu", 5, "MMLU, 5-shot"),
    ("hellaswag", 0, "HellaSwag, 0-shot"),
    ("arc_challenge", 0, "ARC-challenge, 0-shot"),
)
ORDER = (Origin.PUBLISHED, Origin.IMPORTED, Origin.MEASURED)


def tree_colours() -> list[TreeOverlay]:
    """One overlay for each benchmark and shot count."""
    return [TreeOverlay(f"{slug}-{shots}", name, _values(slug, shots)) for slug, shots, name in BENCHMARKS]


def _values(slug: str, shots: int) -> Callable[[HttpRequest, Sequence[int]], dict[int, float]]:
    """Reads the accuracy by card: a measured one before an imported, this before a published, and never a limited one.

    The benchmark's task may be a group, whose score is made of its parts.
    """

    def read(request: HttpRequest, cards: Sequence[int]) -> dict[int, float]:
        tasks = set(Benchmark.objects.filter(slug=slug).exclude(task_name="").values_list("task_name", flat=True))
        asked = Q(benchmark__slug=slug) | Q(benchmark=None, task_name__in=tasks)
        scores = (
            Score.objects.visible_to(request.user)
            .of_present_weights()
            .filter(asked, card__in=cards, num_fewshot=shots, metric="acc", value__range=(0, 1))
        )
        rows = [*scores.select_related("cell"), *_of_groups(request, cards, tasks, shots)]
        whole = [one for one in rows if not (one.cell and one.cell.settings.get("limit"))]
        whole.sort(key=lambda one: (ORDER.index(one.origin), one.pk))
        return {score.card_id: score.value for score in whole}

    return read


def _of_groups(request: HttpRequest, cards: Sequence[int], tasks: set[str], shots: int) -> list[Score]:
    cells = Cell.objects.visible_to(request.user).filter(checkpoint__card__in=cards)
    return [row for row in group_scores(cells, tasks) if row.metric == "acc" and row.num_fewshot == shots]
