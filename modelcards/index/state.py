"""The index at one moment: the base without the cards that changed since, and the lines that stand for those."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from modelcards.index.base import Base
from modelcards.index.bitmaps import from_ids
from modelcards.index.recent import Recent
from modelcards.querysets import Reader

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class State:
    """``live``: cards of the base that stand as they did; ``lines``: how many recent lines there are, and ``valid``
    which of them stand; ``mark``: the version and nonce of the change log that this agrees with."""

    base: Base
    recent: Recent
    live: BitMap
    lines: int
    valid: Mask
    mark: tuple[int, int]

    @classmethod
    def of(cls, base: Base) -> State:
        """The base alone."""
        return cls(base, Recent(base), base.everything, 0, np.zeros(0, dtype=bool), base.mark)

    def without(self, cards: list[int]) -> State:
        """These cards gone, wherever they stood."""
        pks = self.recent.pks.first(self.lines)
        valid = self.valid & ~np.isin(pks, np.array(cards, dtype=np.int64))
        return replace(self, live=self.live - from_ids(cards), valid=valid)

    def having(self, lines: range) -> State:
        """With lines that were just added."""
        valid = np.ones(lines.stop, dtype=bool)
        valid[: self.lines] = self.valid
        return replace(self, lines=lines.stop, valid=valid)

    def maker(self, slug: str, code: int) -> str:
        """The name of an organisation of some card; of what has none, as cards without an organisation, the slug."""
        if (name := self.recent.makers.get(slug)) is not None:
            return name
        return self.base.makers[code].decode() if code < len(self.base.makers) else slug

    @cached_property
    def public(self) -> Seen:
        """What every visitor sees."""
        return Seen(self.base.public & self.live, self.valid & (self.recent.visibility.first(self.lines) == 0))

    @cached_property
    def public_spans(self) -> dict[str, tuple[int, int] | None]:
        """The first and last bin of each histogram that holds one of the cards of the base that every visitor sees."""
        return {key: bins.span(self.public.cards) for key, bins in self.base.bins.items()}

    def seen_by(self, user: Reader) -> Seen:
        """What a person may see, by the same rule as ``visible_cards``."""
        cards, kinds = self.base.public, self.recent.visibility.first(self.lines)
        if getattr(user, "is_superuser", False) and user.is_authenticated:
            return Seen(self.live, self.valid)
        if not user.is_authenticated:
            return self.public
        person = int(user.pk)
        cards = (cards | self.base.internal | self.base.shared_with(person)) & self.live
        lines = (kinds < 2) | (self.recent.owners.first(self.lines) == person)
        named, people = self.recent.readers.upto(self.lines)
        lines[named[people == person]] = True
        return Seen(cards, self.valid & lines)


@dataclass(frozen=True)
class Seen:
    """A set of cards: those of the base, and recent lines."""

    cards: BitMap
    lines: Mask

    def __and__(self, other: Seen) -> Seen:
        return Seen(self.cards & other.cards, self.lines & other.lines)

    def __len__(self) -> int:
        return len(self.cards) + int(np.count_nonzero(self.lines))


def nothing(lines: int) -> Any:
    """A mask without a line."""
    return np.zeros(lines, dtype=bool)
