"""One claim of a run: which devices it had, from when to when, and how that ended."""

from django.db import models
from django.db.models import Q

from evaluation.models.run import Run, RunState
from evaluation.querysets import AttemptQuerySet


class Attempt(models.Model):
    """Written in the transaction in which its run is claimed and comes to rest, so it never says otherwise.

    began ──► ended: ``outcome`` is the state of the run afterwards; ``queued``: it went back, ``reason`` says why

    The devices are names and no rows: what they did is still told when a node has them no more.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    devices = models.JSONField(default=list, help_text="Names node/device; the first of them led")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, db_index=True)
    outcome = models.CharField(max_length=10, choices=RunState, blank=True)
    reason = models.TextField(blank=True)
    lost = models.BooleanField(default=False, help_text="Its worker fell silent until the lease was over")
    use = models.JSONField(default=list, help_text="Of the device that led: [second, bytes in use, load 0..1], bounded")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="attempt_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="attempt_ended_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.run_id}, attempt {self.number}"
