"""All that the page shows, put together. Views of the list share it; parts of the page get the part they need."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from modelcards.browse import heads, links
from modelcards.browse.chips import chips, drops
from modelcards.browse.pages import PageOf, find_page, page_sizes, sentences
from modelcards.browse.points import scatter
from modelcards.browse.rail import rail, rail_markup
from modelcards.browse.ranges import ranges
from modelcards.browse.rows import cards_of, table_rows
from modelcards.browse.tiles import tiles
from modelcards.browse.tray import chosen_cards, tray_actions
from modelcards.filters import MOST_CHOSEN, RANGES, ModelFilters


def tray_context(request: HttpRequest, filters: ModelFilters) -> dict[str, Any]:
    """The tray alone: the chosen models, and which of them have no tick box on the page."""
    filters, found, _page = find_page(filters, request.user)
    return _tray(request, filters, found.page_ids() if filters.view != "scatter" else [])


def _tray(request: HttpRequest, filters: ModelFilters, ids: list[int]) -> dict[str, Any]:
    chosen, on_page = chosen_cards(filters, request.user), set(ids)
    return {
        "filters": filters,
        "chosen": chosen,
        "unknown": [slug for slug in filters.chosen if slug not in {card.slug for card in chosen}],
        "full": len(filters.chosen) >= MOST_CHOSEN,
        "chosen_elsewhere": [card for card in chosen if card.pk not in on_page],
        "tray_actions": tray_actions(request.user, [card.slug for card in chosen]),
        "clear_tray": filters.query(chosen="", page=filters.page),
    }


def page_context(request: HttpRequest, filters: ModelFilters) -> dict[str, Any]:
    """The whole page."""
    filters, found, page = find_page(filters, request.user)
    options = found.options()
    active = chips(filters, options)
    ids = found.page_ids() if filters.view != "scatter" else []
    return {
        "page": page,
        "total": found.total,
        "told": sentences(page, found.total),
        "rail": rail_markup(rail(filters, options, found.more), ranges(filters, found.histograms())),
        "chips": active,
        "drops": drops(active, request.user) if not page.count and found.total else [],
        "cleared": f"{links.list_address()}?{filters.query(**_nothing(filters))}".rstrip("?"),
        **_around(request, filters, page),
        **_tray(request, filters, ids),
        **_shown(request, filters, ids),
    }


def _around(request: HttpRequest, filters: ModelFilters, page: PageOf) -> dict[str, Any]:
    """The controls above and below the list."""
    return {
        "views": links.view_links(filters),
        "exports": links.download_links(filters),
        "curl": links.curl(request, filters),
        "sorts": heads.sort_options(filters),
        "page_sizes": page_sizes(filters.page_size),
        "usual": filters.query(columns=""),
        "previous": filters.query(page=page.previous) if page.previous else None,
        "next": filters.query(page=page.next) if page.next else None,
    }


def _shown(request: HttpRequest, filters: ModelFilters, ids: list[int]) -> dict[str, Any]:
    """The list itself in the view that is asked for."""
    columns = heads.shown_columns(filters)
    chooser, chosen = heads.chooser(columns), set(filters.chosen)
    if filters.view == "scatter":
        order = str(dict(heads.sorts(filters))[filters.sort])
        numbers = next((link.address for link in links.exports(filters) if link.key == "csv"), "")
        found = {"scatter": scatter(filters, request.user), "scatter_order": order, "scatter_csv": numbers}
        return {"chooser": chooser, **found}
    if filters.view == "cards":
        return {"chooser": chooser, "tiles": tiles(cards_of(ids, request.user), chosen)}
    cards = cards_of(ids, request.user, [column.key for column in columns])
    rows = table_rows(request, cards, columns, chosen)
    return {"chooser": chooser, "heads": heads.head_cells(filters, columns), "rows": rows}


def _nothing(filters: ModelFilters) -> dict[str, Any]:
    """Changes that take every filter away and leave view, columns, order and tray."""
    return {"search": "", **dict.fromkeys(filters.facets, ()), **dict.fromkeys(RANGES, "")}
