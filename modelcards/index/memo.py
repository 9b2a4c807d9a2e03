"""Counts that were worked out lately, for the next who asks the same: another page or order of a list, the first page.

Part of what is asked is the mark of the change log, so an answer is never older than its question; a change of any card
makes every answer one that nobody asks for again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from modelcards.filters import RANGES, ModelFilters
from modelcards.querysets import Reader

KEPT = 64


class Memo:
    """A few answers by what was asked, the longest unasked dropped first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, asked: Hashable, work_out: Callable[[], Any]) -> Any:
        """The answer; worked out where it is not kept. Nobody may change it."""
        with self._lock:
            if asked in self._found:
                self._found.move_to_end(asked)
                return self._found[asked]
        found = work_out()
        with self._lock:
            self._found[asked] = found
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return found


def narrowing(filters: ModelFilters) -> Hashable:
    """What of a wish decides which cards match, but for its search."""
    ranges = tuple(getattr(filters, name) for name in RANGES)
    facets = tuple((key, tuple(values)) for key, values in sorted(filters.facets.items()) if values)
    return facets, ranges


def reader(user: Reader) -> Hashable:
    """What of a person decides which cards are seen."""
    if not user.is_authenticated:
        return "visitor"
    return "administrator" if getattr(user, "is_superuser", False) else int(user.pk)
