"""The rows of a page: one question for the cards, one for each many-to-many that a column shows, then markup.

Markup is put together by hand here and every stated value escaped: ``format_html`` costs ten times as much, and a page
has hundreds of cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from modelcards import registry
from modelcards.browse.cells import CELLS, name_cell, registered
from modelcards.browse.names import names
from modelcards.columns import Column
from modelcards.models import Lineage, ModelCard
from modelcards.querysets import Reader, visible_cards

NEEDS = {"language": "languages", "modality": "modalities", "base_model": "parent_links", "relation": "parent_links"}


def cards_of(ids: Sequence[int], user: Reader, columns: Sequence[str] = ()) -> list[ModelCard]:
    """The cards with these keys that the reader may see, in this order, with what the columns show of others."""
    wanted: dict[str, Any] = {"organisations": "organisations"}
    for key in (NEEDS[column] for column in columns if column in NEEDS):
        wanted[key] = _seen_parents(user) if key == "parent_links" else key
    cards = ModelCard.objects.visible_to(user).filter(pk__in=ids).defer("card_text").prefetch_related(*wanted.values())
    found = {card.pk: card for card in cards}
    return [found[pk] for pk in ids if pk in found]


def _seen_parents(user: Reader) -> Prefetch[str]:
    links = Lineage.objects.filter(visible_cards(user, "parent__"), parent__archived_at=None)
    return Prefetch("parent_links", links.select_related("parent").order_by("pk"))


def table_rows(
    request: HttpRequest, cards: Sequence[ModelCard], columns: Sequence[Column], chosen: set[str]
) -> list[SafeString]:
    """The rows of the table as markup."""
    written, base = names(), reverse("modelcards:browse")
    with_makers = all(column.key != "organisation" for column in columns)
    starts = [(column, _start(column), CELLS.get(column.key)) for column in columns[1:]]
    others, box = _registered_values(request, cards, columns), Box(_("Choose %(name)s"), chosen)
    rows = []
    for card in cards:
        parts = [box.cell(card), '<td class="c-name">', name_cell(card, base, with_makers=with_makers)]
        for column, start, cell in starts:
            shown = cell(card, written, base) if cell else registered(others[column.key].get(card.pk), written)
            parts += [start, shown if isinstance(shown, SafeString) else escape(shown)]
        rows.append(SafeString(f"<tr>{''.join(parts)}</tr>"))
    return rows


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
