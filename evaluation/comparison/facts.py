"""Facts side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from evaluation.comparison.contenders import Contender
from modelcards.models import ModelCard
from modelcards.templatetags.catalog import family_name, makers, ratio, released, size, term_name, weights_name

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

FIELDS: tuple[tuple[str, _StrOrPromise, Callable[[ModelCard], object]], ...] = (
    ("organisation", _("Organisation"), makers),
    ("release_date", _("Released"), released),
    ("architecture_family", _("Family"), lambda card: family_name(card.architecture_family)),
    ("objective", _("Objective"), lambda card: term_name(card.objective, "objective")),
    ("attention", _("Attention"), lambda card: term_name(card.attention, "attention")),
    ("stage", _("Stage"), lambda card: term_name(card.stage, "stage")),
    ("parameters", _("Parameters"), lambda card: size(card.parameters)),
    ("active_parameters", _("Active parameters"), lambda card: size(card.active_parameters)),
    ("training_tokens", _("Training tokens"), lambda card: size(card.training_tokens)),
    ("", _("Tokens per parameter"), ratio),
    ("layers", _("Layers"), lambda card: card.layers),
    ("languages", _("Languages"), lambda card: ", ".join(sorted(one.code for one in card.languages.all()))),
    ("modality", _("Modality"), lambda card: ", ".join(sorted(one.key for one in card.modalities.all()))),
    ("open_weights", _("Weights"), lambda card: "" if card.open_weights is None else weights_name(card.open_weights)),
    ("licence", _("Licence"), lambda card: card.licence),
)


@dataclass(frozen=True)
class FactCell:
    """One model's value; blank where not stated. ``others``: what further sources state instead."""

    value: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactRow:
    """One field of all models."""

    name: _StrOrPromise
    cells: tuple[FactCell, ...]
    same: bool


def fact_rows(models: Sequence[Contender]) -> list[FactRow]:
    """Every field that at least one of the models states."""
    rows = []
    for field, name, read in FIELDS:
        cells = tuple(FactCell(str(read(one.card) or ""), _others(one.card, field)) for one in models)
        if any(cell.value for cell in cells):
            rows.append(FactRow(name, cells, same=len({cell.value for cell in cells}) == 1))
    return rows


def _others(card: ModelCard, field: str) -> tuple[str, ...]:
    """Values of other sources that are not the chosen one's."""
    facts = [fact for fact in card.facts.all() if field and fact.field == field]
    chosen = {fact.value for fact in facts if fact.chosen}
    others = [fact for fact in facts if not fact.chosen and fact.value not in chosen]
    return tuple(f"{_short(fact.value)} ({fact.source})" for fact in others)


def _short(value: str) -> str:
    """Large numbers as the page writes them."""
    return size(int(value)) if value.isascii() and value.isdigit() and len(value) < 20 else value
