"""The searches that ship and those that a person saved, as links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from modelcards.filters import ModelFilters
from modelcards.models import SavedSearch
from modelcards.prepared import Prepared
from modelcards.querysets import Reader

NOBODY = 0  # no account has this key


@dataclass(frozen=True)
class SearchLink:
    """A search: its name, its query string, and whether it is the one shown now."""

    pk: int
    name: str
    query: str
    shipped: bool
    here: bool


def searches_of(user: Reader, filters: ModelFilters | None = None) -> list[SearchLink]:
    """The shipped searches and then the person's own, each in its order."""
    now = filters.query(chosen="") if filters else None
    found = _SEARCHES.rows(user.pk if user.is_authenticated else NOBODY)
    links = [
        SearchLink(
            pk,
            _(name) if owner is None else name,  # the names of shipped ones are our own
            query,
            owner is None,
            query == now,
        )
        for pk, name, query, owner in found
    ]
    return sorted(links, key=lambda link: not link.shipped)


def _shipped_or_of(person: int) -> QuerySet[SavedSearch, Any]:
    found = SavedSearch.objects.filter(Q(owner=None) | Q(owner=person)).order_by("owner_id", "order", "name")
    return found.values_list("pk", "name", "query", "owner_id")


_SEARCHES = Prepared(_shipped_or_of)


def searchable(query: str) -> str:
    """A query string as it is kept: canonical, without the page and the chosen models."""
    return ModelFilters.parse(QueryDict(query)).query(chosen="")
