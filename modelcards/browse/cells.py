"""One cell of the table for each column: a card in, markup out. Plain text is escaped by who puts the row together."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from modelcards import values
from modelcards.browse.names import Names
from modelcards.models import ModelCard
from modelcards.models.card import Visibility
from modelcards.templatetags.catalog import makers, ratio, written_date

Cell = Callable[[ModelCard, Names, str], "SafeString | str"]


def family(card: ModelCard, names: Names) -> SafeString:
    """The family's coloured tag; hatched where it is not stated."""
    key = card.architecture_family
    return names.families.get(key) or (format_html('<span class="tag">{}</span>', key) if key else names.no_family)


def released(card: ModelCard) -> str:
    """The release date in words; blank where not known. Many cards share a date, and writing one takes its time."""
    return _date(card.release_date, card.release_precision, get_language()) if card.release_date else ""


@lru_cache(maxsize=8192)
def _date(date: datetime.date, precision: str, language: str | None) -> str:
    return written_date(date, precision)


def _term(vocabulary: str) -> Cell:
    def cell(card: ModelCard, names: Names, base: str) -> SafeString | str:
        key = getattr(card, vocabulary)
        return getattr(names, vocabulary).get(key, key) or names.not_stated

    return cell


def _size(column: str) -> Cell:
    return lambda card, names, base: values.format_size(getattr(card, column)) or names.unknown


def _tokens(card: ModelCard) -> SafeString | str:
    """On a phone, where the column has no head, with its unit."""
    size = values.format_size(card.training_tokens)
    return SafeString(f'{size}<span class="only-list"> {escape(_("tokens"))}</span>') if size else ""


def _joined(of: Callable[[ModelCard], list[str]]) -> Cell:
    return lambda card, names, base: ", ".join(of(card)) or names.not_stated


def _parents(card: ModelCard, names: Names, base: str) -> SafeString | str:
    parents = [link.parent for link in card.parent_links.all()]
    links = [format_html('<a href="{}{}/">{}</a>', base, parent.slug, parent.name) for parent in parents]
    return SafeString(", ".join(links)) if links else ""


def _relations(card: ModelCard, names: Names, base: str) -> str:
    return ", ".join({names.relation.get(link.relation, link.relation): 1 for link in card.parent_links.all()})


def _licence(card: ModelCard, names: Names, base: str) -> SafeString | str:
    if card.open_weights is False and not card.licence:
        return format_html('<span class="faint">{}</span>', _("closed weights"))
    return card.licence or names.not_stated


CELLS: dict[str, Cell] = {
    "organisation": lambda card, names, base: makers(card) or names.not_stated,
    "architecture_family": lambda card, names, base: family(card, names),
    "stage": _term("stage"),
    "objective": _term("objective"),
    "attention": _term("attention"),
    "parameters": _size("parameters"),
    "active_parameters": _size("active_parameters"),
    "training_tokens": lambda card, names, base: _tokens(card) or names.unknown,
    "tokens_per_parameter": lambda card, names, base: ratio(card) or names.unknown,
    "release_date": lambda card, names, base: released(card) or names.unknown,
    "layers": lambda card, names, base: str(card.layers or "") or names.unknown,
    "language": _joined(lambda card: [language.code for language in card.languages.all()]),
    "modality": _joined(lambda card: [modality.key for modality in card.modalities.all()]),
    "base_model": _parents,
    "relation": _relations,
    "open_weights": lambda card, names, base: names.weights[card.open_weights],
    "licence": _licence,
    "updated_at": lambda card, names, base: format_html(
        '<time datetime="{}" data-day>{}</time>', f"{card.updated_at:%Y-%m-%dT%H:%M:%SZ}", f"{card.updated_at:%Y-%m-%d}"
    ),
}


def name_cell(card: ModelCard, base: str, *, with_makers: bool) -> SafeString:
    """The name as a link, who may see it where not everybody, and below it the makers (on a phone with the date)."""
    shared = "" if card.visibility == Visibility.PUBLIC else _visibility(card.visibility)
    date, made = released(card), escape(makers(card)) if with_makers else ""
    also = f", {date}" if date and made else date
    return SafeString(
        f'<a class="name" href="{base}{escape(card.slug)}/">{escape(card.name)}</a>{shared}'
        f'<span class="sub">{made}<span class="only-list">{escape(also)}</span></span>'
    )


def _visibility(key: str) -> SafeString:
    return format_html(' <span class="tag line">{}</span>', Visibility(key).label)


def registered(value: Any, names: Names) -> SafeString | str:
    """The value of a column of another app; hatched where there is none."""
    return names.unknown if value is None else str(value)
