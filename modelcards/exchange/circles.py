"""Base models that would make a model descend from itself, within an import and against the catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from modelcards.exchange.matching import base_slugs
from modelcards.exchange.seen import Seen
from modelcards.models import Lineage
from modelcards.models.exchange import AwaitedCard

MOST_ANCESTORS = 10_000


class Descent:
    """Who is above whom: what the catalog has, what awaits a card, and what this import has met."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.stored: dict[str, set[str]] = {}
        self.names: dict[str, str] = {}

    def canonical(self, names: Iterable[str]) -> list[str]:
        """The names as the catalog writes them."""
        wanted = [name for name in names if name not in self.names]
        if wanted:
            self.names.update(base_slugs(wanted))
        return [self.names[name] for name in names]

    def load(self, starts: Iterable[str]) -> None:
        """Read everything above these addresses, level by level."""
        level = set(self.canonical(list(starts)))
        while level and len(self.stored) < MOST_ANCESTORS:
            self.seen.load(level)
            above = _parents(level)
            for slug in level:
                self.stored[slug] = set(self.canonical(sorted(above[slug])))
            known = {parent for slug in level for parent in self._above(slug)}
            level = {slug for slug in known if slug not in self.stored}

    def closes_circle(self, slug: str, parents: Iterable[str]) -> bool:
        """Whether a card would descend from itself with these base models."""
        found: set[str] = set()
        waiting = self.canonical(list(parents))
        while waiting:
            parent = waiting.pop()
            if parent == slug:
                return True
            if parent not in found:
                found.add(parent)
                waiting.extend(self._above(parent))
        return False

    def _above(self, slug: str) -> set[str]:
        return self.stored.get(slug, set()) | set(self.canonical(list(self.seen.parents.get(slug, ()))))


def _parents(slugs: set[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    wanted = sorted(slugs)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = Lineage.objects.filter(child__slug__in=some).values_list("child__slug", "parent__slug")
        awaited = AwaitedCard.objects.filter(card__slug__in=some, role=AwaitedCard.Role.PARENT)
        for child, parent in [*rows, *awaited.values_list("card__slug", "slug")]:
            found[child].add(parent)
    return found
