"""Open against closed weights per organisation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from modelcards.tree.nodes import Leaf
from modelcards.tree.organisations import badge, house

MOST = 13


@dataclass(frozen=True)
class Tally:
    """One organisation's chips. ``unit`` is the share of the longest bar that one chip takes, in percent."""

    organisation: str
    badge: str
    open: int
    closed: int
    unknown: int
    unit: float

    @property
    def total(self) -> int:
        """All its chips."""
        return self.open + self.closed + self.unknown

    @property
    def widths(self) -> tuple[float, float, float]:
        """Widths of the three parts of its bar, in percent."""
        return self.open * self.unit, self.closed * self.unit, self.unknown * self.unit


def tallies(leaves: Iterable[Leaf]) -> tuple[list[Tally], list[Tally]]:
    """Organisations by the number of their chips: the first ones, and the rest."""
    counts: dict[str, Counter[bool | None]] = defaultdict(Counter)
    for leaf in leaves:
        counts[house(leaf.organisation)][leaf.open_weights] += 1
    order = sorted(counts, key=lambda name: (-counts[name].total(), name))
    unit = 100 / max([1, *(count.total() for count in counts.values())])
    found = [
        Tally(name, badge(name), counts[name][True], counts[name][False], counts[name][None], unit) for name in order
    ]
    return found[:MOST], found[MOST:]
