"""The rows of a page: one question for the cards, one for each many-to-many that a column shows, then markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from modelcards import registry
from modelcards.browse.cells import CELLS, name_cell, registered
from modelcards.browse.names import names
from modelcards.columns import NAME, Column
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
    choose, with_makers = _("Choose %(name)s"), all(column.key != "organisation" for column in columns)
    others = _registered_values(request, cards, columns)
    rows = []
    for card in cards:
        cells: list[tuple[Any, ...]] = [(NAME, "", "", name_cell(card, base, with_makers=with_makers))]
        for column in columns[1:]:
            own = CELLS.get(column.key)
            shown = own(card, written, base) if own else registered(others[column.key].get(card.pk), written)
            cells.append((column.key, " num" if column.number else "", column.name, shown))
        body = format_html_join("", '<td class="c-{}{}" data-name="{}">{}</td>', cells)
        rows.append(format_html("<tr>{}{}</tr>", _box(card, choose, card.slug in chosen), body))
    return rows


def _box(card: ModelCard, choose: str, checked: bool) -> SafeString:
    return format_html(
        '<td class="c-pick"><label><span class="hidden">{}</span><input type="checkbox" class="choose" id="c-{}" '
        'name="chosen" value="{}"{}></label></td>',
        choose % {"name": card.name},
        card.slug,
        card.slug,
        SafeString(" checked") if checked else "",
    )


def _registered_values(
    request: HttpRequest, cards: Sequence[ModelCard], columns: Sequence[Column]
) -> dict[str, dict[int, Any]]:
    ids, shown = [card.pk for card in cards], {column.key for column in columns}
    return {column.key: column.values(request, ids) for column in registry.card_columns if column.key in shown}
