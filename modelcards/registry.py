"""What an upper layer may add to the catalog's pages without being imported by it.

``evaluation`` fills these when Django is ready: panels on a card, columns of the browse page, colours of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from django.db.models import Q
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from modelcards.models import Checkpoint, ModelCard
    from modelcards.querysets import Reader


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

    ``expression`` gives the database's expression of a number by which the table can be sorted, and ``read`` the same
    number for many cards at once, for the index; both or none.
    """

    key: str
    name: _StrOrPromise
    values: Callable[[HttpRequest, list[int]], dict[int, Any]]
    expression: Callable[[], Any] | None = None
    read: Callable[[Sequence[int]], Mapping[int, float | None]] | None = None


@dataclass(frozen=True)
class CardFacet:
    """A facet that another app adds to the browse page: values with their names, and the condition of one value.

    ``read`` gives the values of many cards at once, for the index; each card must have at least one.
    """

    key: str
    name: _StrOrPromise
    options: list[tuple[str, _StrOrPromise]]
    condition: Callable[[str], Q]
    read: Callable[[Sequence[int]], Mapping[int, Sequence[str]]]


@dataclass(frozen=True)
class IndexSource:
    """A table whose rows change what the index says of a card: its name, and its column that holds the card's id."""

    table: str
    card_column: str


@dataclass(frozen=True)
class CardFigure:
    """A leading figure of the card page: the number and what it counts."""

    key: str
    value: Callable[[HttpRequest, ModelCard], tuple[str, _StrOrPromise]]


@dataclass(frozen=True)
class SelectionAction:
    """What can be done with chosen models: its name and the address for their slugs.

    Offered for ``least`` to ``most`` models (None: any number); with ``signed_in`` only to who is signed in,
    with ``permission`` only to who has it.
    """

    key: str
    name: _StrOrPromise
    address: Callable[[list[str]], str]
    least: int = 1
    most: int | None = None
    signed_in: bool = False
    primary: bool = False
    permission: str = ""


@dataclass(frozen=True)
class StatedScore:
    """A score that a file states. ``names``: what its benchmark is also called, to find it by."""

    benchmark: str
    num_fewshot: int
    metric: str
    value: float
    source: str
    confidence: str = "unchecked"
    names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What is scored, in a line."""
        return f"{self.benchmark}, {self.metric}, {self.num_fewshot}-shot ({self.source})"


@dataclass(frozen=True)
class StatedScores:
    """All scores that ``origin`` states of a card; what it stated before and states no more goes."""

    origin: str
    scores: Sequence[StatedScore]


@dataclass(frozen=True)
class ScoreExchange:
    """How scores leave and enter with the cards, of which the catalog itself has none.

    ``read`` gives the published scores of cards that a person may see; ``plan`` says (label, old, new) for each card
    whose scores a file would change, and ``store`` changes them.
    """

    read: Callable[[Reader, Sequence[int]], dict[int, list[StatedScore]]]
    plan: Callable[[Mapping[int, StatedScores]], dict[int, list[tuple[str, str, str]]]]
    store: Callable[[Mapping[int, StatedScores]], None]


@dataclass(frozen=True)
class WeightsPlace:
    """Where weights are that lie in no directory and no repository, in words, and a page about it (blank: none)."""

    words: str
    address: str = ""


@dataclass(frozen=True)
class Shade:
    """A score as a shade of the tree: ``value`` in 0..1, ``text`` as it is read ("0.439"), and where it is from."""

    value: float
    text: str
    origin: Literal["measured", "imported", "published"]


class ScoredTask(NamedTuple):
    """A benchmark or task that the tree can be coloured by: its key in the address, its name in words, and how many
    models that the reader may see have a score at each shot count (most first)."""

    key: str
    name: str
    shots: Mapping[int, int]


@dataclass(frozen=True)
class TreeScores:
    """Scores of the tree's models, of which the catalog itself has none.

    ``tasks`` says what can be chosen, most scored first; ``values`` the shade of each of the cards (by their ids) for a
    task's key and a shot count, silent about cards without a score and about tasks that are not known; ``best`` at most
    three lines with the best-known scores of each card.
    """

    tasks: Callable[[HttpRequest], list[ScoredTask]]
    values: Callable[[HttpRequest, Sequence[int], str, int], dict[int, Shade]]
    best: Callable[[HttpRequest, Sequence[int]], dict[int, tuple[str, ...]]]


card_panels: list[CardPanel] = []
card_columns: list[CardColumn] = []
card_figures: list[CardFigure] = []
card_facets: list[CardFacet] = []
index_sources: list[IndexSource] = []
selection_actions: list[SelectionAction] = []
# One entry at most: the app that knows scores.
tree_scores: list[TreeScores] = []
score_exchanges: list[ScoreExchange] = []
# Places of such of a card's checkpoints as have neither a directory nor a repository, by the checkpoint's id.
weights_places: list[Callable[[HttpRequest, Sequence[Checkpoint]], Mapping[int, WeightsPlace]]] = []
# Why a card may not be archived now (blank: it may).
archive_guards: list[Callable[[ModelCard], _StrOrPromise]] = []
