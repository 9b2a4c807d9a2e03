"""The catalog app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModelcardsConfig(AppConfig):
    """Cards of language models, their facts, lineage and tree."""

    name = "modelcards"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """After a migration the shipped searches and the triggers of the change log are as this version has them."""
        post_migrate.connect(_ship_searches, sender=self, dispatch_uid="modelcards.shipped_searches")
        post_migrate.connect(_note_changes, sender=self, dispatch_uid="modelcards.changelog")


def _ship_searches(using: str, plan: list[tuple[Any, bool]] | None = None, **_signal: Any) -> None:
    """Backward migrations may have taken the table away; other databases than the site's own are left alone."""
    from modelcards.actions.searches_ship import searches_ship

    if using == "default" and not any(backwards for _migration, backwards in plan or []):
        searches_ship()


def _note_changes(using: str, plan: list[tuple[Any, bool]] | None = None, **_signal: Any) -> None:
    """The triggers of the change log, which go when SQLite alters their tables."""
    from modelcards import changelog

    if not any(backwards for _migration, backwards in plan or []):
        changelog.install(using)
