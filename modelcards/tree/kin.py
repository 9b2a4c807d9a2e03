"""Ancestors and descendants of one chip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from modelcards.tree.nodes import Leaf


@dataclass(frozen=True)
class Kin:
    """The chips on one line of descent, by slug; the chip itself is in neither."""

    ancestors: frozenset[str] = frozenset()
    descendants: frozenset[str] = frozenset()


def kin_of(leaves: Iterable[Leaf], slug: str) -> Kin:
    """The kin of the chip ``slug``, over all that it and others were made from; lineage in a circle ends.

    A slug without a chip has none.
    """
    up: dict[str, list[str]] = {leaf.slug: origins(leaf) for leaf in leaves}
    down: dict[str, list[str]] = defaultdict(list)
    for child, parents in up.items():
        for parent in parents:
            down[parent].append(child)
    if slug not in up:
        return Kin()
    return Kin(_reached(up, slug), _reached(down, slug))


def origins(leaf: Leaf) -> list[str]:
    """The chips that a chip was made from, the one on whose twig it hangs first."""
    first = [leaf.parent] if leaf.parent else []
    return [*first, *(slug for slug, _relation in leaf.others)]


def _reached(links: Mapping[str, list[str]], start: str) -> frozenset[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        fresh = [slug for slug in links.get(ahead.pop(), ()) if slug not in found]
        found.update(fresh)
        ahead += fresh
    return frozenset(found - {start})
