"""The evaluation app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EvaluationConfig(AppConfig):
    """Cells, runs, scores and comparison."""

    name = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register system checks, and add scores to the catalog's pages; after a migration the claims are shipped."""
        from evaluation import checks, extensions  # noqa: F401

        extensions.register()
        post_migrate.connect(_ship_claims, sender=self, dispatch_uid="evaluation.shipped_claims")


def _ship_claims(using: str, plan: list[tuple[Any, bool]] | None = None, **_signal: Any) -> None:
    """Backward migrations may have taken the table away; other databases than the site's own are left alone."""
    from evaluation.actions.claims_ship import claims_ship

    if using == "default" and not any(backwards for _migration, backwards in plan or []):
        claims_ship()
