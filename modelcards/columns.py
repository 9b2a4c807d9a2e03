"""The columns that a list of models can show: their keys in addresses, their names, and which are shown unasked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from modelcards import registry

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class Column:
    """A column: its key, its name in the head of a table, and whether it holds numbers (right-aligned, most first)."""

    key: str
    name: _StrOrPromise = field(hash=False)  # the hash of words that wait for a language is not their own
    number: bool = False


NAME = "name"
COLUMNS = {
    column.key: column
    for column in [
        Column(NAME, _("Model")),
        Column("organisation", _("Organisation")),
        Column("architecture_family", _("Family")),
        Column("stage", _("Stage")),
        Column("parameters", _("Parameters"), True),
        Column("active_parameters", _("Active parameters"), True),
        Column("training_tokens", _("Tokens"), True),
        Column("tokens_per_parameter", _("Tokens per parameter"), True),
        Column("release_date", _("Released"), True),
        Column("objective", _("Objective")),
        Column("attention", _("Attention")),
        Column("layers", _("Layers"), True),
        Column("language", _("Languages")),
        Column("modality", _("Modality")),
        Column("base_model", _("Base model")),
        Column("relation", _("Relation to base model")),
        Column("open_weights", _("Weights")),
        Column("licence", _("Licence")),
        Column("updated_at", _("Changed"), True),
    ]
}
USUAL = (
    NAME,
    "architecture_family",
    "stage",
    "parameters",
    "training_tokens",
    "tokens_per_parameter",
    "release_date",
    "licence",
)


def name_of(column: Column) -> str:
    """The name of a column in the present language, resolved once: a page asks for it several times."""
    return _name(column, get_language())


@lru_cache(maxsize=512)
def _name(column: Column, language: str | None) -> str:
    return str(column.name)


def known_columns() -> dict[str, Column]:
    """Every column by key: the card's own and those that other apps registered."""
    registered = {column.key: Column(column.key, column.name, True) for column in registry.card_columns}
    return {**COLUMNS, **registered}


def usual_columns() -> tuple[str, ...]:
    """The keys of the columns that a table shows when none are asked for."""
    return (*USUAL, *(column.key for column in registry.card_columns))
