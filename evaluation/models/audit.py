"""Who did what: queueing, cancelling, role and token changes."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One act of one person. Written in the transaction of the act, never changed."""

    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    by = models.CharField(max_length=150, help_text="The person's name at the time")
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    target = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.by} {self.action} {self.target}"
