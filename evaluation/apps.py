"""The evaluation app."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Cells, runs, scores and comparison."""

    name = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register system checks, and add scores to the catalog's pages."""
        from evaluation import checks, extensions  # noqa: F401

        extensions.register()
