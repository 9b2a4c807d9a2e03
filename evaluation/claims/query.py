"""What a claim asks of the scores: the stored form, and its reading from a form or a body. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BETTER, CLEARLY, COMPETITIVE, PAR, GAINS, LARGER = "better", "clearly", "competitive", "par", "gains", "larger"
KINDS = {
    BETTER: gettext_lazy("one model is better than another on most benchmarks"),
    CLEARLY: gettext_lazy("one model is clearly better than another"),
    COMPETITIVE: gettext_lazy("one model is competitive with others"),
    PAR: gettext_lazy("two models are on a par"),
    GAINS: gettext_lazy("examples in the prompt help larger models more"),
    LARGER: gettext_lazy("larger is better within a series"),
}
OF_PAIRS = (BETTER, CLEARLY, COMPETITIVE, PAR)
WITH_MARGIN = (COMPETITIVE, PAR)
ORIGINS = ("measured", "imported", "published")
MOST_NAMES = 20
LONGEST = 120


@dataclass(frozen=True)
class ClaimQuery:
    """A stored query. ``first`` against each of ``others`` (slugs), or the models of ``series`` (none: of all).

    ``subjects``: these benchmarks, else all, of which ``language`` keeps those in it; ``shots``: these numbers, else
    all; ``sources``: words of which a published score's source must hold one, else any. ``margin`` is in units of the
    score (0.02: two points of accuracy). ``share``: of the benchmarks more than this must speak for the sentence.
    """

    kind: str
    first: str = ""
    others: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    language: str = ""
    shots: tuple[int, ...] = ()
    origins: tuple[str, ...] = ORIGINS
    sources: tuple[str, ...] = ()
    margin: float = 0.02
    share: float = 0.5

    @property
    def of_pairs(self) -> bool:
        """Whether it puts models against one another; else it follows sizes."""
        return self.kind in OF_PAIRS

    @property
    def named(self) -> tuple[str, ...]:
        """The models that it names."""
        return (self.first, *self.others) if self.of_pairs else ()

    def stored(self) -> dict[str, Any]:
        """As it is kept: what differs from the defaults."""
        usual = {one.name: one.default for one in fields(self)}
        found = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def of_stored(kept: Mapping[str, Any]) -> ClaimQuery:
    """A query as it was kept; words of other versions are left out."""
    known = {one.name for one in fields(ClaimQuery)}
    values: dict[str, Any] = {"kind": BETTER}
    values |= {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items() if name in known
    }
    return ClaimQuery(**values)


def read_query(asked: Mapping[str, str]) -> tuple[ClaimQuery, dict[str, list[str]]]:
    """A query from words as a form sends them (lists with commas), and what is wrong with it by field."""
    errors: dict[str, list[str]] = {}
    query = ClaimQuery(
        kind=asked.get("kind", ""),
        first=asked.get("first", "").strip()[:LONGEST],
        others=_names(asked.get("others", "")),
        series=_names(asked.get("series", "")),
        subjects=_names(asked.get("subjects", "")),
        language=asked.get("language", "").strip()[:20],
        shots=_shots(asked.get("shots", ""), errors),
        origins=tuple(one for one in ORIGINS if one in _names(asked.get("origins", ""))) or ORIGINS,
        sources=_names(asked.get("sources", "")),
        margin=_number(asked, "margin", 0.02, 0, 1, errors),
        share=_number(asked, "share", 0.5, 0.5, 0.99, errors),
    )
    errors |= _missing(query)
    return query, errors


def _missing(query: ClaimQuery) -> dict[str, list[str]]:
    if query.kind not in KINDS:
        return {"kind": [_("Choose what the sentence says.")]}
    if not query.of_pairs:
        return {}
    if not query.first:
        return {"first": [_("Name the model that the sentence is about.")]}
    if not query.others:
        return {"others": [_("Name the model that it is put against.")]}
    if query.first in query.others:
        return {"others": [_("A model cannot be put against itself.")]}
    if query.kind != COMPETITIVE and len(query.others) > 1:
        return {"others": [_("Name one model; only “competitive with” takes several.")]}
    return {}


def _names(text: str) -> tuple[str, ...]:
    words = (word.strip()[:LONGEST] for word in text.replace("\0", "").split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_NAMES]


def _shots(text: str, errors: dict[str, list[str]]) -> tuple[int, ...]:
    words = _names(text)
    if any(not (word.isascii() and word.isdigit() and len(word) < 4) for word in words):
        errors["shots"] = [_("Shots are whole numbers, such as 0, 5.")]
        return ()
    return tuple(sorted({int(word) for word in words}))


def _number(
    asked: Mapping[str, str], name: str, usual: float, least: float, most: float, errors: dict[str, list[str]]
) -> float:
    text = asked.get(name, "").strip()
    try:
        value = float(text) if text else usual
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        errors[name] = [_("A number from %(least)s to %(most)s.") % {"least": least, "most": most}]
        return usual
    return value


def as_words(query: ClaimQuery) -> dict[str, str]:
    """The words of a form that give this query."""
    return {one.name: _word(getattr(query, one.name)) for one in fields(query)}


def _word(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
