"""The index of the catalog: counts, histograms, ids and order for a million cards, from memory, never stale.

``docs/index.md`` tells how. It needs the packages of ``[web]``, so it is loaded when it is first asked for.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcards.index.catalog import CatalogIndex


@cache
def catalog_index() -> CatalogIndex:
    """The index of this process."""
    from modelcards.index.catalog import CatalogIndex

    return CatalogIndex()
