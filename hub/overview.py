"""What the first page tells: reads only, all from what the reader may see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from evaluation.models import Cell, Run, Score, Task
from modelcards.filters import ModelFilters
from modelcards.index import catalog_index
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
    """Everything that ``home.html`` shows. What concerns all cards is asked of their index."""
    everything = catalog_index().find(ModelFilters(page_size=NEWEST), user)
    here = Checkpoint.objects.exclude(path="").order_by().values_list("card", flat=True)
    return {
        "families": family_counts(user),
        "cards": everything.total,
        "ready": everything.among(here),
        "scores": int(everything.sum("scores")),
        "tasks": Task.objects.filter(shipped=True).count(),
        "newest": newest_cards(everything.page_ids(), user),
        "measured": latest_measured(user),
        "active": Run.objects.visible_to(user).active().count(),
        "pair": measured_pair(user),
    }


def newest_cards(ids: list[int], user: Reader) -> list[ModelCard]:
    """These cards in this order, as far as their date is known."""
    cards = ModelCard.objects.visible_to(user).filter(release_date__isnull=False).for_browse().in_bulk(ids)
    return [cards[pk] for pk in ids if pk in cards]


def family_counts(user: Reader) -> list[FamilyCount]:
    """The families that have cards, in the order of the vocabulary."""
    total = _by_family(ModelFilters(), user)
    opened = _by_family(ModelFilters(facets={"open_weights": ("yes",)}), user)
    most = max((total[key] for key in FAMILIES), default=0) or 1
    return [
        FamilyCount(family, total[key], opened[key], 100 * total[key] / most, 100 * opened[key] / most)
        for key, family in FAMILIES.items()
        if total[key]
    ]


def _by_family(filters: ModelFilters, user: Reader) -> Counter[str]:
    options = catalog_index().find(filters, user).facet("architecture_family")
    return Counter({option.value: option.count for option in options})


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
    wish = ModelFilters(facets={"has_scores": ("measured",)}, sort="-scores", page_size=3)
    ids = catalog_index().find(wish, user).page_ids()
    slugs = dict(ModelCard.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "slug"))
    return [slugs[pk] for pk in ids if pk in slugs]
