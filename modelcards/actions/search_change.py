"""Rename or delete a search that one has kept."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from modelcards.actions.permission import NotAllowed
from modelcards.actions.search_save import SearchNameTakenError, checked_name
from modelcards.models import SavedSearch


@transaction.atomic
def search_rename(*, user: User, search: SavedSearch, name: str) -> SavedSearch:
    """Give one's own search another name; raises NotAllowed and SearchError."""
    _require_own(user, search)
    cleaned = checked_name(name)
    if SavedSearch.objects.filter(owner=user, name=cleaned).exclude(pk=search.pk).exists():
        raise SearchNameTakenError(_("You have a search “%(name)s” already.") % {"name": cleaned})
    search.name = cleaned
    search.save(update_fields=["name"])
    return search


@transaction.atomic
def search_delete(*, user: User, search: SavedSearch) -> None:
    """Delete one's own search; raises NotAllowed."""
    _require_own(user, search)
    search.delete()


def _require_own(user: User, search: SavedSearch) -> None:
    if search.owner_id is None or search.owner_id != user.pk:
        raise NotAllowed(_("Only who saved a search may change it."))
