"""What the chips add up to: open against closed weights per organisation, and the share of each family per year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from modelcards.tree.colours import SHORT
from modelcards.tree.nodes import BEFORE, BRANCHES, Leaf
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


@dataclass(frozen=True)
class Part:
    """A family's chips of one year: how many, and in percent of the year."""

    token: str
    count: int
    percent: float


@dataclass(frozen=True)
class YearShares:
    """The chips of one year by family, in the order of :func:`families_of`."""

    year: int
    total: int
    parts: tuple[Part, ...]


def families_of(leaves: Iterable[Leaf]) -> list[str]:
    """The branches that have a chip, in the order of the picture."""
    present = {leaf.branch for leaf in leaves}
    return [branch for branch in (BEFORE, *BRANCHES) if branch in present]


def year_shares(leaves: Iterable[Leaf]) -> list[YearShares]:
    """The years with a chip, newest first."""
    leaves = list(leaves)
    families = families_of(leaves)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for leaf in leaves:
        counts[leaf.day.year][leaf.branch] += 1
    return [
        YearShares(
            year,
            count.total(),
            tuple(Part(SHORT[branch], count[branch], 100 * count[branch] / count.total()) for branch in families),
        )
        for year, count in sorted(counts.items(), reverse=True)
    ]
