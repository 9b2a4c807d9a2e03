"""All that the tree's page shows, put together from the reader's choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from modelcards.browse.links import list_address
from modelcards.browse.tray import chosen_cards, tray_actions
from modelcards.filters import MOST_CHOSEN
from modelcards.tree import controls, told
from modelcards.tree.choice import TreeChoice
from modelcards.tree.colours import SHORT
from modelcards.tree.dress import Dress, Entry
from modelcards.tree.grown import Grown, Tray
from modelcards.tree.nodes import BEFORE, TRUNK
from modelcards.tree.organisations import slugs_of
from modelcards.tree.plan import NAMES
from modelcards.tree.railmarkup import RowLinks, rows_markup
from modelcards.tree.rails import RailPage
from modelcards.tree.tally import families_of, tallies, year_shares
from modelcards.tree.view import TreeView, around_slug

NAMED = 24
"""So many models of a tray are named at once."""


@dataclass(frozen=True)
class Apart:
    """Models that have no place in the picture, and why."""

    key: str
    name: str
    why: str
    tray: Tray
    address: str = ""
    """The list of models that holds them, where the catalog's filters can say so."""

    @property
    def count_text(self) -> str:
        """How many they are."""
        return f"{self.tray.count:,}"

    @property
    def more_text(self) -> str:
        """How many of them are not named at all."""
        return f"{self.tray.more:,}"

    @property
    def models(self) -> Sequence[Any]:
        """Those that are named at once."""
        return self.tray.models[:NAMED]

    @property
    def rest(self) -> Sequence[Any]:
        """Those that are named behind a fold."""
        return self.tray.models[NAMED:]


def page_context(view: TreeView) -> dict[str, Any]:
    """The whole page."""
    choice, grown, leaves = view.choice, view.grown, view.leaves
    panel = controls.filter_panel(choice.filters, view.request.user)
    return {
        "choice": choice,
        "count": len(leaves),
        "any_card": grown.count or choice.narrowed,
        "later": choice.query(until="") if grown.leaves and not leaves else "",
        "kept_words": controls.kept_words(choice),
        "shows": controls.shows(choice),
        "views": controls.views(choice),
        "colours": controls.colours(choice),
        "rail": panel.rail,
        "filter_count": _count(choice),
        "chips": controls.chips(choice, grown, panel.options),
        "cleared": controls.cleared(choice),
        "everything": choice.query(show="all"),
        "list_address": choice.query(view="list"),
        "left_out": choice.show == "key" and grown.left_out > 0,
        "apart": _apart(choice, grown),
        **_scores(view),
        **_years_context(view),
        **body_context(view),
        **_export(view),
        **_tray(view),
    }


def body_context(view: TreeView, *, beside: bool = False) -> dict[str, Any]:
    """Picture, list, legend and sums; the frame of another site shows no more, and opens cards ``beside`` it."""
    choice, leaves = view.choice, view.leaves
    picture, page = view.picture(), view.list()
    found = sum(bool(view.matches.intersection(leaf.members)) for leaf in leaves) if choice.find else 0
    return {
        **picture,
        "view": choice.view if picture["plan"] else "list",
        "list": page,
        "rows": rows_markup(page.rows, _links(choice, beside=beside)) if page else "",
        "notes": told.notes(view.grown, choice),
        "found": found,
        "dress": view.dress,
        "legend": [_legend(choice, view.dress, entry) for entry in view.dress.legend],
        "told": _told(view, page, found),
        **_sums(view),
        **_pages(choice, page),
    }


def _told(view: TreeView, page: RailPage | None, found: int) -> dict[str, str]:
    return {
        "count": told.counted(view.leaves),
        "reads": told.how_to_read(view.dress.kind) if view.leaves else "",
        "how": told.twigs(),
        "left_out": told.left_out(view.choice, view.grown),
        "found": told.found(view.choice, found),
        "show": told.shown(view.grown.count),
        "place": told.place(page) if page else "",
        "picture": told.pictured(view.leaves),
    }


def _sums(view: TreeView) -> dict[str, Any]:
    """Bars and shares: what the picture's corner and strip draw, as tables."""
    first, rest = tallies(view.leaves)
    named = [
        (one, view.choice.query(organisation=slugs_of(one.organisation)) if one.organisation else "") for one in first
    ]
    return {
        "tallies": named,
        "other_makers": len(rest),
        "families": [{"name": NAMES[branch], "token": SHORT[branch]} for branch in families_of(view.leaves)],
        "shares": year_shares(view.leaves),
    }


def _links(choice: TreeChoice, *, beside: bool) -> RowLinks:
    """Where the rows of the list lead."""
    others = choice.query(open="")
    joint = "&" if len(others) > 1 else ""
    opened = "".join(quote(slug) + "," for slug in choice.opened)
    return RowLinks(
        *around_slug(get_script_prefix()), f"{others}{joint}open={opened}", beside, frozenset(choice.chosen)
    )


def _pages(choice: TreeChoice, page: RailPage | None) -> dict[str, str]:
    """The pages beside the one of the list."""
    if page is None:
        return {}
    return {
        "page_before": choice.query(page=page.number - 1) if page.number > 1 else "",
        "page_after": choice.query(page=page.number + 1) if page.number < page.pages else "",
    }


def _legend(choice: TreeChoice, dress: Dress, entry: Entry) -> dict[str, Any]:
    """A line of the legend, and the address that shows it alone."""
    paint = entry.paint
    return {
        "text": entry.text,
        "code": entry.code,
        "count": "" if choice.until else entry.count,
        "colour": paint.colour,
        "strength": paint.strength,
        "edge": {"": "solid", "dash": "dashed", "dot": "dotted"}[paint.dash],
        "soft": entry.soft,
        "ink": paint.colour.replace(")", "-ink)") if entry.soft else "",
        "address": _only(choice, dress.kind, entry.key),
    }


def _only(choice: TreeChoice, kind: str, key: str) -> str:
    if not key:
        return ""
    if kind == "family":
        return choice.query(architecture_family=sorted(TRUNK) if key == BEFORE else [key])
    if kind == "organisation":
        return choice.query(organisation=slugs_of(key))
    return choice.query(open_weights=[key]) if kind == "openness" else ""


def _apart(choice: TreeChoice, grown: Grown) -> list[Apart]:
    """The trays of what has no place in the picture, those that hold something."""
    query = choice.filters.query(architecture_family=["unknown"], chosen="")
    found = [
        Apart("undated", _("Undated"), _("No release date is known, so they have no place in time."), grown.undated),
        Apart(
            "family",
            _("No family"),
            _("Their architecture family is not stated, or is one without a branch."),
            grown.no_family,
            f"{list_address()}?{query}",
        ),
    ]
    return [one for one in found if one.tray.count]


def _scores(view: TreeView) -> dict[str, Any]:
    counts: Mapping[int, int] = next((task.shots for task in view.tasks if task.key == view.choice.task), {})
    return {"tasks": view.tasks, "shot_counts": list(counts.items())}


def _years_context(view: TreeView) -> dict[str, Any]:
    """The slider of the years; none where there is nothing to choose between."""
    if len(view.years) < 2:
        return {"years": None}
    first, last = view.years[0], view.years[-1]
    return {"years": (first, last), "year": max(first, view.choice.until or last)}


def _count(choice: TreeChoice) -> int:
    """How many filters are on."""
    filters = choice.filters
    ends = [key for key in ("parameters", "tokens") for end in ("min", "max") if getattr(filters, f"{key}_{end}")]
    dates = filters.released_after or filters.released_before
    return sum(map(len, filters.facets.values())) + len(set(ends)) + bool(dates) + bool(filters.search)


def _export(view: TreeView) -> dict[str, str]:
    """Addresses of the same tree elsewhere."""
    query = view.choice.query(view="", colour="", task="", shots="", chosen="", page="", find="")
    data = f"{reverse('api:api-root')}tree{query}".rstrip("?")
    return {"json_address": data, "snippet": _snippet(view)}


def _snippet(view: TreeView) -> str:
    """The frame for a page of another site; blank where no other site may show it."""
    if not settings.TREE_EMBED_ORIGINS:
        return ""
    query = view.choice.query(view="", chosen="", page="").replace("&", "&amp;").rstrip("?")
    source = view.request.build_absolute_uri(reverse("modelcards:tree-embed"))
    title = _("Evolutionary tree of language models")
    return f'<iframe src="{source}{query}" title="{title}" width="100%" height="720" loading="lazy"></iframe>'


def _tray(view: TreeView) -> dict[str, Any]:
    """The compare tray: the chosen models, each a hidden field of the form."""
    filters, user = view.choice.filters, view.request.user
    chosen = chosen_cards(filters, user)
    slugs = [card.slug for card in chosen]
    return {
        "chosen": chosen,
        "chosen_elsewhere": chosen,
        "unknown": [slug for slug in filters.chosen if slug not in slugs],
        "full": len(filters.chosen) >= MOST_CHOSEN,
        "tray_actions": tray_actions(user, slugs),
        "clear_tray": view.choice.query(chosen="").removeprefix("?"),
    }
