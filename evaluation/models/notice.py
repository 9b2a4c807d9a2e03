"""Who is told when an evaluation is over, where to, and what became of each message."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluation.models.evaluation import Evaluation
from evaluation.noticesets import DeliverySet, WebhookSet


class Occasion(models.TextChoices):
    """When a person wants to hear of an evaluation of theirs."""

    ENDED = "ended", "when one is over"
    FAILED = "failed", "only when something failed"


class Webhook(models.Model):
    """An address that is told when an evaluation of its person is over.

    The secret that signs is made of the site's ``SECRET_KEY`` and ``salt``: a copy of the database does not hold it.

    active ──a row of messages that never arrived, or its person──► paused: nothing goes out ──resume──► active
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=100, help_text="What it is for")
    address = models.CharField(max_length=500, help_text="May hold a secret in its path: shown to its person alone")
    occasion = models.CharField(max_length=10, choices=Occasion, default=Occasion.ENDED)
    salt = models.CharField(max_length=40)
    missed = models.PositiveSmallIntegerField(default=0, help_text="Messages in a row that never arrived")
    paused_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, help_text="Why the site itself paused it")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookSet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="webhook_occasion_known")]

    def __str__(self) -> str:
        return self.name


class MailChoice(models.Model):
    """That a person wants e-mail. Without a row, none is sent."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mail_choice"
    )
    occasion = models.CharField(max_length=10, choices=Occasion)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="mail_occasion_known")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.occasion}"


class DeliveryState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", "waiting"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"
    DROPPED = "dropped", "dropped"


class Delivery(models.Model):
    """One message to one receiver: a webhook, or without one the person's e-mail address.

    waiting ──claim: tries + 1, due again after a while──► waiting ──► sent      the receiver took it
                                                             │    ├──► failed    it never did, or never can
                                                             │    └──► dropped   it may not be sent any more
                                                             └── did not arrive: due again after a longer pause

    A claim that nobody ends is due again, so a message goes out at least once, and perhaps twice; ``key`` tells a
    receiver that it is the same. Ends are conditional on ``tries``, so that a late sender writes nothing.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries")
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries", help_text="None: a test"
    )
    body = models.JSONField(help_text="What is sent, the same every time")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When it is sent, or sent again")
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the receiver's last answer")
    problem = models.TextField(blank=True, help_text="Why it did not arrive")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeliverySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", due_at__isnull=False, ended_at__isnull=True)
                | (~Q(state="waiting") & Q(due_at__isnull=True, ended_at__isnull=False)),
                name="delivery_waiting_is_due",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="delivery_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"

    @property
    def message(self) -> str:
        """Its name for receivers."""
        return f"msg_{self.key.hex}"
