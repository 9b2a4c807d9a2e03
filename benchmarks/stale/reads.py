"""What a reader asks about a writer's card, and what it must be told when the card is in a given state."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import QueryDict

from benchmarks.stale.script import VALUES, anchor, word
from modelcards import values
from modelcards.filters import ModelFilters
from modelcards.index import catalog_index

State = Mapping[str, str]
# Our facets, and which property of the script each shows.
FACETS = {
    "architecture_family": "architecture_family",
    "objective": "objective",
    "attention": "attention",
    "stage": "stage",
    "open_weights": "open_weights",
    "licence": "licence_id",
    "relation": "relation",
    "organisation": "organisation",
    "modality": "modality",
    "language": "languages",
    "has_scores": "scores",
}
RANGES = {
    "parameters": ("parameters", "parameters_min", "10B"),
    "tokens": ("training_tokens", "tokens_min", "10T"),
    "released": ("release_date", "released_after", "2022"),
}
# Columns to sort by, each compared with a card that never changes and stands between the two values.
SORTS = ("name", "organisation", "architecture_family", "stage", "parameters", "training_tokens")
MORE_SORTS = ("tokens_per_parameter", "release_date", "licence")
FIXED = "qqz"
FIXED_STATE = {
    "name": "Oak",
    "architecture_family": "encoder-decoder",
    "stage": "finetuned",
    "parameters": "10B",
    "training_tokens": "9T",
    "release_date": "2022-06-06",
    "organisation": "Linden Stale Labs",
    "licence": "M licence",
    "languages": FIXED,
}


@dataclass(frozen=True)
class Read:
    """A question and its right answer for each state of the card."""

    about: str
    ask: Callable[[], Any]
    right: Callable[[State], Any]


def random_read(chance: random.Random, writer: int, card: int, fixed: int, person: User) -> Read:
    """One of all the ways in which the card's state shows."""
    kind = chance.choice(("member", "count", "range", "order", "search", "visible"))
    if kind in ("member", "count"):
        facet = chance.choice(list(FACETS))
        value = chance.choice([value for value in VALUES[FACETS[facet]] if value] or [""])
        wire = slug(value) if facet == "organisation" else value.split(";")[0]
        return (_member if kind == "member" else _count)(writer, card, facet, wire, person)
    if kind == "range":
        return _range(writer, card, chance.choice(list(RANGES)), person)
    if kind == "order":
        return _order(writer, card, fixed, chance.choice((*SORTS, *MORE_SORTS)), chance.random() < 0.5, person)
    return (
        _search(writer, card, chance.choice(("birchword", "rowanword", "alder", "willow")), person)
        if (kind == "search")
        else _visible(writer, card)
    )


def find(person: Any, **wish: str) -> Any:
    """The index's answer to a query string."""
    query = QueryDict(mutable=True)
    query.update(wish)
    return catalog_index().find(ModelFilters.parse(query), person)


def _member(writer: int, card: int, facet: str, value: str, person: User) -> Read:
    wish = {"language": anchor(writer), facet: value}
    if facet == "language":
        wish = {"language": value, "search": word(writer)}
    return Read(
        f"{facet}={value}", lambda: card in find(person, **wish).page_ids(), lambda now: value in shown(now, facet)
    )


def _count(writer: int, card: int, facet: str, value: str, person: User) -> Read:
    def ask() -> Any:
        wish = {"search": word(writer)} if facet == "language" else {"language": anchor(writer)}
        options = find(person, **wish).options()[facet]
        return {option.value: option.count for option in options}.get(value, 0)

    return Read(f"count of {facet}={value}", ask, lambda now: int(value in shown(now, facet)))


def _range(writer: int, card: int, span: str, person: User) -> Read:
    name, end, bound = RANGES[span]

    def right(now: State) -> bool:
        return now[name] == VALUES[name][1]

    return Read(f"{end}={bound}", lambda: find(person, language=anchor(writer), **{end: bound}).count == 1, right)


def _order(writer: int, card: int, fixed: int, column: str, down: bool, person: User) -> Read:
    def ask() -> list[int]:
        query = QueryDict(mutable=True)
        query.setlist("language", [anchor(writer), FIXED])
        query["sort"] = f"-{column}" if down else column
        ids: list[int] = catalog_index().find(ModelFilters.parse(query), person).page_ids()
        return ids

    def right(now: State) -> list[int]:
        mine, other = sort_key(now, column), sort_key(FIXED_STATE, column)
        if mine is None:
            return [fixed, card]
        return [card, fixed] if (mine > other) == down else [fixed, card]

    return Read(f"sort={'-' if down else ''}{column}", ask, right)


def _search(writer: int, card: int, typed: str, person: User) -> Read:
    return Read(
        f"search={typed}",
        lambda: find(person, language=anchor(writer), search=typed).count == 1,
        lambda now: typed in f"{now['text']} {now['name']}".lower(),
    )


def _visible(writer: int, card: int) -> Read:
    return Read(
        "visibility",
        lambda: find(AnonymousUser(), language=anchor(writer)).count == 1,
        lambda now: now["visibility"] == "public",
    )


def shown(now: State, facet: str) -> list[str]:
    """The values of a facet that the card has."""
    text = now[FACETS[facet]]
    if facet == "organisation":
        return [slug(text)] if text else ["unknown"]
    if facet == "relation":
        return [text or "none"]
    if facet == "has_scores":
        return ["yes", "published"] if text == "yes" else ["no"]
    if facet == "attention" and not text:
        return ["unknown"]
    return [part.strip() for part in text.split(";")] if text else ["unknown"]


def slug(name: str) -> str:
    """The organisation's name in addresses."""
    return name.lower().replace(" ", "-")


def sort_key(now: State, column: str) -> Any:
    """What the column sorts by; None: blank, which comes last."""
    if column == "tokens_per_parameter":
        tokens, parameters = now["training_tokens"], now["parameters"]
        return values.parse_size(tokens) / values.parse_size(parameters) if tokens and parameters else None
    text = now[column]
    if not text:
        return None
    return values.parse_size(text) if column in ("parameters", "training_tokens") else text.lower()
