"""The catalog's part of the API. Each module adds its addresses to the router."""

from modelcards.api import card, history, lineage, listing, tree, write
from modelcards.api.router import router

__all__ = ["card", "history", "lineage", "listing", "router", "tree", "write"]
