"""The head of the table: a click sorts, and a second click turns the order; and the choice of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from modelcards.browse.links import list_address
from modelcards.columns import Column, known_columns, name_of, usual_columns
from modelcards.filters import ModelFilters, sort_keys

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class Head:
    """A column's head: the sorting that a click asks for with its address (blank: cannot sort), and the present one."""

    key: str
    name: str
    number: bool
    wish: str
    query: str
    direction: str

    def markup(self, here: str) -> str:
        """The cell of the head; ``here`` is the address of the list."""
        key, name = escape(self.key), escape(self.name)
        number = " num" if self.number else ""
        sorting = f' aria-sort="{self.direction}"' if self.direction != "none" else ""
        if self.query:
            wish = f'hx-vals=\'{{"sort": "{escape(self.wish)}"}}\''
            link = f'<a id="sort-{key}" href="?{escape(self.query)}" hx-get="{here}" hx-include="#filters" {wish}>'
            name = f"{link}{name}{ARROWS[self.direction]}</a>"
        return f'<th class="c-{key}{number}"{sorting}>{name}</th>'


ARROWS = {"descending": " ↓", "ascending": " ↑", "none": ""}


def shown_columns(filters: ModelFilters) -> list[Column]:
    """The columns of the table, the name first."""
    known = known_columns()
    return [known[key] for key in filters.columns or usual_columns()]


def heads(filters: ModelFilters, columns: Sequence[Column]) -> list[Head]:
    """The heads of these columns."""
    sortable = set(sort_keys())
    return [_head(filters, column, column.key in sortable) for column in columns]


def head_cells(filters: ModelFilters, columns: Sequence[Column]) -> SafeString:
    """The heads of these columns as markup."""
    here = escape(list_address())
    return SafeString("".join(head.markup(here) for head in heads(filters, columns)))


def _head(filters: ModelFilters, column: Column, sortable: bool) -> Head:
    key = column.key
    first, second = (f"-{key}", key) if column.number else (key, f"-{key}")
    wish = second if filters.sort == first else first
    direction = {key: "ascending", f"-{key}": "descending"}.get(filters.sort, "none")
    query = filters.query(sort=wish) if sortable else ""
    return Head(key, name_of(column), column.number, wish, query, direction)


def chooser(columns: Sequence[Column]) -> SafeString:
    """A tick box for every column that may be shown, those shown first in their order; the name is always there."""
    return _chooser(get_language(), tuple(column.key for column in columns), tuple(known_columns()))


@lru_cache(maxsize=64)
def _chooser(language: str | None, shown: tuple[str, ...], keys: tuple[str, ...]) -> SafeString:
    known, present = known_columns(), shown[1:]
    rest = [key for key in keys if key not in shown]
    boxes = [
        f'<label class="opt"><input class="filter" type="checkbox" name="columns" id="col-{escape(key)}" '
        f'value="{escape(key)}"{" checked" if key in present else ""}>'
        f'<span class="what">{escape(str(known[key].name))}</span></label>'
        for key in [*present, *rest]
    ]
    return SafeString("".join(boxes))


def sorts(filters: ModelFilters) -> list[tuple[str, _StrOrPromise]]:
    """The choices of the sort box: the usual ones, and the present one if it is another."""
    return list(_sorts(get_language(), filters.sort, bool(filters.search), frozenset(sort_keys())))


def sort_options(filters: ModelFilters) -> SafeString:
    """The sort box's options as markup."""
    return _options(get_language(), filters.sort, bool(filters.search), frozenset(sort_keys()))


@lru_cache(maxsize=256)
def _options(language: str | None, sort: str, searched: bool, keys: frozenset[str]) -> SafeString:
    options = _sorts(language, sort, searched, keys)
    return SafeString(
        "".join(
            f'<option value="{escape(key)}"{" selected" if key == sort else ""}>{escape(str(name))}</option>'
            for key, name in options
        )
    )


@lru_cache(maxsize=256)
def _sorts(
    language: str | None, sort: str, searched: bool, keys: frozenset[str]
) -> tuple[tuple[str, _StrOrPromise], ...]:
    usual: dict[str, _StrOrPromise] = {
        "relevance": _("Best match"),
        "-release_date": _("Newest first"),
        "release_date": _("Oldest first"),
        "name": _("Name"),
        "organisation": _("Organisation"),
        "-parameters": _("Parameters, most first"),
        "parameters": _("Parameters, fewest first"),
        "-training_tokens": _("Training tokens, most first"),
        "-tokens_per_parameter": _("Tokens per parameter, most first"),
        "-scores": _("Scores, most first"),
    }
    sortable = keys | ({"relevance"} if searched else set())
    offered = {key: name for key, name in usual.items() if key.lstrip("-") in sortable or key == sort}
    if sort not in offered:
        offered[sort] = _other_sort(sort)
    return tuple(offered.items())


def _other_sort(sort: str) -> str:
    known, key = known_columns(), sort.lstrip("-")
    name = known[key].name if key in known else key
    return _("%(name)s, downward") % {"name": name} if sort.startswith("-") else _("%(name)s, upward") % {"name": name}
