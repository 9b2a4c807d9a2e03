"""The cards view: what a tile shows of a model, as plain texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from modelcards import taxonomy, values
from modelcards.browse.cells import family, released
from modelcards.browse.listed import Listed
from modelcards.browse.names import names
from modelcards.browse.rows import joined
from modelcards.licences import restriction
from modelcards.models.card import Visibility
from modelcards.templatetags.catalog import written_ratio


@dataclass(frozen=True)
class Tile:
    """One model. ``restricted`` says what its licence does not allow; ``shared`` who sees it where not everybody."""

    slug: str
    name: str
    address: str
    css: str
    makers: str
    date: str
    family: SafeString
    stage: str
    objective: str
    parameters: str
    tokens: str
    ratio: str
    weights: SafeString
    licence: str
    restricted: str
    shared: str
    chosen: bool


def tiles(cards: Sequence[Listed], chosen: set[str]) -> list[Tile]:
    """The tiles of these cards."""
    base, made_by = reverse("modelcards:browse"), joined(cards, "organisation")
    return [_tile(card, f"{base}{card.slug}/", made_by.get(card.pk, ""), card.slug in chosen) for card in cards]


def _tile(card: Listed, address: str, makers: str, chosen: bool) -> Tile:
    written, known = names(), taxonomy.FAMILIES.get(card.architecture_family)
    return Tile(
        slug=card.slug,
        name=card.name,
        address=address,
        css=known.css if known else "f-none",
        makers=makers,
        date=released(card),
        family=family(card, written),
        stage=written.stage.get(card.stage, card.stage),
        objective=written.objective.get(card.objective, card.objective),
        parameters=values.format_size(card.parameters),
        tokens=values.format_size(card.training_tokens),
        ratio=written_ratio(card.training_tokens, card.parameters),
        weights=written.weights[card.open_weights],
        licence=Truncator(card.licence).chars(48) or (_("closed weights") if card.open_weights is False else ""),
        restricted=str(restriction(card.licence_id, card.licence)),
        shared="" if card.visibility == Visibility.PUBLIC else str(Visibility(card.visibility).label),
        chosen=chosen,
    )
