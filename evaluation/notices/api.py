"""Webhooks and messages of the one who asks, in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from evaluation.actions.notice_try import webhook_try
from evaluation.actions.webhook_add import webhook_add
from evaluation.actions.webhook_change import webhook_pause, webhook_remove, webhook_renew, webhook_resume
from evaluation.models import Delivery, Webhook
from modelcards.rest import Page, Paging, ProblemError, ProblemOut, check_may_write, page_of

router = Router(tags=["notifications"])
REFUSALS = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 409: ProblemOut}


class WebhookIn(Schema):
    """A new webhook."""

    name: str
    address: str
    occasion: Literal["ended", "failed"] = Field(
        "ended", description="When an evaluation is over, or only if it failed"
    )


class WebhookOut(Schema):
    """A webhook; ``missed``: messages in a row that never arrived."""

    id: int
    name: str
    address: str
    occasion: str
    paused_at: datetime | None
    problem: str
    missed: int
    created_at: datetime


class SecretOut(Schema):
    """A webhook with its secret, which is not shown again."""

    webhook: WebhookOut
    secret: str


class DeliveryOut(Schema):
    """A message: ``key`` is in its ``webhook-id``; ``webhook`` null: by e-mail; ``evaluation`` null: a test."""

    key: UUID
    webhook: int | None
    evaluation: int | None
    state: str
    tries: int
    status: int | None
    problem: str
    created_at: datetime
    due_at: datetime | None
    tried_at: datetime | None
    ended_at: datetime | None

    @staticmethod
    def resolve_webhook(delivery: Delivery) -> int | None:
        return delivery.webhook_id

    @staticmethod
    def resolve_evaluation(delivery: Delivery) -> int | None:
        return delivery.evaluation_id


@router.get("webhooks", response={200: Page[WebhookOut], 401: ProblemOut}, summary="One's own webhooks")
def webhooks(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """By name."""
    check_is_somebody(request)
    return page_of(request, Webhook.objects.visible_to(request.user), paging)


@router.post("webhooks", response={201: SecretOut, 422: ProblemOut, **REFUSALS}, summary="Register a webhook")
def add(request: HttpRequest, asked: WebhookIn) -> Status[dict[str, Any]]:
    """201 with the secret that signs. 422 for an address that no webhook may go to."""
    check_may_write(request)
    webhook, secret = webhook_add(user=request.user, **asked.dict())
    return Status(201, {"webhook": webhook, "secret": secret})


@router.get("webhooks/{int:pk}", response={200: WebhookOut, 401: ProblemOut, 404: ProblemOut}, summary="One webhook")
def webhook(request: HttpRequest, pk: int) -> Webhook:
    """404 for another's."""
    return own(request, pk)


@router.delete("webhooks/{int:pk}", response={204: None, **REFUSALS}, summary="Remove a webhook")
def remove(request: HttpRequest, pk: int) -> Status[None]:
    """With the messages that it was sent."""
    check_may_write(request)
    webhook_remove(user=request.user, webhook=own(request, pk))
    return Status(204, None)


@router.post("webhooks/{int:pk}/test", response={201: DeliveryOut, **REFUSALS}, summary="Send it a test message")
def test(request: HttpRequest, pk: int) -> Status[Delivery]:
    """The message that waits to be sent. 409 while it is paused, or while one waits."""
    check_may_write(request)
    return Status(201, webhook_try(user=request.user, webhook=own(request, pk)))


@router.post("webhooks/{int:pk}/pause", response={200: WebhookOut, **REFUSALS}, summary="Tell it nothing for now")
def pause(request: HttpRequest, pk: int) -> Webhook:
    """What waits for it is dropped."""
    check_may_write(request)
    webhook_pause(user=request.user, webhook=own(request, pk))
    return own(request, pk)


@router.post("webhooks/{int:pk}/resume", response={200: WebhookOut, **REFUSALS}, summary="Tell it again")
def resume(request: HttpRequest, pk: int) -> Webhook:
    """From the next evaluation that ends on."""
    check_may_write(request)
    webhook_resume(user=request.user, webhook=own(request, pk))
    return own(request, pk)


@router.post("webhooks/{int:pk}/secret", response={200: SecretOut, **REFUSALS}, summary="Give it another secret")
def renew(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The old one signs nothing any more."""
    check_may_write(request)
    found = own(request, pk)
    return {"webhook": found, "secret": webhook_renew(user=request.user, webhook=found)}


class DeliveryFilter(Paging):
    """Which messages."""

    state: Literal["waiting", "sent", "failed", "dropped"] | None = None
    webhook: int | None = None


@router.get("notices", response={200: Page[DeliveryOut], 401: ProblemOut}, summary="One's own messages, newest first")
def notices(request: HttpRequest, asked: Query[DeliveryFilter]) -> dict[str, Any]:
    """What became of each."""
    check_is_somebody(request)
    rows = Delivery.objects.visible_to(request.user).for_page()
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page_of(request, rows if asked.webhook is None else rows.of(asked.webhook), asked)


def own(request: HttpRequest, pk: int) -> Webhook:
    """A webhook of the one who asks. Raises Problem 401, Http404."""
    check_is_somebody(request)
    return get_object_or_404(Webhook.objects.visible_to(request.user), pk=pk)


def check_is_somebody(request: HttpRequest) -> None:
    """Raise Problem 401 for nobody."""
    if not request.user.is_authenticated:
        raise ProblemError(401, _("Sign in"), _("Notifications are a person's own: send a token, or sign in."))
