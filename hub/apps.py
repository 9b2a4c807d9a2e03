"""The wiring app."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Settings, addresses, accounts, health and the site frame."""

    name = "hub"
    default_auto_field = "django.db.models.BigAutoField"
