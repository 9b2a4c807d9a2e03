"""The rows of a page: one question for the cards, one for each many-to-many that a column shows, then markup.

Markup is put together by hand here and every stated value escaped: ``format_html`` costs ten times as much, and a page
has hundreds of cells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from modelcards import registry
from modelcards.browse.cells import CELLS, Sheet, name_cell, registered
from modelcards.browse.names import names
from modelcards.columns import Column
from modelcards.models import Lineage, ModelCard
from modelcards.models.card import LISTED
from modelcards.prepared import PreparedAmong
from modelcards.querysets import Reader, visible_cards

# Columns of names in tables of their own: the relation, and the column of the name there.
NAMED = {
    "organisation": ("organisations", "organisation__name"),
    "language": ("languages", "language__code"),
    "modality": ("modalities", "modality__key"),
}
PARENTS = {"base_model", "relation"}


def cards_of(ids: Sequence[int], user: Reader, columns: Collection[str] = ()) -> list[ModelCard]:
    """The cards with these keys that the reader may see, in this order; with their parents where a column shows them.

    Names in tables of their own come from ``joined``.
    """
    cards = _seen(ids, user, DATED if "updated_at" in columns else LISTED)
    if not PARENTS.isdisjoint(columns):
        prefetch_related_objects(cards, _seen_parents(user))
    found = {card.pk: card for card in cards}
    return [found[pk] for pk in ids if pk in found]


def joined(cards: Sequence[ModelCard], column: str) -> dict[int, str]:
    """Card key to its names in ``column``, with commas. As plain rows: a prefetch takes six times as long."""
    found: dict[int, list[str]] = {}
    for pk, written in _NAMES[column].rows([card.pk for card in cards]):
        found.setdefault(pk, []).append(written)
    return {pk: ", ".join(names) for pk, names in found.items()}


def _names_in(column: str) -> PreparedAmong:
    relation, name = NAMED[column]
    through = getattr(ModelCard, relation).through.objects
    return PreparedAmong(lambda keys: through.filter(modelcard__in=keys).order_by(name).values_list("modelcard", name))


_NAMES = {column: _names_in(column) for column in NAMED}
DATED = (*LISTED, "updated_at")  # this one is in the table alone, which takes longer to read


def _public(shown: Sequence[str]) -> PreparedAmong:
    cards = ModelCard.objects.visible_to(AnonymousUser())
    return PreparedAmong(lambda keys: cards.filter(pk__in=keys).order_by().values_list(*shown))


_PUBLIC: dict[tuple[str, ...], PreparedAmong] = {shown: _public(shown) for shown in (LISTED, DATED)}


def _seen(ids: Sequence[int], user: Reader, shown: tuple[str, ...]) -> list[ModelCard]:
    """In any order. Who is signed in sees what a visitor sees, and perhaps others, for which a question is made."""
    cards = [ModelCard.from_db(connection.alias, shown, row) for row in _PUBLIC[shown].rows(ids)]
    if user.is_authenticated and len(cards) < len(ids):
        others = set(ids).difference(card.pk for card in cards)
        cards += ModelCard.objects.visible_to(user).filter(pk__in=others).only(*shown)
    return cards


def _seen_parents(user: Reader) -> Prefetch[str]:
    links = Lineage.objects.filter(visible_cards(user, "parent__"), parent__archived_at=None)
    return Prefetch("parent_links", links.select_related("parent").order_by("pk"))


def table_rows(
    request: HttpRequest, cards: Sequence[ModelCard], columns: Sequence[Column], chosen: set[str]
) -> SafeString:
    """The rows of the table as markup."""
    shown_keys = {column.key for column in columns}
    named = {key: joined(cards, key) if key in {"organisation", *shown_keys} else {} for key in NAMED}
    sheet = Sheet(names(), reverse("modelcards:browse"), named["organisation"], named["language"], named["modality"])
    with_makers = "organisation" not in shown_keys
    starts = [(column, _start(column), CELLS.get(column.key)) for column in columns[1:]]
    others, box = _registered_values(request, cards, columns), Box(_("Choose %(name)s"), chosen)
    rows = []
    for card in cards:
        parts = [box.cell(card), '<td class="c-name">', name_cell(card, sheet, with_makers=with_makers)]
        for column, start, cell in starts:
            shown = cell(card, sheet) if cell else registered(others[column.key].get(card.pk), sheet.names)
            parts += [start, shown if isinstance(shown, SafeString) else escape(shown)]
        rows.append(f"<tr>{''.join(parts)}</tr>\n")
    return SafeString("".join(rows))


def _start(column: Column) -> str:
    """The opening tag of a column's cells; it names the column, whose head a phone does not show."""
    number = " num" if column.number else ""
    return f'<td class="c-{escape(column.key)}{number}" data-name="{escape(str(column.name))}">'


@dataclass(frozen=True)
class Box:
    """The tick boxes of a page: what they are called, and the slugs of the chosen models."""

    words: str
    chosen: set[str]

    def cell(self, card: ModelCard) -> str:
        """The box of one card."""
        slug, words = escape(card.slug), escape(self.words % {"name": card.name})
        checked = " checked" if card.slug in self.chosen else ""
        return (
            f'<td class="c-pick"><label><span class="hidden">{words}</span><input type="checkbox" class="choose" '
            f'id="c-{slug}" name="chosen" value="{slug}"{checked}></label></td>'
        )


def _registered_values(
    request: HttpRequest, cards: Sequence[ModelCard], columns: Sequence[Column]
) -> dict[str, dict[int, Any]]:
    ids, shown = [card.pk for card in cards], {column.key for column in columns}
    return {column.key: column.values(request, ids) for column in registry.card_columns if column.key in shown}
