"""From an address to leaves: what every page and answer of the tree starts with."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from modelcards.index.memo import Memo
from modelcards.querysets import Reader
from modelcards.tree.choice import TreeChoice
from modelcards.tree.layout import layout
from modelcards.tree.nodes import Leaf, TreeModel, branch_of
from modelcards.tree.plan import Plan, TooSlow
from modelcards.tree.reads import Cards, tree_cards
from modelcards.tree.select import leaves
from modelcards.tree.series import Series, choose, landmarks, series_of

MOST_LISTED = 200
"""So many models of a tray are named; the others are counted."""
MOST_DRAWN = 2_000
PATIENCE = 3.0
"""Seconds of a processor that a layout may take."""
_memo = Memo()


@dataclass(frozen=True)
class Tray:
    """Models that have no place in the picture: how many, and the first of them by name."""

    count: int = 0
    models: tuple[TreeModel, ...] = ()

    @classmethod
    def of(cls, models: Iterable[TreeModel]) -> Tray:
        """A tray of these."""
        listed = sorted(models, key=lambda model: (model.name.casefold(), model.slug))
        return cls(len(listed), tuple(listed[:MOST_LISTED]))

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.models)


@dataclass(frozen=True)
class Grown:
    """What a choice makes of the catalog. ``leaves`` are of all years: ``Plan.until`` leaves out what is later."""

    count: int
    """Cards that the filters find, as the list of models counts them."""
    read: int
    """How many of them were looked at: fewer where the catalog is too large, and then the foremost."""
    leaves: tuple[Leaf, ...]
    models: tuple[TreeModel, ...]
    """Those with a date and a family, whether they have a chip or not."""
    undated: Tray = Tray()
    no_family: Tray = Tray()
    opened: tuple[Series, ...] = ()
    """The series that are drawn model by model."""

    @property
    def truncated(self) -> bool:
        """Whether more cards match than were looked at."""
        return self.count > self.read

    @cached_property
    def chips(self) -> dict[str, str]:
        """Slug of each model that stands on a chip, to the chip's slug."""
        return {slug: leaf.slug for leaf in self.leaves for slug in leaf.members}

    @property
    def left_out(self) -> int:
        """Models with a date and a family that stand on no chip."""
        return len(self.models) - len(self.chips)

    @cached_property
    def plan(self) -> Plan | None:
        """The layout of all leaves; None where there are more than ``MOST_DRAWN``, or it takes too long."""
        if len(self.leaves) > MOST_DRAWN:
            return None
        end = time.thread_time() + PATIENCE
        try:
            return layout(self.leaves, lambda: time.thread_time() > end)
        except TooSlow:
            return None


def grow(user: Reader, choice: TreeChoice) -> Grown:
    """The leaves of what ``choice`` shows ``user``, and what has no place among them.

    Kept for who asks the same, until a card changes; ``until``, ``colour``, ``view`` and the tray change nothing, nor
    does a search or a highlighted model that is shown anyway.
    """
    cards = tree_cards(user, choice.filters, choice.wanted)
    opened = cards.slugs.intersection(choice.opened)
    grown = _kept(cards, choice, opened, frozenset())
    wanted = choice.wanted.intersection(cards.slugs).difference(grown.chips)
    return _kept(cards, choice, opened, wanted) if wanted else grown


def _kept(cards: Cards, choice: TreeChoice, opened: frozenset[str], wanted: frozenset[str]) -> Grown:
    # The cards are kept with the answer: as long as it is, no others can have their identity.
    asked = (id(cards), choice.show, choice.size, opened, wanted)
    grown: Grown = _memo.get(asked, lambda: (cards, _grown(cards, choice, opened, wanted)))[1]
    return grown


def _grown(cards: Cards, choice: TreeChoice, opened: frozenset[str], wanted: frozenset[str]) -> Grown:
    few = {*landmarks(), *wanted} if choice.show == "landmarks" else cards.slugs
    meant = [model for model in cards.models if model.slug in few]
    dated = [model for model in cards.models if model.day]
    placed = [model for model in dated if branch_of(model.architecture_family)]
    chosen = choose(placed, choice.show, wanted, opened)
    return Grown(
        cards.count,
        len(cards.models),
        leaves(cards.models, chosen, cards.around, sized=bool(choice.size)),
        tuple(placed),
        Tray.of(model for model in meant if not model.day),
        Tray.of(model for model in meant if model.day and not branch_of(model.architecture_family)),
        series_of(placed, opened) if choice.show in ("key", "series") else (),
    )
