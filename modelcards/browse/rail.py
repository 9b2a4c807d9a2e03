"""The facets of the rail: the first values of each, the rest behind a "more", a search where there are too many.

Markup is put together by hand and every stated value escaped: a template took two of the page's fifteen milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Length
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from modelcards import registry
from modelcards.browse.chips import facet_names
from modelcards.browse.listing import find
from modelcards.browse.ranges import Range
from modelcards.facets import FACETS, UNKNOWN, Option
from modelcards.filters import ModelFilters
from modelcards.models import Language, Organisation
from modelcards.querysets import Reader

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# In the order of the rail; the ranges stand after the second. Those of OPEN are unfolded before anybody asks.
RAIL = (
    *("architecture_family", "open_weights", "objective", "stage", "organisation", "attention", "language", "modality"),
    *("licence", "relation", "tokens_per_parameter"),
)
OPEN = {"architecture_family", "open_weights", "stage", "organisation", "licence"}
SEARCHED = ("organisation", "language", "licence")
SHOWN, MORE, MATCHES = 6, 40, 30


@dataclass(frozen=True)
class RailFacet:
    """A facet of the rail: its first values, and the rest behind a "more" (``rest`` of them only by the search)."""

    key: str
    name: str
    first: SafeString
    more: SafeString
    more_count: int
    rest: int
    chosen: int
    unfolded: bool
    more_open: bool
    searched: bool

    @property
    def markup(self) -> SafeString:
        """The facet as it stands in the rail."""
        name = escape(self.name)
        chosen = f' <b class="n">{self.chosen}</b>' if self.chosen else ""
        find = self._find() if self.searched else ""
        return SafeString(
            f'<details class="facet" id="facet-{self.key}"{" open" if self.unfolded else ""}>'
            f'<summary>{name}{chosen}</summary><div role="group" aria-label="{name}">{find}'
            f'<div id="o-{self.key}">{self.first or _nothing()}{self._rest()}</div></div></details>'
        )

    def _find(self) -> str:
        return _FIND.format(self.key, escape(_("Find in %(name)s") % {"name": self.name}), escape(_("Find")))

    def _rest(self) -> str:
        found = ""
        if self.more_count:
            words = escape(_("%(more)d more") % {"more": self.more_count})
            unfolded = " open" if self.more_open else ""
            summary = f"<summary>{words}</summary>"
            found = f'<details class="more" id="more-{self.key}"{unfolded}>{summary}{self.more}</details>'
        if self.rest:
            words = escape(_("%(rest)s more: find them by name") % {"rest": f"{self.rest:,}"})
            found += f'<p class="faint xs">{words}</p>'
        return found


_FIND = '<input class="in find scripted" type="search" data-find="{}" aria-label="{}" placeholder="{}" maxlength="60">'


def _nothing() -> str:
    return f'<p class="faint xs">{escape(_("No value among these models"))}</p>'


def rail(filters: ModelFilters, options: Mapping[str, list[Option]], more: Mapping[str, int]) -> list[RailFacet]:
    """The facets of the rail with their counts; ``more``: how many values of a facet the options leave out."""
    named = facet_names()
    keys = [key for key in (*RAIL, *(facet.key for facet in registry.card_facets)) if key in options]
    language = get_language()
    return [
        _rail_facet(key, _in_words(key, "", named[key], language), options[key], filters, more.get(key, 0))
        for key in keys
    ]


def rail_markup(facets: Sequence[RailFacet], ranges: Sequence[Range]) -> SafeString:
    """All of the rail: its facets, and the ranges after the second."""
    parts = [facet.markup for facet in facets[:2]] + [one.markup for one in ranges]
    return SafeString("\n".join(parts + [facet.markup for facet in facets[2:]]))


def _rail_facet(key: str, name: str, options: list[Option], filters: ModelFilters, left_out: int) -> RailFacet:
    first, more, rest = _divided(options)
    chosen = len(filters.facets.get(key, ()))
    return RailFacet(
        key,
        name,
        boxes(key, first),
        boxes(key, more),
        len(more),
        rest + left_out,
        chosen,
        key in OPEN or chosen > 0,
        any(option.chosen for option in more),
        key in SEARCHED and len(options) > SHOWN,
    )


def _divided(options: list[Option]) -> tuple[list[Option], list[Option], int]:
    """The first values, those behind "more", and how many are left out (never a chosen one)."""
    if len(options) <= SHOWN + 1:
        return options, [], 0
    more = options[SHOWN:]
    kept = [*more[:MORE], *(option for option in more[MORE:] if option.chosen)]
    return options[:SHOWN], kept, len(more) - len(kept)


def boxes(key: str, options: Iterable[Option]) -> SafeString:
    """The tick boxes of these values as markup."""
    language = get_language()
    return SafeString("".join(_box(key, option, language) for option in options))


def _box(key: str, option: Option, language: str | None) -> str:
    zero = "" if option.count or option.chosen else " zero"
    tick, words = _pieces(key, option.value, _in_words(key, option.value, option.name, language), option.css)
    checked = " checked" if option.chosen else ""
    return f'<label class="opt{zero}">{tick}{checked}>{words}{option.count:,}</span></label>'


@lru_cache(maxsize=4096)
def _pieces(key: str, value: str, name: str, css: str) -> tuple[str, str]:
    """What hangs on neither the count nor the choice: the tick box up to its state, and from there to the number."""
    written = escape(value)
    mark = f"f-{key}-{'_'.join(written.split())}"
    return (
        f'<input class="filter" type="checkbox" name="{key}" value="{written}" id="{mark}"',
        f'{_swatch(key, value, css)}<span class="what">{escape(name)}</span><span class="n">',
    )


def _swatch(key: str, value: str, css: str) -> str:
    if key == "architecture_family":
        return f'<span class="sw {css or "unk"}"></span>'
    return '<span class="sw unk"></span>' if value == UNKNOWN and key == "stage" else ""


# Our own words by facet, value and language; to look a word up takes longer than to write its box.
_words: dict[tuple[str, str, str | None], str] = {}


def _in_words(key: str, value: str, name: _StrOrPromise, language: str | None) -> str:
    """The name of a facet or of its value: stated ones are texts, our own wait for the reader's language."""
    if isinstance(name, str):
        return name
    place = key, value, language
    known = _words.get(place)
    if known is None:
        known = _words[place] = str(name)
    return known


def search_options(filters: ModelFilters, user: Reader, key: str, text: str) -> list[Option]:
    """The values of a facet whose name holds ``text``, with their counts; the chosen ones stay first.

    Counts of a facet leave its own choice out, so asking for the matches as if they were chosen gives their counts.
    """
    chosen = filters.facets.get(key, ())
    near = [option.value for option in find(filters, user).options()[key] if _holds(option, text)]
    asked = tuple(dict.fromkeys([*chosen, *near, *_matches(key, text)]))[: MATCHES + len(chosen)]
    options = find(replace(filters, facets={**filters.facets, key: asked}), user).options()[key]
    found = [replace(option, chosen=option.value in chosen) for option in options if option.value in asked]
    return [option for option in found if option.chosen or option.count]


def _holds(option: Option, text: str) -> bool:
    return option.value != UNKNOWN and text.lower() in f"{option.value} {option.name}".lower()


def _matches(key: str, text: str) -> Sequence[str]:
    """Wire values of a searched facet that match, also of those that are too rare to be among the usual options."""
    if key == "organisation":
        named = Organisation.objects.filter(Q(name__icontains=text) | Q(slug__icontains=text))
        return list(named.order_by(Length("name")).values_list("slug", flat=True)[:MATCHES])
    written = Language.objects.filter(code__istartswith=text)[:MATCHES] if key == "language" else ()
    known = FACETS[key].names().items()
    named_so = [value for value, name in known if text.lower() in f"{value} {name}".lower()]
    return [*(language.code for language in written), *named_so]
