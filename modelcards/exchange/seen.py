"""What an import has met so far: so that a model that comes twice and a circle of base models are found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from modelcards.exchange.report import REFUSED, Outcome


@dataclass
class Seen:
    """Addresses of the cards met, with the place of each and the base models that it names."""

    places: dict[str, str] = field(default_factory=dict)
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def load(self, slugs: Collection[str]) -> None:
        """Make what is known of these addresses ready; here all is in memory."""

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Remember cards that were, or would be, taken."""
        for one in outcomes:
            if one.outcome != REFUSED:
                self.note(one.slug, f"{one.file}:{one.line}", one.parents)

    def note(self, slug: str, place: str, parents: Iterable[str]) -> None:
        """Remember one card."""
        self.places.setdefault(slug, place)
        self.parents[slug] = tuple(parents)

    def forget(self, places: Collection[str]) -> None:
        """Forget the cards of these places: what was planned for them did not come about."""
        for slug in [slug for slug, place in self.places.items() if place in places]:
            del self.places[slug], self.parents[slug]
