"""The compared models: card, checkpoint, and the colour, shape and dash that stay with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evaluation.comparison.choice import BEST, CompareChoice
from modelcards.models import Checkpoint, ModelCard
from modelcards.querysets import Reader

SYMBOLS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "star", "hourglass")
"""plotly's names of the shapes that the template tag ``mark`` draws, in the same order."""
DASHES = ("solid", "dash", "dot", "longdash", "dashdot", "longdashdot", "14px,3px,2px,3px,2px,3px", "2px,6px")


@dataclass(frozen=True)
class Contender:
    """One model of the comparison. ``asked`` is its word in the address; ``position`` counts from 0."""

    asked: str
    card: ModelCard
    checkpoint: Checkpoint | None
    position: int
    baseline: bool = False

    @property
    def name(self) -> str:
        """Its name on the page, with the revision where one was asked for."""
        revision = self.asked.partition("@")[2]
        return f"{self.card.name} @{revision}" if revision else self.card.name

    @property
    def colour(self) -> str:
        """Its token."""
        return f"var(--m{self.position + 1})"

    @property
    def symbol(self) -> str:
        """Its marker in charts."""
        return SYMBOLS[self.position]

    @property
    def dash(self) -> str:
        """Its line in charts."""
        return DASHES[self.position]


@dataclass(frozen=True)
class Lineup:
    """Who is compared, in the order asked for.

    ``unknown``: words that name no model that the reader may see; ``twice``: words for weights that stand here already
    under another word, such as ``oak@main`` beside ``oak``.
    """

    models: tuple[Contender, ...]
    unknown: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()

    @property
    def base(self) -> Contender | None:
        """The model that the others are compared with; None where that is the best of each row."""
        return next((one for one in self.models if one.baseline), None)


def contenders(user: Reader, choice: CompareChoice) -> Lineup:
    """The models that ``user`` may read. A card that is hidden is answered as one that does not exist."""
    slugs = {asked.partition("@")[0] for asked in choice.models}
    found = ModelCard.objects.visible_to(user).filter(slug__in=slugs)
    cards = {card.slug: card for card in found.prefetch_related("organisations", "languages", "modalities", "facts")}
    revisions: dict[int, list[Checkpoint]] = {}
    for one in Checkpoint.objects.visible_to(user).filter(card__in=cards.values()):
        revisions.setdefault(one.card_id, []).append(one)
    shown: dict[tuple[int, int | None], Contender] = {}
    unknown, twice = [], []
    for asked in choice.models:
        slug, _, revision = asked.partition("@")
        card = cards.get(slug)
        checkpoint = _checkpoint(revisions.get(card.pk, []), revision) if card else None
        if card is None or (revision and checkpoint is None):
            unknown.append(asked)
            continue
        weights = (card.pk, checkpoint.pk if checkpoint else None)
        if weights in shown:
            twice.append(asked)
        else:
            shown[weights] = Contender(asked, card, checkpoint, len(shown))
    return Lineup(_with_baseline(list(shown.values()), choice.baseline), tuple(unknown), tuple(twice))


def _with_baseline(shown: list[Contender], wanted: str) -> tuple[Contender, ...]:
    chosen = wanted if wanted == BEST or any(one.asked == wanted for one in shown) else shown[0].asked if shown else ""
    return tuple(replace(one, baseline=one.asked == chosen != BEST) for one in shown)


def _checkpoint(found: Sequence[Checkpoint], revision: str) -> Checkpoint | None:
    """The revision asked for; else ``main``, else the one trained the longest."""
    if revision:
        return next((one for one in found if one.revision == revision), None)
    main = next((one for one in found if one.revision == "main"), None)
    return main or max(found, key=lambda one: (one.step or 0, one.pk), default=None)
