"""A cell: what is asked, reused and shown."""

from django.db import models
from django.db.models import Q

from evaluation.models.benchmark import Task
from evaluation.models.run import Run
from evaluation.querysets import CellQuerySet
from modelcards.models import Checkpoint


class CellState(models.TextChoices):
    """Where a cell stands. Ended states: done, failed, cancelled."""

    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


class Cell(models.Model):
    """Checkpoint x task x shots really used x settings, once per generation.

    queued ──► running ──► done
      │           ├──────► failed      (reason says why; retry puts it back to queued in a new run)
      └───────────┴──────► cancelled   (only when no other evaluation still wants it)
    """

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cells")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="cells")
    num_fewshot = models.PositiveIntegerField(help_text="Shots really used")
    settings = models.JSONField(help_text="limit, seed, dtype, chat_template, system_instruction, generation_kwargs")
    settings_key = models.CharField(max_length=64, help_text="SHA-256 of the canonical settings")
    generation = models.PositiveIntegerField(default=0, help_text="Raised by force; the newest complete one is shown")
    state = models.CharField(max_length=10, choices=CellState, default=CellState.QUEUED)
    reason = models.TextField(blank=True)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="cells")
    documents_done = models.PositiveIntegerField(default=0)
    documents_total = models.PositiveIntegerField(null=True, blank=True)
    weights = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was scored; blank: not known")
    task_content = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the local task that was scored")
    made_with = models.JSONField(default=dict, help_text="Versions, device, dtype, batch size, task configuration hash")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CellQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "task", "num_fewshot", "settings_key", "generation"], name="cell_once"
            ),
            models.CheckConstraint(condition=Q(state__in=CellState.values), name="cell_state_known"),
        ]
        # Counts and lists by state; with the task for a claim, which asks what tasks are still to do. What is left of
        # a run: without it PostgreSQL, right after a large submission, reads all that is queued once for each run.
        indexes = [
            models.Index(fields=["state", "task"], name="cell_state_task"),
            models.Index(fields=["run", "task"], condition=Q(state__in=["queued", "running"]), name="cell_left"),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint} {self.task} {self.num_fewshot}-shot"
