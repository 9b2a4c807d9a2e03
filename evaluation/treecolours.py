"""Colours of the tree by a score: benchmarks that many models of the field have been measured on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Q
from django.http import HttpRequest

from evaluation.models import Benchmark, Origin, Score
from modelcards.registry import TreeOverlay

BENCHMARKS = (
    ("mmlu", 5, "MMLU, 5-shot"),
    ("hellaswag", 0, "HellaSwag, 0-shot"),
    ("arc_challenge", 0, "ARC-challenge, 0-shot"),
)


def tree_colours() -> list[TreeOverlay]:
    """One overlay for each benchmark and shot count."""
    return [TreeOverlay(f"{slug}-{shots}", name, _values(slug, shots)) for slug, shots, name in BENCHMARKS]


def _values(slug: str, shots: int) -> Callable[[HttpRequest, Sequence[int]], dict[int, float]]:
    """Reads the accuracy by card: a measured or imported one before a published one, and never a limited one."""

    def read(request: HttpRequest, cards: Sequence[int]) -> dict[int, float]:
        tasks = Benchmark.objects.filter(slug=slug).exclude(task_name="").values("task_name")
        asked = Q(benchmark__slug=slug) | Q(benchmark=None, task_name__in=tasks)
        scores = (
            Score.objects.visible_to(request.user)
            .of_present_weights()
            .filter(asked, card__in=cards, num_fewshot=shots, metric="acc", value__range=(0, 1))
        )
        whole = [one for one in scores.select_related("cell") if not (one.cell and one.cell.settings.get("limit"))]
        whole.sort(key=lambda one: (one.origin != Origin.PUBLISHED, one.pk))
        return {score.card_id: score.value for score in whole}

    return read
