"""Roles: what a group of accounts may do. Any account reads; a superuser is an administrator and may do all."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.utils.translation import gettext_lazy as _

EDITORS = "Editors"
EVALUATORS = "Evaluators"
ADMINISTRATOR = "Administrator"
READER = "Reader"
# Group name to its permissions, as app label and code name.
GROUPS = {
    EDITORS: [
        ("modelcards", "add_modelcard"),
        ("modelcards", "change_modelcard"),
        ("modelcards", "delete_modelcard"),
        ("modelcards", "view_modelcard"),
    ],
    EVALUATORS: [("evaluation", "add_evaluation")],
}
NAMES = {READER: _("Reader"), EDITORS: _("Editor"), EVALUATORS: _("Evaluator"), ADMINISTRATOR: _("Administrator")}
MEANINGS = {
    READER: _("Reads what is open to accounts, and the cards that are shared with them. Every account does."),
    EDITORS: _("Adds, imports, corrects, renames and archives cards."),
    EVALUATORS: _("Queues evaluations, and repeats and cancels their own."),
    ADMINISTRATOR: _("Does all of it, sees every card, and gives people their roles."),
}


def make_groups(**_signal: Any) -> None:
    """Make the groups and give them what they lack; after every migration, and as often as wished.

    A permission that an administrator added to a group is left there.
    """
    for name, wanted in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission for permission in map(_permission, wanted) if permission))


def roles_of(person: User) -> list[str]:
    """The roles of an account beside that of a reader, in their order."""
    groups = {group.name for group in person.groups.all()}
    return [*([ADMINISTRATOR] if person.is_superuser else []), *(name for name in GROUPS if name in groups)]


def _permission(key: tuple[str, str]) -> Permission | None:
    label, codename = key
    return Permission.objects.filter(content_type__app_label=label, codename=codename).first()
