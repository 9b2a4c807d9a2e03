"""Slugs that cards have and had: a renamed card is found under both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from django.db.models.functions import Lower

from modelcards.exchange.identity import repository_of
from modelcards.models import FormerSlug, ModelCard

MANY = 500


def renamed(slugs: Collection[str]) -> dict[str, str]:
    """Those of the slugs that a card had before it was renamed, each with the card's slug of today."""
    found: dict[str, str] = {}
    for some in _batches(slugs):
        found.update(FormerSlug.objects.filter(slug__in=some).values_list("slug", "card__slug"))
    return found


def card_ids(slugs: Collection[str]) -> dict[str, int]:
    """Each slug, of today or former, with the id of its card; slugs of no card are left out.

    A slug that is made from a repository (``org--name``) also leads to the card with that repository.
    """
    found: dict[str, int] = {}
    for some in _batches(slugs):
        found.update(FormerSlug.objects.filter(slug__in=some).values_list("slug", "card"))
        found.update(ModelCard.objects.filter(slug__in=some).values_list("slug", "pk"))
    repositories = {repo: slug for slug in slugs if slug not in found and (repo := repository_of(slug))}
    for some in _batches(repositories):
        rows = ModelCard.objects.annotate(repository=Lower("hf_repo")).filter(repository__in=some).order_by("-slug")
        found.update({repositories[repo]: pk for repo, pk in rows.values_list("repository", "pk")})
    return found


def slug_taken(slug: str, *, card: int | None = None) -> bool:
    """Whether another card has this slug or had it."""
    having = [
        *ModelCard.objects.filter(slug=slug).values_list("pk", flat=True),
        *FormerSlug.objects.filter(slug=slug).values_list("card", flat=True),
    ]
    return any(other != card for other in having)


def _batches(slugs: Iterable[str]) -> Iterator[list[str]]:
    """A question of many thousand values is more than a database takes at once."""
    wanted = sorted(set(slugs))
    return (wanted[start : start + MANY] for start in range(0, len(wanted), MANY))
