"""The head of the table: a click sorts, and a second click turns the order; and the choice of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from modelcards.columns import Column, known_columns, usual_columns
from modelcards.filters import ModelFilters, sort_keys

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class Head:
    """A column's head: the sorting that a click asks for with its address (blank: cannot sort), and the present one."""

    key: str
    name: _StrOrPromise
    number: bool
    wish: str
    query: str
    direction: str


def shown_columns(filters: ModelFilters) -> list[Column]:
    """The columns of the table, the name first."""
    known = known_columns()
    return [known[key] for key in filters.columns or usual_columns()]


def heads(filters: ModelFilters, columns: Sequence[Column]) -> list[Head]:
    """The heads of these columns."""
    sortable = set(sort_keys())
    return [_head(filters, column, column.key in sortable) for column in columns]


def _head(filters: ModelFilters, column: Column, sortable: bool) -> Head:
    key = column.key
    first, second = (f"-{key}", key) if column.number else (key, f"-{key}")
    wish = second if filters.sort == first else first
    direction = {key: "ascending", f"-{key}": "descending"}.get(filters.sort, "none")
    query = filters.query(sort=wish) if sortable else ""
    return Head(key, column.name, column.number, wish, query, direction)


def chooser(columns: Sequence[Column]) -> SafeString:
    """A tick box for every column that may be shown, those shown first in their order; the name is always there."""
    known, present = known_columns(), [column.key for column in columns[1:]]
    rest = [key for key in known if key not in present and key != columns[0].key]
    boxes = [
        f'<label class="opt"><input class="filter" type="checkbox" name="columns" id="col-{escape(key)}" '
        f'value="{escape(key)}"{" checked" if key in present else ""}>'
        f'<span class="what">{escape(str(known[key].name))}</span></label>'
        for key in [*present, *rest]
    ]
    return SafeString("".join(boxes))


def sorts(filters: ModelFilters) -> list[tuple[str, _StrOrPromise]]:
    """The choices of the sort box: the usual ones, and the present one if it is another."""
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
    sortable = {*sort_keys(), *(["relevance"] if filters.search else [])}
    offered = {key: name for key, name in usual.items() if key.lstrip("-") in sortable or key == filters.sort}
    if filters.sort not in offered:
        offered[filters.sort] = _other_sort(filters.sort)
    return list(offered.items())


def _other_sort(sort: str) -> str:
    known, key = known_columns(), sort.lstrip("-")
    name = known[key].name if key in known else key
    return _("%(name)s, downward") % {"name": name} if sort.startswith("-") else _("%(name)s, upward") % {"name": name}
