"""Evaluation in Django's admin: to look at, since rows are written by actions alone. Audit entries are in ``hub``."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from evaluation.models import (
    Benchmark,
    Cell,
    Device,
    Evaluation,
    Node,
    PromptSet,
    Run,
    SampleSet,
    Score,
    Task,
)

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
else:
    Admin = admin.ModelAdmin


class ReadOnly(Admin):
    """Nothing is added, changed or deleted here. Rows of cards that the person may not read are not shown."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnly):
    list_display = ("id", "note", "requested_by", "priority", "created_at", "cancelled_at")
    search_fields = ("note", "requested_by__username")
    list_select_related = ("requested_by",)


@admin.register(Run)
class RunAdmin(ReadOnly):
    list_display = ("id", "checkpoint", "state", "attempt", "max_attempts", "owner", "lease_until", "reason")
    list_filter = ("state",)
    search_fields = ("checkpoint__card__slug", "owner", "reason")
    list_select_related = ("checkpoint__card",)


@admin.register(Cell)
class CellAdmin(ReadOnly):
    list_display = ("id", "checkpoint", "task", "num_fewshot", "generation", "state", "reason")
    list_filter = ("state",)
    search_fields = ("checkpoint__card__slug", "task__name", "reason")
    list_select_related = ("checkpoint__card", "task")


@admin.register(Score)
class ScoreAdmin(ReadOnly):
    list_display = ("card", "task_name", "num_fewshot", "metric", "filter", "value", "stderr", "n", "origin")
    list_filter = ("origin",)
    search_fields = ("card__slug", "task_name")
    list_select_related = ("card",)


@admin.register(Task)
class TaskAdmin(ReadOnly):
    list_display = ("name", "kind", "shipped", "output_type", "documents", "data_reason")
    list_filter = ("kind", "shipped", "runs_code", "python_code")
    search_fields = ("name", "dataset")


@admin.register(PromptSet)
class PromptSetAdmin(ReadOnly):
    list_display = ("key", "task", "num_fewshot", "rows")
    search_fields = ("task__name",)
    list_select_related = ("task",)


@admin.register(SampleSet)
class SampleSetAdmin(ReadOnly):
    list_display = ("cell_id", "file", "rows")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(cell__in=Cell.objects.visible_to(request.user))


@admin.register(Node)
class NodeAdmin(ReadOnly):
    list_display = ("name", "registered_at", "seen_at", "tasks_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A machine that is gone for good."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(Device)
class DeviceAdmin(Admin):
    """A device may be drained: it finishes its run and takes no other."""

    # What it holds loaded is not told here: it may be a model that the person may not read.
    list_display = ("__str__", "kind", "memory", "draining", "seen_at")
    list_editable = ("draining",)
    fields = ("node", "name", "kind", "description", "memory", "speed", "seen_at", "draining")
    readonly_fields = ("node", "name", "kind", "description", "memory", "speed", "seen_at")
    list_select_related = ("node",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Benchmark)
class BenchmarkAdmin(Admin):
    """Names, licence, and whether samples may be shown, are for people to decide."""

    list_display = ("name", "task_name", "primary_metric", "chance", "licence", "show_samples")
    search_fields = ("name", "slug", "task_name")
