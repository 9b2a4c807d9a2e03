"""Which claims a reader may see."""

from __future__ import annotations

from evaluation.claims.query import ClaimQuery, of_stored
from evaluation.models import Claim
from modelcards.addresses import renamed
from modelcards.models import ModelCard
from modelcards.querysets import Reader


def open_claims(user: Reader) -> list[Claim]:
    """Shipped ones and those that people stated; a person's claim that names a card shows to those who may read it.

    The one who stated it sees it in any case: the names in it are their own words.
    """
    found = list(Claim.objects.select_related("author"))
    named = {claim.pk: set(query_of(claim).named) for claim in found if not claim.shipped}
    readable = _readable(user, {slug for slugs in named.values() for slug in slugs})
    return [
        one
        for one in found
        if one.shipped or (user.pk is not None and one.author_id == user.pk) or named[one.pk] <= readable
    ]


def query_of(claim: Claim) -> ClaimQuery:
    """Its query."""
    return of_stored({**claim.query, "kind": claim.kind})


def _readable(user: Reader, slugs: set[str]) -> set[str]:
    """Those of the names that lead to a card which ``user`` may read."""
    asked = {slug for slug in slugs if slug.isprintable()}
    now = renamed(asked)
    found = ModelCard.objects.visible_to(user).filter(slug__in=asked | set(now.values()))
    open_slugs = set(found.values_list("slug", flat=True))
    return {slug for slug in asked if slug in open_slugs or now.get(slug) in open_slugs}
