"""The evaluation app."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Cells, runs, scores and comparison."""

    name = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add scores to the catalog's pages."""
        from evaluation import extensions

        extensions.register()
