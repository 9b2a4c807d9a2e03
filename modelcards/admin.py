"""Administration of cards: columns are projections of facts and stay as they are; who reads a card can be set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from modelcards.actions import card_share, fact_choose
from modelcards.models import Checkpoint, Fact, Lineage, ModelCard, Organisation

# Django's admin classes take type parameters only in the eyes of the type checker.
if TYPE_CHECKING:
    CardBase = admin.ModelAdmin[ModelCard]
    FactBase = admin.ModelAdmin[Fact]
    RowBase = admin.ModelAdmin[Any]
    FactInlineBase = admin.TabularInline[Fact, ModelCard]
else:
    CardBase = FactBase = RowBase = admin.ModelAdmin
    FactInlineBase = admin.TabularInline

SHARING = ("visibility", "owner", "readers")


class FactInline(FactInlineBase):
    """What sources state of the card, to look at."""

    model = Fact
    fields = ("field", "value", "source", "confidence", "chosen", "chosen_by")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ModelCard)
class ModelCardAdmin(CardBase):
    """Cards that the person may read; only who reads them can be set here."""

    list_display = ("name", "architecture_family", "stage", "visibility", "owner")
    list_filter = ("visibility", "architecture_family", "stage")
    search_fields = ("name", "slug")
    autocomplete_fields = ("owner", "readers")
    inlines = [FactInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelCard]:
        return ModelCard.objects.visible_to(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = [*ModelCard._meta.fields, *ModelCard._meta.many_to_many]
        return [field.name for field in own if field.name not in SHARING]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ModelCard, form: Any, change: bool) -> None:
        """Through the action, which checks and notes it."""
        shared = {name: form.cleaned_data[name] for name in SHARING}
        card_share(user=request.user, card=obj, **shared)  # type: ignore[arg-type]  # admin pages need a sign-in

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Without the form's own many-to-many rows: the action has set the readers."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)


@admin.register(Fact)
class FactAdmin(FactBase):
    """All facts, to find and to choose among."""

    list_display = ("card", "field", "value", "source", "confidence", "chosen", "chosen_by")
    list_filter = ("chosen", "confidence", "field")
    search_fields = ("card__name", "card__slug", "value", "source")
    actions = ["choose"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fact]:
        return Fact.objects.filter(card__in=ModelCard.objects.visible_to(request.user)).select_related("card")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in Fact._meta.fields]

    @admin.action(description="Make these the chosen facts of their fields", permissions=["change"])
    def choose(self, request: HttpRequest, queryset: QuerySet[Fact]) -> None:
        for fact in queryset:
            fact_choose(user=request.user, fact=fact)  # type: ignore[arg-type]  # admin pages need a sign-in


class VisibleRowAdmin(RowBase):
    """Rows of cards that the person may read, to look at."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        visible = ModelCard.objects.visible_to(request.user)
        return super().get_queryset(request).filter(**{f"{path}__in": visible for path in self.cards}).distinct()

    cards: tuple[str, ...] = ("card",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Checkpoint)
class CheckpointAdmin(VisibleRowAdmin):
    """Weights."""

    list_display = ("card", "revision", "path", "repo_id", "tokens_seen", "format")
    search_fields = ("card__name", "card__slug", "path", "repo_id")


@admin.register(Lineage)
class LineageAdmin(VisibleRowAdmin):
    """Who descends from whom."""

    cards = ("child", "parent")
    list_display = ("child", "relation", "parent")
    list_filter = ("relation",)


@admin.register(Organisation)
class OrganisationAdmin(VisibleRowAdmin):
    """Makers of models."""

    cards = ("cards",)
    list_display = ("name", "slug")
    search_fields = ("name",)
