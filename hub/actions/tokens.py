"""The only writers of tokens."""

import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from evaluation.actions.audit import audit
from hub.models import ApiToken, Scope
from hub.querysets import secret_digest

MARK = "arb_"  # Tells people and secret scanners what a found string is.


@transaction.atomic
def token_create(*, who: User | None, user: User, name: str, scope: Scope, days: int | None) -> tuple[ApiToken, str]:
    """A new token of ``user``, and its secret, which is nowhere kept. ``days`` None: it does not expire."""
    secret = MARK + secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(days=days) if days else None
    token = ApiToken.objects.create(
        user=user, name=name, scope=scope, digest=secret_digest(secret), hint=secret[:10], expires_at=expires
    )
    detail = {"name": name, "scope": str(scope), "days": days}
    audit(who=who, action="token created", target=f"{token.hint} of {user.username}", detail=detail)
    return token, secret


@transaction.atomic
def token_revoke(*, who: User, token: ApiToken) -> None:
    """End a token at once."""
    audit(who=who, action="token revoked", target=f"{token.hint} of {token.user.username}", detail={"name": token.name})
    token.delete()


def token_used(*, token: ApiToken) -> None:
    """Note the use, at most once a minute: reading must not turn into a stream of writes."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
