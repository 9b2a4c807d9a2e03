"""Tokens for programs, and what the site has last loaded of its own files."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.querysets import ApiTokenQuerySet


class Scope(models.TextChoices):
    """What a token may do: look; or also queue, cancel and edit as its person may; send files; read measurements."""

    READ = "read", "read"
    WRITE = "write", "write"
    NODE = "node", "send files of runs"
    METRICS = "metrics", "read /metrics alone"


class ApiToken(models.Model):
    """A program's key to the API in a person's name. Only a hash of the secret is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="What it is for")
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.READ)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret")
    hint = models.CharField(max_length=12, help_text="First characters of the secret, to recognise it by")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(scope__in=Scope.values), name="token_scope_known")]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class Loaded(models.Model):
    """That a set of the site's own files is in the database, and their fingerprint: a warm start skips them."""

    name = models.CharField(max_length=40, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "loaded"

    def __str__(self) -> str:
        return self.name
