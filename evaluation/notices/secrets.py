"""The secret of a webhook: made of the site's own key and a salt, so that no copy of the database holds it."""

from __future__ import annotations

import secrets

from django.utils.crypto import salted_hmac

from evaluation.core.hooks.signing import secret_text
from evaluation.models import Webhook


def new_salt() -> str:
    """A salt; with it another secret."""
    return secrets.token_urlsafe(24)


def key_of(webhook: Webhook) -> bytes:
    """The 32 bytes that sign. Another ``SECRET_KEY`` of the site gives other ones."""
    return salted_hmac("arboretum.webhook", webhook.salt, algorithm="sha256").digest()


def secret_of(webhook: Webhook) -> str:
    """The same as a receiver takes it: ``whsec_…``."""
    return secret_text(key_of(webhook))
