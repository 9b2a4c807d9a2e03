"""Named reads of the catalog. Every read of a page, a count, an export or the API starts at ``visible_to``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from modelcards.models import Checkpoint, ModelCard  # noqa: F401

Reader = AbstractBaseUser | AnonymousUser


def visible_cards(user: Reader, prefix: str = "") -> Q:
    """The condition under which ``user`` may read a card; ``prefix`` is the path to the card (``"card__"``)."""
    public = Q(**{f"{prefix}visibility": "public"})
    if not user.is_authenticated:
        return public
    if getattr(user, "is_superuser", False):
        return Q()
    mine = Q(**{f"{prefix}owner": user.pk})
    named = Q(**{f"{prefix}pk__in": user.readable_cards.values("pk")})  # type: ignore[attr-defined]  # of settings' User
    return public | Q(**{f"{prefix}visibility": "internal"}) | mine | named


class ModelCardQuerySet(models.QuerySet["ModelCard"]):
    """Reads of model cards."""

    def visible_to(self, user: Reader) -> ModelCardQuerySet:
        """Cards that ``user`` may read, archived ones left out."""
        return self.filter(visible_cards(user), archived_at__isnull=True)

    def for_browse(self) -> ModelCardQuerySet:
        """With the names that a row of the browse page shows."""
        return self.prefetch_related("organisations")


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    """Reads of checkpoints."""

    def visible_to(self, user: Reader) -> CheckpointQuerySet:
        """Checkpoints of the cards that ``user`` may read."""
        return self.filter(visible_cards(user, "card__"), card__archived_at__isnull=True)
