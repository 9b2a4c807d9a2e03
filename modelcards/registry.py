"""What an upper layer may add to the catalog's pages without being imported by it.

``evaluation`` fills these when Django is ready: panels on a card, columns of the browse page, colours of the tree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from modelcards.models import ModelCard


@dataclass(frozen=True)
class CardPanel:
    """A panel of the card page: a template and the function that fills it (None: nothing to show)."""

    key: str
    template: str
    context: Callable[[HttpRequest, ModelCard], dict[str, Any] | None]
    order: int = 100


@dataclass(frozen=True)
class CardColumn:
    """A column of the browse table: a name and the function that gives each card's value (None: blank).

    ``expression`` gives the database's expression of the same value, by which the table can be sorted.
    """

    key: str
    name: _StrOrPromise
    values: Callable[[HttpRequest, list[int]], dict[int, Any]]
    expression: Callable[[], Any] | None = None


@dataclass(frozen=True)
class CardFacet:
    """A facet that another app adds to the browse page: values with their names, and the condition of one value."""

    key: str
    name: _StrOrPromise
    options: list[tuple[str, _StrOrPromise]]
    condition: Callable[[str], Q]


@dataclass(frozen=True)
class CardFigure:
    """A leading figure of the card page: the number and what it counts."""

    key: str
    value: Callable[[HttpRequest, ModelCard], tuple[str, _StrOrPromise]]


@dataclass(frozen=True)
class SelectionAction:
    """What can be done with chosen models: its name and the address for their slugs.

    Offered for ``least`` to ``most`` models (None: any number); with ``signed_in`` only to who is signed in.
    """

    key: str
    name: _StrOrPromise
    address: Callable[[list[str]], str]
    least: int = 1
    most: int | None = None
    signed_in: bool = False
    primary: bool = False


@dataclass(frozen=True)
class TreeOverlay:
    """A colouring of the tree: card id to a number in 0..1."""

    key: str
    name: str
    values: Callable[[HttpRequest, list[int]], dict[int, float]]


card_panels: list[CardPanel] = []
card_columns: list[CardColumn] = []
card_figures: list[CardFigure] = []
card_facets: list[CardFacet] = []
selection_actions: list[SelectionAction] = []
tree_overlays: list[TreeOverlay] = []
