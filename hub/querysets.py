"""Named reads of the site's own rows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from modelcards.querysets import Reader

if TYPE_CHECKING:
    from hub.models import ApiToken


def secret_digest(secret: str) -> str:
    """What is stored of a token. One round of SHA-256 is enough since a secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Reads of tokens."""

    def visible_to(self, user: Reader) -> ApiTokenQuerySet:
        """A person's own tokens."""
        return self.filter(user=user.pk)

    def alive(self) -> ApiTokenQuerySet:
        """Not expired by the database's clock, and of a person who may still sign in."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), user__is_active=True)

    def of_secret(self, secret: str) -> ApiToken | None:
        """The living token with this secret."""
        return self.alive().select_related("user").filter(digest=secret_digest(secret)).first()
