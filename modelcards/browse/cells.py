"""One cell of the table for each column: a card in, markup out. Plain text is escaped by who puts the row together."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from modelcards import values
from modelcards.browse.listed import Listed, Parent
from modelcards.browse.names import Names
from modelcards.models.card import Visibility
from modelcards.templatetags.catalog import written_date, written_ratio


@dataclass(frozen=True)
class Sheet:
    """What the cells of a page share: language, vocabulary, the address before a slug, and names of others by card."""

    language: str | None
    names: Names
    base: str
    makers: Mapping[int, str]
    languages: Mapping[int, str]
    modalities: Mapping[int, str]
    parents: Mapping[int, Sequence[Parent]]


Cell = Callable[[Listed, Sheet], "SafeString | str"]


def family(card: Listed, names: Names) -> SafeString:
    """The family's coloured tag; hatched where it is not stated."""
    key = card.architecture_family
    return names.families.get(key) or (format_html('<span class="tag">{}</span>', key) if key else names.no_family)


def released(card: Listed) -> str:
    """The release date in words; blank where not known. Many cards share a date, and writing one takes its time."""
    return _date(card.release_date, card.release_precision, get_language())


@lru_cache(maxsize=8192)
def _date(date: datetime.date | None, precision: str, language: str | None) -> str:
    return written_date(date, precision)


def _term(vocabulary: str) -> Cell:
    def cell(card: Listed, sheet: Sheet) -> SafeString | str:
        key = getattr(card, vocabulary)
        return getattr(sheet.names, vocabulary).get(key, key) or sheet.names.not_stated

    return cell


def _size(column: str) -> Cell:
    return lambda card, sheet: SafeString(values.format_size(getattr(card, column))) or sheet.names.unknown


def _tokens(card: Listed, sheet: Sheet) -> SafeString:
    """On a phone, where the column has no head, with its unit."""
    size = values.format_size(card.training_tokens)
    return SafeString(size + sheet.names.tokens) if size else sheet.names.unknown


def _parents(card: Listed, sheet: Sheet) -> SafeString | str:
    parents = sheet.parents.get(card.pk, ())
    return SafeString(", ".join(f'<a href="{sheet.base}{escape(of.slug)}/">{escape(of.name)}</a>' for of in parents))


def _relations(card: Listed, sheet: Sheet) -> str:
    relations = (of.relation for of in sheet.parents.get(card.pk, ()))
    return ", ".join({sheet.names.relation.get(relation, relation): 1 for relation in relations})


def _licence(card: Listed, sheet: Sheet) -> SafeString | str:
    if card.open_weights is False and not card.licence:
        return sheet.names.closed
    return card.licence or sheet.names.not_stated


CELLS: dict[str, Cell] = {
    "organisation": lambda card, sheet: sheet.makers.get(card.pk) or sheet.names.not_stated,
    "architecture_family": lambda card, sheet: family(card, sheet.names),
    "stage": _term("stage"),
    "objective": _term("objective"),
    "attention": _term("attention"),
    "parameters": _size("parameters"),
    "active_parameters": _size("active_parameters"),
    "training_tokens": _tokens,
    "tokens_per_parameter": lambda card, sheet: (
        written_ratio(card.training_tokens, card.parameters) or sheet.names.unknown
    ),
    "release_date": lambda card, sheet: (
        _date(card.release_date, card.release_precision, sheet.language) or sheet.names.unknown
    ),
    "layers": lambda card, sheet: str(card.layers or "") or sheet.names.unknown,
    "language": lambda card, sheet: sheet.languages.get(card.pk) or sheet.names.not_stated,
    "modality": lambda card, sheet: sheet.modalities.get(card.pk) or sheet.names.not_stated,
    "base_model": _parents,
    "relation": _relations,
    "open_weights": lambda card, sheet: sheet.names.weights[card.open_weights],
    "licence": _licence,
    "updated_at": lambda card, sheet: format_html(
        '<time datetime="{}" data-day>{}</time>', f"{card.updated_at:%Y-%m-%dT%H:%M:%SZ}", f"{card.updated_at:%Y-%m-%d}"
    ),
}


def first_cells(card: Listed, sheet: Sheet, *, chosen: bool, with_makers: bool) -> str:
    """The tick box; then the name as a link, who may see it where not everybody, and below it the makers (on a phone
    with the date)."""
    slug, name = escape(card.slug), escape(card.name)
    checked = " checked" if chosen else ""
    shared = "" if card.visibility == Visibility.PUBLIC else _visibility(card.visibility)
    date = escape(_date(card.release_date, card.release_precision, sheet.language))
    made = escape(sheet.makers.get(card.pk, "")) if with_makers else ""
    also = f", {date}" if date and made else date
    return (
        f'<td class="c-pick"><label><span class="hidden">{sheet.names.choose % {"name": name}}</span>'
        f'<input type="checkbox" class="choose" id="c-{slug}" name="chosen" value="{slug}"{checked}></label></td>'
        f'<td class="c-name"><a class="name" href="{sheet.base}{slug}/">{name}</a>{shared}'
        f'<span class="sub">{made}<span class="only-list">{also}</span></span>'
    )


def _visibility(key: str) -> SafeString:
    return format_html(' <span class="tag line">{}</span>', Visibility(key).label)


def registered(value: Any, names: Names) -> SafeString | str:
    """The value of a column of another app; hatched where there is none."""
    return names.unknown if value is None else str(value)
