"""Named reads of webhooks and messages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

from modelcards.querysets import Reader

if TYPE_CHECKING:
    from evaluation.models import Delivery, Webhook  # noqa: F401


class WebhookSet(models.QuerySet["Webhook"]):
    """Reads of webhooks."""

    def visible_to(self, user: Reader) -> WebhookSet:
        """A person's own; an address may hold a secret, so nobody else's, whoever asks."""
        return self.filter(person=user.pk)

    def that_got(self, delivery: Delivery) -> WebhookSet:
        """The one that a message goes to; none for e-mail."""
        return self.filter(deliveries=delivery.pk)

    def active(self) -> WebhookSet:
        """Those that are not paused."""
        return self.filter(paused_at__isnull=True)


class DeliverySet(models.QuerySet["Delivery"]):
    """Reads of messages."""

    def visible_to(self, user: Reader) -> DeliverySet:
        """A person's own."""
        return self.filter(person=user.pk)

    def waiting(self) -> DeliverySet:
        """Those that are to be sent, now or later."""
        return self.filter(state="waiting")

    def due(self) -> DeliverySet:
        """Those that are to be sent now, by the database's clock."""
        return self.waiting().filter(due_at__lte=Now())

    def outdated(self, days: int) -> DeliverySet:
        """Those that ended so many days ago."""
        return self.filter(ended_at__lte=Now() - timedelta(days=days))

    def of(self, webhook: int | None) -> DeliverySet:
        """Those of one webhook, or those by e-mail."""
        return self.filter(webhook=webhook) if webhook is not None else self.filter(webhook__isnull=True)

    def tests(self) -> DeliverySet:
        """Those that a person sent to see whether they arrive."""
        return self.filter(evaluation__isnull=True)

    def for_page(self) -> DeliverySet:
        """Newest first, with what a row names."""
        return self.select_related("webhook", "evaluation").order_by("-pk")
