"""The wiring app."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Settings, addresses, accounts, health and the site frame."""

    name = "hub"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the Celery app the one that wake-ups are sent through."""
        from hub import celery  # noqa: F401
