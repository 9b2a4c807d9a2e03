"""The searches that ship and those that a person saved, as links."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from modelcards.filters import ModelFilters
from modelcards.models import SavedSearch
from modelcards.querysets import Reader


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
    own = Q(owner=user.pk) if user.is_authenticated else Q(pk__in=[])
    now = searchable(filters.query()) if filters else None
    found = SavedSearch.objects.filter(Q(owner=None) | own).order_by("owner_id", "order", "name")
    links = [
        SearchLink(
            search.pk,
            _(search.name) if search.owner_id is None else search.name,  # the names of shipped ones are our own
            search.query,
            search.owner_id is None,
            search.query == now,
        )
        for search in found
    ]
    return sorted(links, key=lambda link: not link.shipped)


def searchable(query: str) -> str:
    """A query string as it is kept: canonical, without the page and the chosen models."""
    return ModelFilters.parse(QueryDict(query)).query(chosen="")
