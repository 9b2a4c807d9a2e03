"""Administration of people: a change of somebody's role leaves an audit entry."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

from evaluation.actions.audit import audit
from evaluation.models import AuditEntry
from hub.models import ApiToken

# Django's admin classes take type parameters only in the eyes of the type checker.
if TYPE_CHECKING:
    PersonAdmin = UserAdmin[User]
    RowAdmin = admin.ModelAdmin[Any]
else:
    PersonAdmin = UserAdmin
    RowAdmin = admin.ModelAdmin
ROLE = {"is_active", "is_staff", "is_superuser", "groups", "user_permissions", "password"}


class AuditedUserAdmin(PersonAdmin):
    """Django's own, with a trace."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Called after the person and their groups are saved, in the same transaction."""
        super().save_related(request, form, formsets, change)
        changed = sorted(ROLE & set(form.changed_data))
        if changed or not change:
            person = form.instance
            now = {
                "changed": changed,
                **{name: getattr(person, name) for name in ("is_active", "is_staff", "is_superuser")},
                "groups": sorted(person.groups.values_list("name", flat=True)),
            }
            audit(who=request.user, action="role changed" if change else "person added", target=person, detail=now)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        audit(who=request.user, action="person removed", target=obj)
        super().delete_model(request, obj)


class ReadOnlyAdmin(RowAdmin):
    """Rows to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, newest first; nobody deletes a trace here."""

    list_display = ("at", "by", "action", "target")
    list_filter = ("action",)
    search_fields = ("by", "target")
    date_hierarchy = "at"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Everybody's tokens, to be ended in an emergency."""

    list_display = ("user", "name", "scope", "hint", "expires_at", "last_used_at")
    exclude = ("digest",)

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        audit(who=request.user, action="token revoked", target=f"{obj.hint} of {obj.user}", detail={"name": obj.name})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for token in queryset:
            self.delete_model(request, token)


admin.site.unregister(User)
admin.site.register(User, AuditedUserAdmin)
admin.site.site_header = admin.site.site_title = "Arboretum"
