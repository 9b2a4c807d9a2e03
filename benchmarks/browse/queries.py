"""The stated mix of queries: random, seeded, and each written for us and for Datasette.

One to four filters, taken from a card that is there, so that something is found: single values, two alternatives of
one property, ranges around the card's own number. Every query is sorted, one in three pages starts later than the
first, and one in five searches for a word beside its filters.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from modelcards.models import ModelCard

# Our facet to the column of the table that Datasette serves; below, those with several values a card.
SCALAR = {
    "architecture_family": "architecture_family",
    "objective": "objective",
    "stage": "stage",
    "attention": "attention",
    "licence": "licence_id",
    "open_weights": "open_weights",
    "relation": "relation",
}
ARRAYS = {"organisation": "organisations", "language": "languages", "modality": "modalities"}
RANGES = {
    "parameters": ("parameters_min", "parameters_max", "parameters"),
    "tokens": ("tokens_min", "tokens_max", "training_tokens"),
    "released": ("released_after", "released_before", "release_date"),
}
SORTS = {
    "-release_date": "release_date",
    "name": "name_key",
    "-parameters": "parameters",
    "parameters": "parameters",
    "-training_tokens": "training_tokens",
    "-tokens_per_parameter": "tokens_per_parameter",
    "organisation": "first_organisation",
    "licence": "licence_key",
}
PAGE = 25


@dataclass(frozen=True)
class Query:
    """One wish: facet to chosen values, range to its ends, a word, an order and a page."""

    facets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ranges: tuple[tuple[str, str, str], ...] = ()
    search: str = ""
    sort: str = "-release_date"

    @property
    def filters(self) -> int:
        """How many filters it has, the search not counted."""
        return len(self.facets) + len(self.ranges)

    def ours(self) -> str:
        """Our query string."""
        pairs = [(key, value) for key, values in self.facets for value in values]
        for name, low, high in self.ranges:
            first, last, _column = RANGES[name]
            pairs += [(first, low)] * bool(low) + [(last, high)] * bool(high)
        return urlencode([*pairs, *[("search", self.search)] * bool(self.search), ("sort", self.sort)])

    def peer(self) -> str:
        """Datasette's: the same filters, order and page size, and all facets."""
        pairs: list[tuple[str, Any]] = []
        for key, values in self.facets:
            column = SCALAR.get(key) or ARRAYS[key]
            how = "arraycontains" if key in ARRAYS else "in" if len(values) > 1 else "exact"
            pairs.append((f"{column}__{how}", ",".join(values)))
        for name, low, high in self.ranges:
            column = RANGES[name][2]
            pairs += [(f"{column}__gte", low)] * bool(low) + [(f"{column}__lte", high)] * bool(high)
        if self.search:
            pairs.append(("_search", self.search))
        down = self.sort.startswith("-")
        pairs += [("_sort_desc" if down else "_sort", SORTS[self.sort]), ("_size", PAGE)]
        return urlencode([*pairs, *peer_facets()])


def peer_facets() -> list[tuple[str, str]]:
    """What Datasette counts at each page: every facet of ours."""
    columns = [*SCALAR.values(), "tokens_band", "has_scores"]
    return [*(("_facet", column) for column in columns), *(("_facet_array", column) for column in ARRAYS.values())]


def public_cards() -> QuerySet[ModelCard]:
    """What a reader who is not signed in sees, and all that Datasette serves."""
    return ModelCard.objects.filter(visibility="public", archived_at=None)


def make_queries(number: int, seed: int) -> list[Query]:
    """So many queries on the present catalog, the same for the same seed and catalog."""
    chance = random.Random(seed)
    highest = ModelCard.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found: list[Query] = []
    while len(found) < number:
        card = public_cards().filter(pk=chance.randint(1, highest)).first()
        if card is not None and (query := _query(card, chance)):
            found.append(query)
    return found


def _query(card: ModelCard, chance: random.Random) -> Query | None:
    stated = [*_facets(card, chance), *_ranges(card, chance)]
    if not stated:
        return None
    chosen = chance.sample(stated, min(len(stated), chance.randint(1, 4)))
    facets = tuple(one for one in chosen if isinstance(one[1], tuple))
    ranges = tuple(one for one in chosen if not isinstance(one[1], tuple))
    search = _word(card, chance) if chance.random() < 0.2 else ""
    return Query(facets, ranges, search, chance.choice(list(SORTS)))


def _facets(card: ModelCard, chance: random.Random) -> list[Any]:
    found = []
    for key, column in SCALAR.items():
        value = _value(card, key, column)
        if value:
            found.append((key, _alternatives(key, value, chance)))
    found += [("organisation", (maker.slug,)) for maker in card.organisations.all()[:1]]
    found += [("language", (language.code,)) for language in card.languages.all()[:1]]
    found += [("modality", (modality.key,)) for modality in card.modalities.all()[:1]]
    return found


def _value(card: ModelCard, key: str, column: str) -> str:
    """The card's value of a facet on the wire; blank where it states none."""
    if key == "relation":
        link = card.parent_links.first()
        return link.relation if link else ""
    if key == "open_weights":
        return {True: "yes", False: "no", None: ""}[card.open_weights]
    return str(getattr(card, column))


def _alternatives(key: str, value: str, chance: random.Random) -> tuple[str, ...]:
    """The value, and now and then another one of the same facet."""
    others = {
        "architecture_family": ("decoder-only", "encoder-only"),
        "stage": ("base", "instruction-tuned"),
        "licence": ("mit", "apache-2.0"),
    }
    if key in others and chance.random() < 0.3:
        return tuple(dict.fromkeys([value, chance.choice(others[key])]))
    return (value,)


def _ranges(card: ModelCard, chance: random.Random) -> list[Any]:
    found: list[Any] = []
    for name, number in (("parameters", card.parameters), ("tokens", card.training_tokens)):
        if number:
            low, high = str(max(1, number // chance.choice((2, 10)))), str(number * chance.choice((2, 10)))
            found.append((name, low, chance.choice((high, ""))))
    if card.release_date:
        found.append(("released", f"{card.release_date.year}-01-01", ""))
    return found


def _word(card: ModelCard, chance: random.Random) -> str:
    """A word of the card's name or text that both sides look up whole."""
    words = [word for word in card.card_text.replace("\n", " ").split(" ") if word.isascii() and word.isalpha()]
    named = [word for word in card.name.replace("-", " ").split() if word.isascii() and word.isalpha()]
    return chance.choice([*named, *chance.choices(words, k=2)] if words else named or ["model"])
