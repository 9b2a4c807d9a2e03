"""The rows of a page: one question for the cards, one for each many-to-many that a column shows, then markup.

Markup is put together by hand here and every stated value escaped: ``format_html`` costs ten times as much, and a page
has hundreds of cells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from modelcards import registry
from modelcards.browse.cells import CELLS, Sheet, first_cells, registered
from modelcards.browse.links import list_address
from modelcards.browse.listed import Listed, Parent
from modelcards.browse.names import names
from modelcards.columns import Column, name_of
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


def cards_of(ids: Sequence[int], user: Reader, columns: Collection[str] = ()) -> list[Listed]:
    """The cards with these keys that the reader may see, in this order, with what these columns show of each.

    Names in tables of their own come from ``joined``.
    """
    cards = _seen(ids, user, DATED if "updated_at" in columns else LISTED)
    found = {card.pk: card for card in cards}
    return [found[pk] for pk in ids if pk in found]


def joined(cards: Sequence[Listed], column: str) -> dict[int, str]:
    """Card key to its names in ``column``, with commas. As plain rows: a prefetch takes six times as long."""
    found: dict[int, list[str]] = {}
    for pk, written in _NAMES[column].rows(_keys(cards)):
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
    index = "card_listed" if shown is LISTED else ""
    return PreparedAmong(lambda keys: cards.filter(pk__in=keys).order_by().values_list(*shown), index)


_PUBLIC: dict[tuple[str, ...], PreparedAmong] = {shown: _public(shown) for shown in (LISTED, DATED)}


def _seen(ids: Sequence[int], user: Reader, shown: tuple[str, ...]) -> list[Listed]:
    """In any order. Who is signed in sees what a visitor sees, and perhaps others, for which a question is made."""
    rows = _PUBLIC[shown].rows(ids)
    if user.is_authenticated and len(rows) < len(ids):
        others = set(ids).difference(row[0] for row in rows)
        rows += ModelCard.objects.visible_to(user).filter(pk__in=others).values_list(*shown)
    return [Listed(*row) for row in rows]


def _parents(cards: Sequence[Listed], user: Reader) -> dict[int, list[Parent]]:
    """Card key to its base models that the reader may see."""
    links = Lineage.objects.filter(visible_cards(user, "parent__"), parent__archived_at=None, child__in=_keys(cards))
    found: dict[int, list[Parent]] = {}
    for child, *parent in links.order_by("pk").values_list("child", "parent__slug", "parent__name", "relation"):
        found.setdefault(child, []).append(Parent(*parent))
    return found


def _keys(cards: Sequence[Listed]) -> list[int]:
    return [card.pk for card in cards]


def table_rows(
    request: HttpRequest, cards: Sequence[Listed], columns: Sequence[Column], chosen: set[str]
) -> SafeString:
    """The rows of the table as markup."""
    shown_keys = {column.key for column in columns}
    named = {key: joined(cards, key) if key in {"organisation", *shown_keys} else {} for key in NAMED}
    sheet = Sheet(
        language=get_language(),
        names=names(),
        base=list_address(),
        makers=named["organisation"],
        languages=named["language"],
        modalities=named["modality"],
        parents=_parents(cards, request.user) if shown_keys & PARENTS else {},
    )
    with_makers = "organisation" not in shown_keys
    starts = [(column.key, _start(column, name_of(column)), CELLS.get(column.key)) for column in columns[1:]]
    others = _registered_values(request, cards, columns)
    parts = []
    for card in cards:
        parts += ["<tr>", first_cells(card, sheet, chosen=card.slug in chosen, with_makers=with_makers)]
        for key, start, cell in starts:
            shown = cell(card, sheet) if cell else registered(others[key].get(card.pk), sheet.names)
            parts += [start, shown if isinstance(shown, SafeString) else escape(shown)]
        parts.append("</tr>\n")
    return SafeString("".join(parts))


@lru_cache(maxsize=512)
def _start(column: Column, name: str) -> str:
    """The opening tag of a column's cells; it names the column, whose head a phone does not show."""
    number = " num" if column.number else ""
    return f'<td class="c-{escape(column.key)}{number}" data-name="{escape(name)}">'


def _registered_values(
    request: HttpRequest, cards: Sequence[Listed], columns: Sequence[Column]
) -> dict[str, dict[int, Any]]:
    ids, shown = _keys(cards), {column.key for column in columns}
    return {column.key: column.values(request, ids) for column in registry.card_columns if column.key in shown}
