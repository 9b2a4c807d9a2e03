"""Named reads of evaluation. Every read of a page, a count or the API starts at ``visible_to``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

from modelcards.querysets import Reader, visible_cards

if TYPE_CHECKING:
    from evaluation.models import Cell, Evaluation, Run, Score  # noqa: F401


class RunQuerySet(models.QuerySet["Run"]):
    """Reads of runs."""

    def visible_to(self, user: Reader) -> RunQuerySet:
        """Runs of checkpoints whose card ``user`` may read."""
        return self.filter(visible_cards(user, "checkpoint__card__")).distinct()


class CellQuerySet(models.QuerySet["Cell"]):
    """Reads of cells."""

    def visible_to(self, user: Reader) -> CellQuerySet:
        """Cells of checkpoints whose card ``user`` may read."""
        return self.filter(visible_cards(user, "checkpoint__card__")).distinct()


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    """Reads of evaluations."""

    def visible_to(self, user: Reader) -> EvaluationQuerySet:
        """Evaluations none of whose cells belongs to a card that ``user`` may not read."""
        from evaluation.models import EvaluationCell

        hidden = EvaluationCell.objects.filter(evaluation=OuterRef("pk")).exclude(
            visible_cards(user, "cell__checkpoint__card__")
        )
        return self.filter(~Exists(hidden))


class ScoreQuerySet(models.QuerySet["Score"]):
    """Reads of scores."""

    def visible_to(self, user: Reader) -> ScoreQuerySet:
        """Scores of cards that ``user`` may read."""
        return self.filter(visible_cards(user, "card__"), card__archived_at__isnull=True).distinct()
