"""Sentences that literature or a person states, each with the query that is put to the scores."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluation.claims.query import KINDS


class Claim(models.Model):
    """A sentence and its query. The verdict is never stored: it is found anew at each look, for the one who looks.

    Of a shipped one the author is empty. ``query`` is read by ``evaluation.claims.query.of_stored``.
    """

    slug = models.SlugField(max_length=120, unique=True)
    sentence = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True, help_text="Who says so")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    query = models.JSONField(default=dict)
    shipped = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="claims"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-shipped", "order", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(shipped=False) | Q(author=None), name="claim_shipped_has_no_author"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="claim_kind_known"),
        ]

    def __str__(self) -> str:
        return self.sentence
