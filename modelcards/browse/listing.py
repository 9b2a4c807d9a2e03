"""The answer to a reader's wish: how many cards, which of them, and what the facets and ranges hold."""

from __future__ import annotations

from modelcards.filters import ModelFilters
from modelcards.index import catalog_index
from modelcards.index.found import Found
from modelcards.querysets import Reader

__all__ = ["ENDS", "Found", "find"]

ENDS = {
    "parameters": ("parameters_min", "parameters_max"),
    "tokens": ("tokens_min", "tokens_max"),
    "released": ("released_after", "released_before"),
}


def find(filters: ModelFilters, user: Reader) -> Found:
    """The answer for this reader."""
    return catalog_index().find(filters, user)
