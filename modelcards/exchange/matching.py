"""Which stored card a read card means: by repository first, then by address; new ones get an address of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from modelcards.addresses import card_ids
from modelcards.exchange.identity import slug_of, with_mark
from modelcards.exchange.shapes import ReadCard
from modelcards.models import FormerSlug, ModelCard
from modelcards.querysets import Reader

MANY = 500


@dataclass(frozen=True)
class Match:
    """The stored card (None: there is none yet), the address, and why neither can be had (blank: it can)."""

    card: ModelCard | None
    slug: str
    reason: str = ""


class Catalog:
    """The stored cards that some read cards may mean. ``user`` None: whoever starts a command sees all."""

    def __init__(self, cards: Sequence[ReadCard], user: Reader | None) -> None:
        self.by_slug: dict[str, ModelCard] = {}
        self.by_repo: dict[str, ModelCard] = {}
        slugs = {slug for card in cards for slug in _wished(card)}
        for some in _batches(slugs):
            self._keep(ModelCard.objects.filter(slug__in=some))
            former = FormerSlug.objects.filter(slug__in=some).select_related("card")
            self.by_slug.update({row.slug: row.card for row in former if row.slug not in self.by_slug})
        lowered = ModelCard.objects.annotate(repository=Lower("hf_repo"))
        for some in _batches({card.repo.lower() for card in cards if card.repo and not card.own}):
            found = lowered.filter(repository__in=some).order_by("slug")
            for row in found:
                self.by_repo.setdefault(row.hf_repo.lower(), row)
        self.open_to = self._readable(user)

    def hold(self) -> bool:
        """Hold the cards against other writers; whether there are any. What is read after it is what they are now."""
        ids = sorted({row.pk for row in (*self.by_slug.values(), *self.by_repo.values())})
        for some in _batches(ids):
            list(ModelCard.objects.select_for_update().filter(pk__in=some).order_by("pk").values_list("pk"))
        return bool(ids)

    def match(self, card: ReadCard) -> Match:
        """The card that is meant."""
        found = None if card.own else self.by_repo.get(card.repo.lower()) if card.repo else None
        slug = card.slug
        if found is None:
            found = self.by_slug.get(slug)
            if found is not None and not card.own and self._another(found, card):
                slug = with_mark(slug, card.repo)
                found = self.by_slug.get(slug)
        if found is None:
            return Match(None, slug)
        return Match(found, found.slug, self._closed(found))

    def _another(self, found: ModelCard, card: ReadCard) -> bool:
        """Whether the address belongs to a model with another repository."""
        return bool(card.repo and found.hf_repo and found.hf_repo.lower() != card.repo.lower())

    def _closed(self, card: ModelCard) -> str:
        if self.open_to is not None and card.pk not in self.open_to:
            return _("a card with this address is in the catalog and not open to you")
        if card.archived_at is not None:
            return _("the card is archived; restore it first")
        return ""

    def _keep(self, rows: Iterable[ModelCard]) -> None:
        self.by_slug.update({row.slug: row for row in rows})

    def _readable(self, user: Reader | None) -> set[int] | None:
        if user is None:
            return None
        cards = {row.pk for row in (*self.by_slug.values(), *self.by_repo.values())}
        archived = {row.pk for row in (*self.by_slug.values(), *self.by_repo.values()) if row.archived_at is not None}
        found: set[int] = set()
        for some in _batches(cards):
            found.update(ModelCard.objects.visible_to(user).filter(pk__in=some).values_list("pk", flat=True))
        return found | archived if getattr(user, "is_superuser", False) else found


def base_slugs(names: Iterable[str]) -> dict[str, str]:
    """What base models are called in the catalog today; those that are not there keep their names."""
    ids = card_ids(set(names))
    slugs: dict[int, str] = {}
    for some in _batches(ids.values()):
        slugs.update(ModelCard.objects.filter(pk__in=some).values_list("pk", "slug"))
    return {name: slugs.get(ids.get(name, 0), name) for name in set(names)}


def _wished(card: ReadCard) -> list[str]:
    if card.own or not card.repo:
        return [card.slug]
    return [card.slug, with_mark(slug_of(card.repo), card.repo)]


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    wanted = sorted(set(values), key=str)
    return (wanted[start : start + MANY] for start in range(0, len(wanted), MANY))
