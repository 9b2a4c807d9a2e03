"""The catalog app."""

from django.apps import AppConfig


class ModelcardsConfig(AppConfig):
    """Cards of language models, their facts, lineage and tree."""

    name = "modelcards"
    default_auto_field = "django.db.models.BigAutoField"
