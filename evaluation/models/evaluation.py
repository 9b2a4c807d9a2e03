"""An evaluation: what a person submitted. It refers to cells and does not own them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluation.models.cell import Cell
from evaluation.querysets import EvaluationQuerySet
from modelcards.models import ModelCard


class Evaluation(models.Model):
    """Models x tasks x shots as asked for, with the cells that answer it."""

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="evaluations"
    )
    request = models.JSONField(help_text="models, tasks, num_fewshot, limit, seed, … as asked")
    cards = models.ManyToManyField(
        ModelCard, related_name="evaluations", blank=True, help_text="Asked for, whether or not any cell came of it"
    )
    note = models.CharField(max_length=300, blank=True)
    priority = models.IntegerField(default=0)
    cells = models.ManyToManyField(Cell, through="EvaluationCell", related_name="evaluations")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was seen that every cell is over, and people were told; none: open"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(ended_at__isnull=True), name="evaluation_open")]

    def __str__(self) -> str:
        return self.note or f"evaluation {self.pk}"


class EvaluationCell(models.Model):
    """That an evaluation wants a cell: the shots it asked for, and whether the cell was already there."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="wants")
    cell = models.ForeignKey(Cell, on_delete=models.CASCADE, related_name="wanted_by")
    asked_fewshot = models.PositiveIntegerField()
    reused = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "cell", "asked_fewshot"], name="evaluation_cell_once")
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.cell_id}"
