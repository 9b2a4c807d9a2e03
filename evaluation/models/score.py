"""A score: one metric of one cell, or one value that a paper prints."""

from django.db import models
from django.db.models import Q

from evaluation.models.benchmark import Benchmark
from evaluation.models.cell import Cell
from evaluation.querysets import ScoreQuerySet
from modelcards.models import Checkpoint, ModelCard


class Origin(models.TextChoices):
    """Where a score comes from: our own runs, an imported result file, or a publication."""

    MEASURED = "measured", "measured"
    IMPORTED = "imported", "imported"
    PUBLISHED = "published", "published"


class Score(models.Model):
    """One metric's value. Accuracies are fractions in 0..1; ``stderr`` and ``n`` are null where not known."""

    card = models.ForeignKey(ModelCard, on_delete=models.CASCADE, related_name="scores")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, null=True, blank=True, related_name="scores")
    cell = models.ForeignKey(Cell, on_delete=models.CASCADE, null=True, blank=True, related_name="scores")
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, null=True, blank=True, related_name="scores")
    task_name = models.CharField(max_length=200, blank=True, db_index=True)
    num_fewshot = models.PositiveIntegerField()
    metric = models.CharField(max_length=60)
    filter = models.CharField(max_length=60, blank=True)
    value = models.FloatField()
    stderr = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    higher_is_better = models.BooleanField(null=True)
    origin = models.CharField(max_length=10, choices=Origin)
    source = models.CharField(max_length=300, blank=True)
    confidence = models.CharField(max_length=10, blank=True)
    comparable_key = models.CharField(max_length=64, blank=True, db_index=True)
    catalog = models.CharField(max_length=300, blank=True, db_index=True, help_text="The file of facts that states it")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScoreQuerySet.as_manager()

    parts: tuple[Cell, ...] = ()
    """The cells that a group's score is made of. Such a row is made at each read (``groupscores``), never stored."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "metric", "filter"], condition=Q(cell__isnull=False), name="score_once_per_cell"
            ),
            models.UniqueConstraint(
                fields=["card", "benchmark", "num_fewshot", "metric", "source"],
                condition=Q(origin="published"),
                name="score_once_per_source",
            ),
            models.CheckConstraint(
                condition=~Q(origin="measured") | (Q(cell__isnull=False) & ~Q(comparable_key="")),
                name="score_measured_has_cell",
            ),
            models.CheckConstraint(condition=~Q(origin="published") | ~Q(source=""), name="score_published_has_source"),
        ]
        indexes = [models.Index(fields=["card", "task_name", "num_fewshot"])]

    def __str__(self) -> str:
        return f"{self.metric}={self.value}"
