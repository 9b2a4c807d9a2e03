"""Many cards read from the database at once, column by column, as the index takes them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q

from modelcards import registry
from modelcards.facets import NONE, UNKNOWN, band_of
from modelcards.index import keys
from modelcards.models import Lineage, ModelCard

CHUNK = 5_000
VISIBILITY = {"public": 0, "internal": 1, "restricted": 2}
Pairs = list[tuple[int, str]]


class CardRow(NamedTuple):
    """The columns of a card that are indexed."""

    pk: int
    name: str
    slug: str
    architecture_family: str
    objective: str
    attention: str
    stage: str
    licence: str
    licence_id: str
    open_weights: bool | None
    parameters: int | None
    active_parameters: int | None
    training_tokens: int | None
    layers: int | None
    release_date: Any
    updated_at: Any
    visibility: str
    owner_id: int | None


@dataclass
class Records:
    """Live cards in rising order of id. ``single``, ``several`` and ``order`` hold one entry a card; text is bytes."""

    pks: list[int] = field(default_factory=list)
    visibility: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    readers: dict[int, list[int]] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)  # names of their organisations by slug
    single: dict[str, list[str]] = field(default_factory=dict)
    several: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    order: dict[str, list[Any]] = field(default_factory=dict)


def read_all() -> Iterator[Records]:
    """Every live card, in chunks; each chunk is read for itself, so a long walk holds no transaction open."""
    last = 0
    while rows := _rows(Q(pk__gt=last))[:CHUNK]:
        last = rows[-1].pk
        yield _records(rows, rows[0].pk, last)


def read_some(pks: Sequence[int]) -> Iterator[Records]:
    """The live ones among these cards, in chunks."""
    for start in range(0, len(pks), CHUNK):
        rows = list(_rows(Q(pk__in=pks[start : start + CHUNK])))
        if rows:
            yield _records(rows, rows[0].pk, rows[-1].pk)


def _rows(condition: Q) -> Any:
    live = ModelCard.objects.filter(condition, archived_at__isnull=True).order_by("pk")
    return _Rows(live.values_list(*CardRow._fields))


class _Rows:
    """Rows of the database as ``CardRow``."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def __getitem__(self, part: slice) -> list[CardRow]:
        return list(map(CardRow._make, self.rows[part]))

    def __iter__(self) -> Iterator[CardRow]:
        return map(CardRow._make, self.rows)


def _records(rows: list[CardRow], first: int, last: int) -> Records:
    pks = [row.pk for row in rows]
    of_cards = _among(pks, first, last)
    pairs = _named(of_cards)
    named = {key: _listed(pks, listed) for key, listed in pairs.items()}
    registered = {facet.key: _registered(facet.read(pks), pks) for facet in registry.card_facets}
    return Records(
        pks=pks,
        visibility=[VISIBILITY[row.visibility] for row in rows],
        owners=[row.owner_id or 0 for row in rows],
        readers=_readers(of_cards, {row.pk for row in rows if row.visibility == "restricted"}),
        makers={
            slug: name for (_card, slug), (_same, name) in zip(pairs["organisation"], pairs["makers"], strict=True)
        },
        single={key: [value(row) for row in rows] for key, value in _SINGLE.items()},
        several=registered | {key: [_facet_values(key, values) for values in named[key]] for key in keys.SEVERAL},
        order=_order(rows, named),
    )


def _among(pks: list[int], first: int, last: int) -> Callable[[str], Q]:
    """The condition that a row belongs to one of the cards; by the range of ids where they are many."""
    if len(pks) > 500:
        return lambda name: Q(**{f"{name}__gte": first, f"{name}__lte": last})
    return lambda name: Q(**{f"{name}__in": pks})


def _named(of_cards: Callable[[str], Q]) -> dict[str, Pairs]:
    """Card and value of each facet that lies in a table of its own; ``makers`` are the organisations' names."""
    makers = ModelCard.organisations.through.objects.filter(of_cards("modelcard_id"))
    rows = list(makers.values_list("modelcard_id", "organisation__slug", "organisation__name"))
    languages = ModelCard.languages.through.objects.filter(of_cards("modelcard_id"))
    modalities = ModelCard.modalities.through.objects.filter(of_cards("modelcard_id"))
    return {
        "organisation": [(card, slug) for card, slug, _name in rows],
        "makers": [(card, name) for card, _slug, name in rows],
        "language": list(languages.values_list("modelcard_id", "language__code")),
        "modality": list(modalities.values_list("modelcard_id", "modality__key")),
        "relation": list(Lineage.objects.filter(of_cards("child_id")).values_list("child_id", "relation")),
    }


def _listed(pks: list[int], pairs: Pairs) -> list[Sequence[str]]:
    """The values of each card, each once."""
    found: dict[int, dict[str, None]] = {}
    for card, value in pairs:
        found.setdefault(card, {})[value] = None
    return [tuple(found.get(pk, ())) for pk in pks]


def _registered(found: Mapping[int, Sequence[str]], pks: list[int]) -> list[Sequence[str]]:
    return [tuple(found.get(pk, ())) for pk in pks]


def _readers(of_cards: Callable[[str], Q], restricted: set[int]) -> dict[int, list[int]]:
    """Card to the people who are named on it; of restricted cards only, since the others are open to them anyway."""
    found: dict[int, list[int]] = {}
    if restricted:
        rows = ModelCard.readers.through.objects.filter(of_cards("modelcard_id"))
        for card, reader in rows.values_list("modelcard_id", "user_id"):
            if card in restricted:
                found.setdefault(card, []).append(reader)
    return found


_YES_NO = {True: "yes", False: "no", None: UNKNOWN}
_SINGLE: dict[str, Callable[[CardRow], str]] = {
    "architecture_family": lambda row: row.architecture_family or UNKNOWN,
    "open_weights": lambda row: _YES_NO[row.open_weights],
    "objective": lambda row: row.objective or UNKNOWN,
    "stage": lambda row: row.stage or UNKNOWN,
    "attention": lambda row: row.attention or UNKNOWN,
    "licence": lambda row: row.licence_id or UNKNOWN,
    "tokens_per_parameter": lambda row: band_of(row.training_tokens, row.parameters),
}


def plain(text: str) -> bytes:
    """Text as it is sorted: bytes, without regard to ASCII case, alike on every database."""
    return text.encode().lower()


def _order(rows: list[CardRow], named: Mapping[str, list[Sequence[str]]]) -> dict[str, list[Any]]:
    """Sort key to each card's value; None where it is blank."""
    pks = [row.pk for row in rows]
    columns = {key: [getattr(row, key) for row in rows] for key in keys.WHOLE}
    text = {key: [plain(getattr(row, key)) or None for row in rows] for key in _TEXT_COLUMNS}
    lists = {key: [_first(values) for values in named[key]] for key in ("language", "modality", "relation")}
    filled = {column.key: column.read(pks) for column in registry.card_columns if column.read}
    return {
        **columns,
        **text,
        **lists,
        "organisation": [(first.lower() if (first := _first(names)) else None) for names in named["makers"]],
        "release_date": [row.release_date.toordinal() if row.release_date else None for row in rows],
        "open_weights": [None if row.open_weights is None else int(row.open_weights) for row in rows],
        "updated_at": [_microseconds(row.updated_at) for row in rows],
        "tokens_per_parameter": [_ratio(row) for row in rows],
        **{key: [found.get(pk) for pk in pks] for key, found in filled.items()},
    }


_TEXT_COLUMNS = ("name", "architecture_family", "objective", "attention", "stage", "licence")


def _first(values: Sequence[str]) -> bytes | None:
    """The first value in the order of bytes; blank ones count as none."""
    return min((value.encode() for value in values if value), default=None)


def _ratio(row: CardRow) -> float | None:
    return float(row.training_tokens) / float(row.parameters) if row.training_tokens and row.parameters else None


def _microseconds(moment: Any) -> int:
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + int(moment.microsecond)


def _facet_values(key: str, values: Sequence[str]) -> Sequence[str]:
    """The values by which a card is found in a facet with several; there is one for cards that have none."""
    if key == "relation":
        return tuple(value or UNKNOWN for value in values) or (NONE,)
    return values or (UNKNOWN,)
