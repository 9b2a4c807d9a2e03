"""A run: cells of one checkpoint that go to one device together."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluation.querysets import RunQuerySet
from modelcards.models import Checkpoint


class RunState(models.TextChoices):
    """Where a run stands."""

    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


class Run(models.Model):
    """The row is the truth, the queue is a wake-up.

    queued ──claim: attempt+1, owner, lease──► running ──► done       every cell ended, at least one done
      ▲  ▲                                       │  │ └───► failed     no cell could be scored, or attempts used up
      │  └── lease lapsed, runner hung or killed,│  └─────► cancelled  cancel_requested was read at the heartbeat
      │      out of memory ──────────────────────┘
      └── (retry makes a new run)

    Every write of a worker after the claim is conditional on id, attempt and state ``running``; a row count
    of 0 means that the run is another's now: stop the runner and drop the rest.
    """

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=3)
    priority = models.IntegerField(default=0, help_text="Higher goes first")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    batch_size = models.CharField(max_length=20, default="16")
    first_batch_size = models.CharField(
        max_length=20, blank=True, help_text="As asked for, where memory ran out and it was halved since"
    )
    memory_need = models.BigIntegerField(default=0, help_text="Estimated bytes of device memory")
    requires = models.CharField(
        max_length=300, blank=True, help_text="Labels that a node must have, sorted, with blanks between them"
    )
    gathering = models.OneToOneField(
        "evaluation.Node",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gathers_for",
        help_text="The node that keeps devices free for it, since it needs several",
    )
    owner = models.CharField(max_length=200, blank=True, help_text="node/device that holds the lease")
    width = models.PositiveSmallIntegerField(default=1, help_text="Devices that the last claim took")
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    progress = models.JSONField(
        default=dict, help_text="What the runner last said: phase, documents, rate, seconds left"
    )
    log_tail = models.TextField(blank=True)
    log_removed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the retention rule took its log, the stored files and the tail"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="When the attempt in hand began")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=~Q(state="running") | (Q(lease_until__isnull=False) & ~Q(owner="") & Q(attempt__gt=0)),
                name="run_running_is_leased",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-priority", "created_at"]),
            # What a claim reads: the queue of one person at one priority, in the order of age.
            models.Index(
                fields=["priority", "requested_by", "created_at"], condition=Q(state="queued"), name="run_waiting"
            ),
            # What it asks first: which kinds of runs wait. Nothing but this index is read for that.
            models.Index(fields=["state", "priority", "requested_by", "memory_need", "requires"], name="run_kinds"),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} ({self.state})"
