"""Searches that people keep."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedSearch(models.Model):
    """A name for a query string of the list of models: filters, order, columns and view. Without a person: shipped."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_searches"
    )
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="search_name_once_per_person"),
            models.UniqueConstraint(fields=["name"], condition=Q(owner=None), name="search_name_once_shipped"),
        ]

    def __str__(self) -> str:
        return self.name
