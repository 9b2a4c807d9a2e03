"""Keep a search."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from modelcards.models import SavedSearch

LONGEST_NAME, LONGEST_QUERY, MOST = 100, 4000, 100


class SearchError(ValueError):
    """Why a search cannot be kept so; the message says what would be right."""


class SearchNameTakenError(SearchError):
    """The person has a search of this name already."""


def checked_name(name: str) -> str:
    """The name as it is kept; raises SearchError."""
    cleaned = " ".join(name.split())
    if not cleaned or not cleaned.isprintable():
        raise SearchError(_("Give the search a name."))
    if len(cleaned) > LONGEST_NAME:
        raise SearchError(_("The name is longer than %(most)d characters.") % {"most": LONGEST_NAME})
    return cleaned


@transaction.atomic
def search_save(*, user: User, name: str, query: str, replace: bool = False) -> SavedSearch:
    """Keep a query string of the list of models under a name; raises SearchError.

    A search that the person has under this name is replaced only when asked for (else SearchNameTakenError).
    """
    cleaned = checked_name(name)
    if len(query) > LONGEST_QUERY:
        raise SearchError(_("This search has too many filters to be kept."))
    mine = SavedSearch.objects.select_for_update().filter(owner=user)
    same = mine.filter(name=cleaned).first()
    if same is None:
        if mine.count() >= MOST:
            raise SearchError(_("You have %(most)d searches already; delete one first.") % {"most": MOST})
        return SavedSearch.objects.create(owner=user, name=cleaned, query=query)
    if not replace:
        raise SearchNameTakenError(_("You have a search “%(name)s” already.") % {"name": cleaned})
    same.query = query
    same.save(update_fields=["query"])
    return same
