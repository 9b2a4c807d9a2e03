"""What the first page tells: reads only, all from what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from evaluation.models import Cell, Run, Score, Task
from modelcards.models import Checkpoint, ModelCard
from modelcards.querysets import Reader
from modelcards.taxonomy import FAMILIES, Family

NEWEST = 6


@dataclass(frozen=True)
class FamilyCount:
    """How many cards a family has, how many of them with open weights, and that share of the largest family."""

    family: Family
    total: int
    open: int
    width: float
    open_width: float


@dataclass(frozen=True)
class Measured:
    """A cell that was measured, with the score that its row shows."""

    cell: Cell
    score: Score


def overview(user: Reader) -> dict[str, Any]:
    """Everything that ``home.html`` shows."""
    cards = ModelCard.objects.visible_to(user)
    families = family_counts(user)
    ready = Checkpoint.objects.visible_to(user).exclude(path="").values("card").distinct().count()
    return {
        "families": families,
        "cards": sum(count.total for count in families),
        "ready": ready,
        "scores": Score.objects.visible_to(user).count(),
        "tasks": Task.objects.filter(shipped=True).count(),
        "newest": cards.filter(release_date__isnull=False).prefetch_related("organisations").order_by(*LATEST)[:NEWEST],
        "measured": latest_measured(user),
        "active": Run.objects.visible_to(user).active().count(),
        "pair": measured_pair(user),
    }


LATEST = ("-release_date", "name")


def family_counts(user: Reader) -> list[FamilyCount]:
    """The families that have cards, in the order of the vocabulary; counted in one query."""
    visible = ModelCard.objects.visible_to(user).values("pk")
    rows = ModelCard.objects.filter(pk__in=visible).order_by().values("architecture_family")
    found = {
        row["architecture_family"]: row
        for row in rows.annotate(total=Count("pk"), opened=Count("pk", filter=Q(open_weights=True)))
    }
    most = max((row["total"] for row in found.values()), default=1)
    return [
        FamilyCount(family, row["total"], row["opened"], 100 * row["total"] / most, 100 * row["opened"] / most)
        for key, family in FAMILIES.items()
        if (row := found.get(key))
    ]


def latest_measured(user: Reader) -> list[Measured]:
    """The cells that were finished last, each with its task's first metric."""
    cells = Cell.objects.visible_to(user).newest().for_page().order_by("-ended_at", "-pk")[:NEWEST]
    return [Measured(cell, score) for cell in cells if (score := leading_score(cell))]


def leading_score(cell: Cell) -> Score | None:
    """The score of the metric that the task names first; else the first by name."""
    order = {name: place for place, name in enumerate(map(str, cell.task.metrics))}
    scores = sorted(cell.scores.all(), key=lambda score: (order.get(score.metric, len(order)), score.metric, score.pk))
    return scores[0] if scores else None


def measured_pair(user: Reader) -> list[str]:
    """Slugs of up to three models with measured scores: a comparison that is sure to show something."""
    scores = Score.objects.visible_to(user).filter(origin="measured").order_by()
    slugs = scores.values_list("card__slug").annotate(found=Count("pk")).order_by("-found", "card__slug")[:3]
    return [slug for slug, _found in slugs]
