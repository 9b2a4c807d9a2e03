"""The wiring app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HubConfig(AppConfig):
    """Settings, addresses, accounts, health and the site frame."""

    name = "hub"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the Celery app the one that wake-ups are sent through; make the groups of roles when tables stand."""
        from hub import celery  # noqa: F401
        from hub.roles import make_groups

        post_migrate.connect(make_groups, sender=self)
