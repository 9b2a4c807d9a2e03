"""The answer to a reader's wish: how many cards, which of them, and what the facets and ranges hold."""

from __future__ import annotations

from collections import Counter
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Protocol

from modelcards.facets import Option
from modelcards.filters import ModelFilters
from modelcards.histograms import DAYS, SIZES, Histogram, histogram
from modelcards.models import ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader

SPANS = {"parameters": "parameters", "tokens": "training_tokens", "released": "release_date"}
ENDS = {
    "parameters": ("parameters_min", "parameters_max"),
    "tokens": ("tokens_min", "tokens_max"),
    "released": ("released_after", "released_before"),
}


class Found(Protocol):
    """What the page asks of an answer; each part is worked out when it is asked for."""

    @property
    def count(self) -> int:
        """How many cards match."""

    @property
    def total(self) -> int:
        """How many cards the reader may see."""

    def page_ids(self) -> list[int]:
        """The keys of the cards of the page that the wish names, in order."""

    def ids(self) -> Iterator[int]:
        """The keys of all matching cards, in order."""

    def options(self) -> dict[str, list[Option]]:
        """Each facet's values with their counts."""

    def histograms(self) -> dict[str, Histogram]:
        """The drawings of ``parameters``, ``tokens`` and ``released``."""


def find(filters: ModelFilters, user: Reader) -> Found:
    """The answer for this reader."""
    return FoundByDatabase(filters, user)


class FoundByDatabase:
    """The answer by questions to the database: right at any size, quick for some thousand cards."""

    def __init__(self, filters: ModelFilters, user: Reader) -> None:
        self.filters = filters
        self.visible: ModelCardQuerySet = ModelCard.objects.visible_to(user)

    @cached_property
    def count(self) -> int:
        return self.filters.apply(self.visible).count()

    @cached_property
    def total(self) -> int:
        return self.visible.count()

    def page_ids(self) -> list[int]:
        start = (self.filters.page - 1) * self.filters.page_size
        return list(self._ordered()[start : start + self.filters.page_size])

    def ids(self) -> Iterator[int]:
        return iter(self._ordered())

    def options(self) -> dict[str, list[Option]]:
        return self.filters.options(self.visible)

    def histograms(self) -> dict[str, Histogram]:
        return {name: self._histogram(name) for name in SPANS}

    def _ordered(self) -> Any:
        return self.filters.ordered(self.filters.apply(self.visible)).values_list("pk", flat=True)

    def _histogram(self, name: str) -> Histogram:
        scale = DAYS if name == "released" else SIZES
        everything = [scale.bin(number) for number in _numbers(self.visible, SPANS[name])]
        low, high = (_number(getattr(self.filters, end)) for end in ENDS[name])
        numbers = _numbers(self.filters.apply(self.visible, without=name), SPANS[name])
        span = (min(everything), max(everything)) if everything else None
        return histogram(Counter(map(scale.bin, numbers)), span=span, scale=scale, low=low, high=high)


def _numbers(cards: ModelCardQuerySet, column: str) -> list[float]:
    found = cards.order_by().exclude(**{f"{column}__isnull": True}).values_list(column, flat=True)
    return [number for number in map(_number, found) if number]


def _number(value: Any) -> float | None:
    """A number of a size or of a date (its day's ordinal)."""
    return float(value.toordinal() if hasattr(value, "toordinal") else value) if value else None
