"""What a reader asks of the list of models: one parser and one filter, used by the page and by the API alike."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial, reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Collate, Lower, NullIf
from django.http import QueryDict
from django.utils.translation import gettext as _

from modelcards import registry, values
from modelcards.columns import NAME, known_columns, usual_columns
from modelcards.facets import FACETS, Option, options, registered_options, tokens_per_parameter
from modelcards.models import Language, Lineage, Modality, ModelCard, Organisation
from modelcards.querysets import ModelCardQuerySet

PAGE_SIZES = (25, 50, 100)
LARGEST_PAGE = 500
MOST_CHOSEN = 50
RANGES = ("parameters_min", "parameters_max", "tokens_min", "tokens_max", "released_after", "released_before")
# Columns by which the list is sorted as they are, those that are text, and names in tables of their own, of which the
# first counts. With a search, ``relevance`` is an order too.
PLAIN = (
    *("parameters", "active_parameters", "training_tokens", "layers", "release_date", "open_weights", "updated_at"),
)
TEXT = ("name", "architecture_family", "stage", "objective", "attention", "licence")
NAMED = ("organisation", "language", "modality", "relation")
RELEVANCE = "relevance"
NEWEST = "-release_date"
WORDS = {"true": "yes", "false": "no"}
VIEWS = ("table", "cards", "scatter")
NAMES = ("search", *FACETS, *RANGES, "sort", "view", "columns", "page", "page_size", "chosen")


@dataclass(frozen=True)
class ModelFilters:
    """A reader's wish, parsed. Wrong values are left out of it and named in ``errors`` (field to sentences)."""

    search: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parameters_min: int | None = None
    parameters_max: int | None = None
    tokens_min: int | None = None
    tokens_max: int | None = None
    released_after: datetime.date | None = None
    released_before: datetime.date | None = None
    sort: str = NEWEST
    page: int = 1
    page_size: int = PAGE_SIZES[0]
    chosen: tuple[str, ...] = ()
    view: str = VIEWS[0]
    columns: tuple[str, ...] = ()  # none: the usual ones
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, query: QueryDict) -> ModelFilters:
        """The wish in a query string; never raises. ``raw`` keeps single values as they were written."""
        return _Parser(query).parse()

    def apply(self, cards: ModelCardQuerySet, *, without: str = "") -> ModelCardQuerySet:
        """The cards that match; ``without`` leaves one facet or one range (``parameters``) out."""
        for key, chosen in self.facets.items():
            if chosen and key != without:
                cards = cards.filter(_facet_condition(key, chosen))
        for name, condition in self._range_conditions().items():
            if not name.startswith(without or " "):
                cards = cards.filter(condition)
        for word in self.search.split():
            cards = cards.filter(word_condition(word))
        return cards

    def ordered(self, cards: ModelCardQuerySet) -> ModelCardQuerySet:
        """The cards in the wished order: blanks last both ways, then by name. Relevance is for the index to know:
        here the newest come first."""
        sort = NEWEST if self.sort == RELEVANCE else self.sort
        key, down = sort.removeprefix("-"), sort.startswith("-")
        expression = _sort_expressions()[key]()
        order = expression.desc(nulls_last=True) if down else expression.asc(nulls_last=True)
        return cards.order_by(order, _plain_text("name").asc(nulls_last=True), "pk")

    def options(self, cards: ModelCardQuerySet) -> dict[str, list[Option]]:
        """Each facet's values with how many cards a click would give; ``cards`` are those that the reader may see."""
        found = {}
        for key in facet_keys():
            others, chosen = self.apply(cards, without=key), self.facets.get(key, ())
            if key in FACETS:
                found[key] = options(FACETS[key], others, chosen)
            else:
                found[key] = registered_options(key, others, chosen)
        return found

    def query(self, **changes: Any) -> str:
        """The canonical query string with these changes, blanks and defaults left out. A change starts at page 1."""
        order, parts = self._parts
        parts = {**parts, **{name: _part(name, written) for name, written in changes.items()}}
        if "sort" in changes or "search" in changes:
            parts["sort"] = _sort_part(changes.get("sort", self.sort), changes.get("search", self.search))
        return "&".join(parts[name] for name in sorted(filter(order.get, parts), key=order.__getitem__) if parts[name])

    @cached_property
    def _parts(self) -> tuple[dict[str, int], dict[str, str]]:
        """The place of each name in the query string, from 1 on, and each part that is written.

        A page writes some dozens of links that differ in one of them.
        """
        written = {name: _part(name, written) for name, written in self._written().items() if name != "page"}
        written["sort"] = _sort_part(self.sort, self.search)
        return {name: at for at, name in enumerate(known_names(), 1)}, {
            name: part for name, part in written.items() if part
        }

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.search or any(self.facets.values()) or any(getattr(self, name) for name in RANGES))

    def _written(self) -> dict[str, Any]:
        ranges = {name: self.raw.get(name, "") if getattr(self, name) is not None else "" for name in RANGES}
        lists = {"chosen": ",".join(self.chosen), "columns": ",".join(self.columns)}
        single = {"sort": self.sort, "view": self.view, "page": self.page, "page_size": self.page_size}
        return {"search": self.search, **self.facets, **ranges, **single, **lists}

    def _range_conditions(self) -> dict[str, Q]:
        conditions = {
            "parameters_min": Q(parameters__gte=self.parameters_min),
            "parameters_max": Q(parameters__lte=self.parameters_max),
            "tokens_min": Q(training_tokens__gte=self.tokens_min),
            "tokens_max": Q(training_tokens__lte=self.tokens_max),
            "released_after": Q(release_date__gte=self.released_after),
            "released_before": Q(release_date__lte=self.released_before),
        }
        return {name: condition for name, condition in conditions.items() if getattr(self, name) is not None}


DEFAULTS = {"view": VIEWS[0], "page": "1", "page_size": str(PAGE_SIZES[0])}


def facet_keys() -> list[str]:
    """The facets of this app and those that others registered."""
    return [*FACETS, *(facet.key for facet in registry.card_facets)]


def _part(name: str, written: Any) -> str:
    """A name and what is written under it, as they stand in an address; blank for blanks and defaults."""
    if not written:
        return ""
    found = map(str, written if isinstance(written, (list, tuple)) else [written])
    return "&".join(_pair(name, value) for value in found if value and value != DEFAULTS.get(name))


def _pair(name: str, value: str) -> str:
    """One name and value; most hold only letters that stand for themselves, which is seen sooner than encoded."""
    return f"{name}={value}" if _ITSELF(name + value) else urlencode({name: value}, safe=",:")


_ITSELF = re.compile(r"[A-Za-z0-9_.~,:-]*").fullmatch


def _sort_part(sort: str, search: str) -> str:
    """The order as it stands in an address; nothing is relevant without a search."""
    asked = NEWEST if sort == RELEVANCE and not search else sort
    return "" if asked == usual_sort(search) else _part("sort", asked)


def known_names() -> list[str]:
    """Every name that the query string may hold, in canonical order."""
    return [*NAMES, *(facet.key for facet in registry.card_facets)]


def sort_keys() -> list[str]:
    """What the list can be sorted by."""
    registered = (column.key for column in registry.card_columns if column.expression)
    return [*TEXT, *NAMED, *PLAIN, "tokens_per_parameter", *registered]


def usual_sort(search: str) -> str:
    """The order that nobody need ask for: what fits a search best, else the newest first."""
    return RELEVANCE if search else NEWEST


def _facet_condition(key: str, chosen: tuple[str, ...]) -> Q:
    if key in FACETS:
        facet = FACETS[key]
        if facet.is_text:
            return facet.condition(chosen)
        # By the set of ids: a join would give a card once for each of its names.
        return Q(pk__in=ModelCard.objects.filter(facet.condition(chosen)).values("pk"))
    registered = next(facet for facet in registry.card_facets if facet.key == key)
    return reduce(or_, (registered.condition(value) for value in chosen))


def word_condition(word: str) -> Q:
    """Cards that hold a word anywhere."""
    return named_condition(word) | Q(card_text__icontains=word)


def named_condition(word: str) -> Q:
    """Cards that hold a word in their name or slug, or in the name of an organisation."""
    makers = Organisation.objects.filter(name__icontains=word).values("cards")
    return Q(name__icontains=word) | Q(slug__icontains=word) | Q(pk__in=makers)


def _sort_expressions() -> dict[str, Callable[[], Any]]:
    plain: dict[str, Callable[[], Any]] = {key: partial(F, key) for key in PLAIN}
    text = {key: partial(_plain_text, key) for key in TEXT}
    named = {key: partial(_first_name, key) for key in NAMED}
    ratio = {"tokens_per_parameter": tokens_per_parameter}
    registered = {column.key: column.expression for column in registry.card_columns if column.expression}
    return {**text, **named, **plain, **ratio, **registered}


def _plain_text(column: str) -> Any:
    """Text in the order of its bytes without regard to ASCII case, alike on every database; blank is null."""
    return NullIf(Lower(in_bytes(column)), Value(""))


def in_bytes(column: str) -> Any:
    """A column of text as it is sorted by bytes: PostgreSQL has the language's order else."""
    return Collate(column, "C") if connection.vendor == "postgresql" else F(column)


def _first_name(key: str) -> Any:
    named: dict[str, tuple[Any, str]] = {
        "organisation": (Organisation.objects.filter(cards=OuterRef("pk")), "name"),
        "language": (Language.objects.filter(cards=OuterRef("pk")), "code"),
        "modality": (Modality.objects.filter(cards=OuterRef("pk")), "key"),
        "relation": (Lineage.objects.filter(child=OuterRef("pk")).exclude(relation=""), "relation"),
    }
    names, column = named[key]
    shown = Lower(in_bytes(column)) if key == "organisation" else in_bytes(column)
    return Subquery(names.order_by(in_bytes(column)).annotate(shown=shown).values("shown")[:1])


class _Parser:
    """Reads a query string name by name and keeps what was wrong."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.errors: dict[str, list[str]] = {}

    def parse(self) -> ModelFilters:
        ranges = {
            "parameters_min": self.read("parameters_min", values.parse_size),
            "parameters_max": self.read("parameters_max", values.parse_size),
            "tokens_min": self.read("tokens_min", values.parse_size),
            "tokens_max": self.read("tokens_max", values.parse_size),
            "released_after": self.read("released_after", lambda text: values.parse_date(text)[0]),
            "released_before": self.read("released_before", lambda text: values.last_day(*values.parse_date(text))),
        }
        self.check_order(ranges)
        search = self.text("search")[:200]
        return ModelFilters(
            search=search,
            facets={key: self.facet(key) for key in facet_keys()},
            **ranges,
            sort=self.sorting(search),
            page=self.read("page", self.whole(10**6)) or 1,
            page_size=self.read("page_size", self.whole(LARGEST_PAGE)) or PAGE_SIZES[0],
            chosen=self.chosen(),
            view=self.read("view", self.view) or VIEWS[0],
            columns=self.columns(),
            errors=self.errors,
            raw={name: self.text(name) for name in RANGES},
        )

    def text(self, name: str) -> str:
        """The value without control characters and outer blanks."""
        written = self.query.get(name, "")
        return (written if written.isprintable() else "".join(filter(str.isprintable, written))).strip()

    def read(self, name: str, reader: Callable[[str], Any]) -> Any:
        """The value of a name as its reader gives it; None where it is blank or wrong (which is noted)."""
        text = self.text(name)
        if not text:
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.note(name, f"“{text[:40]}”: {error}")
            return None

    def facet(self, key: str) -> tuple[str, ...]:
        """The values chosen in a facet; those that it does not know are noted."""
        written = [value.strip() for value in self.query.getlist(key) if value.strip()]
        if not written:
            return ()
        chosen = dict.fromkeys(WORDS.get(value.lower(), value) for value in written)
        if key in FACETS:
            known = {value: FACETS[key].allows(value) and value.isprintable() for value in chosen}
        else:
            known = {value: value in self.registered(key) for value in chosen}
        for value in (value for value, right in known.items() if not right):
            self.note(key, self.not_known(key, value))
        return tuple(value for value, right in known.items() if right)

    def registered(self, key: str) -> dict[str, Any]:
        """The values of a facet that another app registered, with their names."""
        return dict(next(facet for facet in registry.card_facets if facet.key == key).options)

    def not_known(self, key: str, value: str) -> str:
        """That a facet has no such value, with those that it has where they are few and no secret."""
        closed = FACETS[key].closed if key in FACETS else True
        if not closed:
            return _("“%(value)s” is not known") % {"value": value[:40]}
        names = ", ".join(FACETS[key].names() if key in FACETS else self.registered(key))
        return _("“%(value)s” is not known; one of: %(names)s") % {"value": value[:40], "names": names}

    def sort(self, text: str) -> str:
        if text != RELEVANCE and text.removeprefix("-") not in sort_keys():
            names = ", ".join([*sort_keys(), RELEVANCE])
            raise ValueError(_("not known; one of: %(names)s") % {"names": names})
        return text

    def sorting(self, search: str) -> str:
        """The order that is asked for; relevance needs a search to be relevant to."""
        asked = self.read("sort", self.sort) or usual_sort(search)
        return NEWEST if asked == RELEVANCE and not search else asked

    def whole(self, most: int) -> Callable[[str], int]:
        def read(text: str) -> int:
            if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= most:
                raise ValueError(_("not a whole number from 1 to %(most)d") % {"most": most})
            return int(text)

        return read

    def chosen(self) -> tuple[str, ...]:
        """The slugs in the tray: repeated, or with commas."""
        slugs = (slug.strip() for value in self.query.getlist("chosen") for slug in value.split(","))
        return tuple(dict.fromkeys(slug for slug in slugs if slug.isprintable() and 0 < len(slug) <= 120))[:MOST_CHOSEN]

    def view(self, text: str) -> str:
        if text not in VIEWS:
            raise ValueError(_("not known; one of: %(names)s") % {"names": ", ".join(VIEWS)})
        return text

    def columns(self) -> tuple[str, ...]:
        """The columns asked for, repeated or with commas, the name first; none where they are the usual ones."""
        written = (key.strip() for value in self.query.getlist("columns") for key in value.split(","))
        asked, known = dict.fromkeys(key for key in written if key), known_columns()
        for key in (key for key in asked if key not in known):
            names = ", ".join(known)
            self.note("columns", _("“%(value)s” is not known; one of: %(names)s") % {"value": key[:40], "names": names})
        right = tuple(key for key in asked if key in known and key != NAME)
        stated = bool(right) or NAME in asked
        return (NAME, *right) if stated and (NAME, *right) != usual_columns() else ()

    def check_order(self, ranges: dict[str, Any]) -> None:
        """Note a range whose end lies before its start."""
        for low, high in zip(RANGES[::2], RANGES[1::2], strict=True):
            if ranges[low] is not None and ranges[high] is not None and ranges[low] > ranges[high]:
                self.note(high, _("lies below the start of the range; no model can match"))

    def note(self, name: str, reason: str) -> None:
        self.errors.setdefault(name, []).append(reason)
