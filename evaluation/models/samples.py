"""Sample sets: what a model answered, document by document."""

from django.db import models

from evaluation.models.benchmark import Task
from evaluation.models.cell import Cell
from evaluation.querysets import SampleSetQuerySet


class PromptSet(models.Model):
    """Documents and exact prompts of a task at a shot count and seed, stored once and not once per model."""

    key = models.CharField(max_length=64, unique=True, help_text="SHA-256 over document hashes, prompts and targets")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="prompt_sets")
    num_fewshot = models.PositiveIntegerField()
    file = models.CharField(max_length=300, help_text="Name in the storage; Parquet")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    bytes = models.BigIntegerField(null=True, blank=True, help_text="Size of the file; blank: not looked at yet")
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="When its file went, since no sample set that is kept needs it"
    )

    def __str__(self) -> str:
        return f"prompts of {self.task_id} at {self.num_fewshot}"


class SampleSet(models.Model):
    """Columnar outcomes of one cell, keyed by document hash; Parquet.

    stored ──► removed by the retention rule: the row stays and says when, the file is gone
    """

    cell = models.OneToOneField(Cell, on_delete=models.CASCADE, related_name="sample_set")
    prompts = models.ForeignKey(PromptSet, on_delete=models.PROTECT, related_name="sample_sets")
    file = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    bytes = models.BigIntegerField(null=True, blank=True, help_text="Size of the file; blank: not looked at yet")
    removed_at = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="When the retention rule took its file"
    )

    objects = SampleSetQuerySet.as_manager()

    def __str__(self) -> str:
        return f"samples of cell {self.cell_id}"
