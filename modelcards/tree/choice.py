"""What a reader asked of the tree, in the words of the page's address. Pure: nothing is looked up.

Which cards are meant is said by the catalog's own filters, so that the tree and the list of models agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from modelcards.filters import ModelFilters
from modelcards.tree.nodes import BEFORE, TRUNK, TreeModel
from modelcards.tree.organisations import slugs_of

SHOWN = ("key", "landmarks", "series", "all")
VIEWS = ("list", "picture")
COLOURS = ("family", "organisation", "openness", "score")
SIZES = ("parameters",)
USUAL = {"show": "key", "colour": "family", "page": "1"}
MOST_OPENED = 50
MOST_SHOTS = 1000
LIST_ONLY = ("view", "sort", "columns", "page", "page_size")
"""Words of the list of models that say nothing of which cards are meant."""
OWN = ("show", "until", "find", "focus", "open", "colour", "task", "shots", "size", "view", "page")


@dataclass(frozen=True)
class TreeChoice:
    """State of the page. Blank words choose nothing; ``errors`` names what of the address was not understood."""

    show: str = USUAL["show"]
    filters: ModelFilters = field(default_factory=ModelFilters)
    """Which cards are meant, and those in the compare tray."""
    until: int | None = None
    find: str = ""
    focus: str = ""
    """The slug whose line of descent is highlighted."""
    opened: tuple[str, ...] = ()
    """The series that are drawn model by model: ``Leaf.series`` of their chips."""
    colour: str = USUAL["colour"]
    task: str = ""
    shots: int | None = None
    size: str = ""
    view: str = ""
    page: int = 1
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The slugs in the compare tray."""
        return self.filters.chosen

    @property
    def narrowed(self) -> bool:
        """Whether a filter leaves cards out."""
        return self.filters.active

    @property
    def refused(self) -> list[str]:
        """What was not understood, in sentences."""
        return [f"{name}: {reason}" for name, reasons in self.errors.items() for reason in reasons]

    @property
    def wanted(self) -> frozenset[str]:
        """Slugs that have a chip however little is shown, where there is such a card."""
        return frozenset({self.focus, self.find} - {""})

    def found(self, models: Iterable[TreeModel]) -> frozenset[str]:
        """Slugs of the models that answer the search; a whole slug is that model alone."""
        words = self.find.casefold().split()
        if not words:
            return frozenset()
        found = frozenset(model.slug for model in models if _holds(model, words))
        return found & {self.find} or found

    def words(self, **changes: Any) -> list[tuple[str, str]]:
        """The pairs of the address, in one order, with these changes; what is usual or blank is left out.

        Several values of one name are a list. Any change but of the tray starts at page 1.
        """
        own = self._own()
        if changes.keys() - {"chosen"}:
            own["page"] = ""
        filters = {name: value for name, value in changes.items() if name not in own}
        if "chosen" in filters:
            filters["chosen"] = _written(filters["chosen"])
        own |= {name: _written(value) for name, value in changes.items() if name in own}
        kept = [(name, value) for name, value in own.items() if value and value != USUAL.get(name)]
        return [*parse_qsl(self.filters.query(**filters)), *kept]

    def query(self, **changes: Any) -> str:
        """The address of the page, from its question mark on, with these changes."""
        return "?" + urlencode(self.words(**changes), safe=",:")

    def _own(self) -> dict[str, str]:
        return {name: _written(self.opened if name == "open" else getattr(self, name)) for name in OWN}


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text))


def _written(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(value)
    return "" if value is None else str(value)


def _holds(model: TreeModel, words: Sequence[str]) -> bool:
    text = f"{model.name} {model.slug} {' '.join(model.organisations)}".casefold()
    return all(word in text for word in words)


def read_choice(query: QueryDict) -> TreeChoice:
    """The choice that an address states; never raises. Addresses of former versions are understood."""
    return _Reader(_renewed(query)).choice()


class _Reader:
    """Reads word by word and keeps what was wrong."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.errors: dict[str, list[str]] = {}

    def choice(self) -> TreeChoice:
        filters = ModelFilters.parse(_for_the_list(self.query))
        self.errors |= filters.errors
        return TreeChoice(
            show=self.word("show", SHOWN) or USUAL["show"],
            filters=filters,
            until=self.number("until", 1900, 2999, _("not a year")),
            find=self.text("find")[:100],
            focus=self.text("focus")[:120],
            opened=tuple(dict.fromkeys(filter(None, self.text("open").split(","))))[:MOST_OPENED],
            colour=self.word("colour", COLOURS) or USUAL["colour"],
            task=self.text("task")[:200],
            shots=self.number("shots", 0, MOST_SHOTS, _("not a number of examples")),
            size=self.word("size", SIZES),
            view=self.word("view", VIEWS),
            page=self.number("page", 1, 10**6, _("not the number of a page")) or 1,
            errors=self.errors,
        )

    def text(self, name: str) -> str:
        """The value without control characters and outer blanks."""
        return _printable(self.query.get(name, "")).strip()

    def word(self, name: str, known: Sequence[str]) -> str:
        """One of the known words; blank where it is another one."""
        value = self.text(name)
        if value in ("", *known):
            return value
        self.note(name, _("“%(value)s” is not known; one of: %(names)s"), value, names=", ".join(known))
        return ""

    def number(self, name: str, least: int, most: int, wrong: str) -> int | None:
        """A whole number; None where it is blank or wrong."""
        value = self.text(name)
        if not value:
            return None
        if value.isascii() and value.isdigit() and least <= int(value[:9]) <= most:
            return int(value[:9])
        self.note(name, "“%(value)s”: " + wrong, value)
        return None

    def note(self, name: str, reason: str, value: str, **more: str) -> None:
        self.errors.setdefault(name, []).append(reason % {"value": value[:40], **more})


def _renewed(query: QueryDict) -> QueryDict:
    """The address with words of former versions as they are called now: a branch by ``family``, openness by ``open``,
    a house by its name, a score by a benchmark and its shots in one word.
    """
    now = query.copy()
    if family := now.pop("family", [""])[-1]:
        now.setlistdefault("architecture_family").extend(sorted(TRUNK) if family == BEFORE else [family])
    if query.get("open") in ("yes", "no"):
        now.setlistdefault("open_weights").extend(now.pop("open"))
    if named := now.getlist("organisation"):
        now.setlist("organisation", [slug for name in named for slug in slugs_of(_printable(name))])
    if score := re.fullmatch(r"(\w+)-(\d+)", query.get("colour", ""), re.ASCII):
        now["colour"], now["task"], now["shots"] = "score", score[1], score[2]
    return now


def _for_the_list(query: QueryDict) -> QueryDict:
    """What of the address says which cards are meant."""
    cards = query.copy()
    for name in LIST_ONLY:
        cards.pop(name, None)
    return cards
