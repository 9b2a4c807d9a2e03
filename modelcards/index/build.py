"""From records to the arrays of a base: what is written to the file of the index, or kept in memory when small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from modelcards.index import keys
from modelcards.index.bitmaps import from_ids
from modelcards.index.joint import Joints
from modelcards.index.records import Records
from modelcards.index.strings import StringTable

Array = NDArray[Any]
Named = Iterator[tuple[str, Array]]

# A facet with more values has a set for those with many cards only; the cards of the others lie in one list.
FEW_VALUES, MANY_CARDS = 512, 1_024


def build(records: Iterable[Records]) -> Named:
    """The named arrays of a base, one after the other, so that each can be written and let go."""
    builder = _Builder()
    for chunk in records:
        builder.add(chunk)
    yield from builder.arrays()


class _Builder:
    """Takes chunks of records in, in rising order of card id, without keeping an object a card."""

    def __init__(self) -> None:
        self.pks: list[Array] = []
        self.visibility: list[Array] = []
        self.owners: list[tuple[int, int]] = []
        self.readers: list[tuple[int, int]] = []
        self.makers: dict[str, str] = {}
        self.single = {key: _Codes() for key in keys.SINGLE}
        self.several = {key: _Codes() for key in keys.several()}
        self.text = {key: _Codes() for key in keys.TEXT}
        self.whole = {key: _Numbers(np.int64) for key in keys.WHOLE}
        self.fractions = {key: _Numbers(np.float64) for key in keys.fractions()}

    def add(self, records: Records) -> None:
        """One chunk."""
        self.pks.append(np.array(records.pks, dtype=np.uint32))
        self.visibility.append(np.array(records.visibility, dtype=np.uint8))
        for pk, owner, kind in zip(records.pks, records.owners, records.visibility, strict=True):
            if owner and kind == 2:
                self.owners.append((owner, pk))
        self.readers += [(reader, pk) for pk, named in records.readers.items() for reader in named]
        self.makers |= records.makers
        for key, codes in self.single.items():
            codes.add(value.encode() for value in records.single[key])
        for key, codes in self.several.items():
            codes.add_several(records.pks, records.several[key])
        for key, codes in self.text.items():
            codes.add(value or b"" for value in records.order[key])
        for key, numbers in {**self.whole, **self.fractions}.items():
            numbers.add(records.order[key])

    def arrays(self) -> Named:
        """Everything that was taken in."""
        pks = _joined(self.pks, np.uint32)
        size = int(pks[-1]) + 1 if pks.size else 0
        joints = Joints()
        yield "pks", pks
        yield from self._visibility(pks)
        for key, codes in self.single.items():
            values, of_cards = codes.sorted()
            by_pk = _scattered(of_cards, pks, size, len(values))
            joints.add(key, by_pk, len(values))
            yield f"{key}.codes", by_pk
            yield from _facet(key, values, of_cards, pks)
        for key, codes in self.several.items():
            values, found = codes.sorted()
            cards = _joined(codes.cards, np.uint32)
            by_pk, further = _first_values(found, cards, size, len(values))
            joints.add(key, by_pk, len(values) + 1)
            yield f"{key}.codes", by_pk
            yield from _further(key, found[further], cards[further], size, len(values))
            yield from _facet(key, values, found, cards)
            if key == "organisation":
                names = StringTable.of(self.makers.get(slug.decode(), "").encode() for slug in values)
                yield "makers.letters", names.letters
                yield "makers.offsets", names.offsets
        yield from joints.arrays()
        yield from self._orders(pks, size)

    def _visibility(self, pks: Array) -> Named:
        kinds = _joined(self.visibility, np.uint8)
        for kind, name in enumerate(("public", "internal", "restricted")):
            yield f"{name}.set", _bytes(from_ids(pks[kinds == kind]).serialize())
        for name, pairs in (("owners", self.owners), ("readers", self.readers)):
            listed = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
            yield f"{name}.people", listed[:, 0].copy()
            yield f"{name}.cards", listed[:, 1].astype(np.uint32)

    def _orders(self, pks: Array, size: int) -> Named:
        names, codes = self.text["name"].sorted()
        by_name = np.argsort(codes, kind="stable").astype(np.uint32)
        yield from _text_order("name", names, codes, by_name, pks, size)
        for key in keys.TEXT[1:]:
            values, codes = self.text[key].sorted()
            yield from _text_order(key, values, codes, by_name, pks, size)
        for key, numbers in {**self.whole, **self.fractions}.items():
            listed, ranks = numbers.ranked()
            yield f"{key}.numbers", listed
            yield from _order(key, ranks, by_name, pks, size)
            for span in (span for span in keys.SPANS.values() if span.sort == key):
                yield from _bins(span, listed, ranks, pks, size)


class _Codes:
    """Byte strings as numbers: first by the order of coming, in the end by their own order."""

    def __init__(self) -> None:
        self.known: dict[bytes, int] = {}
        self.codes: list[Array] = []
        self.cards: list[Array] = []

    def add(self, values: Iterable[bytes]) -> None:
        """One value a card."""
        known = self.known
        self.codes.append(np.array([known.setdefault(value, len(known)) for value in values], dtype=np.uint32))

    def add_several(self, pks: list[int], values: Iterable[Iterable[str]]) -> None:
        """Several values a card; cards without any have none."""
        pairs = [(pk, value.encode()) for pk, named in zip(pks, values, strict=True) for value in named]
        self.cards.append(np.array([pk for pk, _value in pairs], dtype=np.uint32))
        self.add(value for _pk, value in pairs)

    def sorted(self) -> tuple[list[bytes], Array]:
        """The values in rising order, and the place among them of each that came in."""
        listed = sorted(self.known)
        places = np.zeros(len(listed), dtype=np.uint32)
        places[np.fromiter((self.known[value] for value in listed), dtype=np.int64, count=len(listed))] = np.arange(
            len(listed), dtype=np.uint32
        )
        codes = _joined(self.codes, np.uint32)
        self.known, self.codes = {}, []
        return listed, places[codes] if codes.size else codes


class _Numbers:
    """Numbers of cards, some blank."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.values: list[Array] = []
        self.stated: list[Array] = []

    def add(self, values: list[Any]) -> None:
        """One value or None a card."""
        self.values.append(np.array([0 if value is None else value for value in values], dtype=self.kind))
        self.stated.append(np.array([value is not None for value in values], dtype=bool))

    def ranked(self) -> tuple[Array, Array]:
        """The different numbers in rising order, and each card's rank among them from 1 on (0: blank)."""
        values, stated = _joined(self.values, self.kind), _joined(self.stated, np.bool_)
        self.values, self.stated = [], []
        listed, places = np.unique(values[stated], return_inverse=True)
        ranks = np.zeros(values.size, dtype=np.uint32)
        ranks[stated] = places + 1
        return listed, ranks


def _facet(key: str, values: list[bytes], codes: Array, cards: Array) -> Named:
    """The values of a facet, how many cards each has, and the cards: a set each, of rare values a part of a list."""
    table = StringTable.of(values)
    counts = np.bincount(codes, minlength=len(values))
    listed = cards[np.argsort(codes, kind="stable")]
    ends = np.cumsum(counts)
    yield f"{key}.letters", table.letters
    yield f"{key}.offsets", table.offsets
    yield f"{key}.counts", counts
    worth = np.ones(len(values), dtype=bool) if len(values) <= FEW_VALUES else counts >= MANY_CARDS
    sets = [from_ids(listed[end - count : end]) for end, count in zip(ends[worth], counts[worth], strict=True)]
    yield from _sets(key, np.flatnonzero(worth), sets)
    yield f"{key}.listed", listed if not worth.all() else listed[:0]


def _sets(key: str, places: Array, sets: list[BitMap]) -> Named:
    written = [found.serialize() for found in sets]
    yield f"{key}.set_places", places.astype(np.uint32)
    yield f"{key}.set_ends", np.cumsum([len(part) for part in written], dtype=np.int64)
    yield f"{key}.sets", _bytes(b"".join(written))


def _first_values(codes: Array, cards: Array, size: int, values: int) -> tuple[Array, Array]:
    """The first value of each card by card id, ``values`` where it has none, and which of the codes are further ones.
    The cards came in rising order."""
    further = np.zeros(cards.size, dtype=bool)
    further[1:] = cards[1:] == cards[:-1]
    by_pk = np.full(size, values, dtype=_smallest(values + 1))
    by_pk[cards[~further]] = codes[~further]
    return by_pk, further


def _further(key: str, codes: Array, cards: Array, size: int, values: int) -> Named:
    """What few cards have beside their first value: which cards, where theirs begin in one list, and the list."""
    starts = np.zeros(size + 1, dtype=np.uint32)
    np.cumsum(np.bincount(cards, minlength=size), out=starts[1:])
    yield f"{key}.further_set", _bytes(from_ids(cards).serialize())
    yield f"{key}.further_starts", starts
    yield f"{key}.further_codes", codes.astype(_smallest(values))


def _text_order(key: str, values: list[bytes], codes: Array, by_name: Array, pks: Array, size: int) -> Named:
    """Like numbers: ranks from 1 on; an empty text is blank."""
    blank = 1 if values and values[0] == b"" else 0
    table = StringTable.of(values[blank:])
    yield f"{key}.order_letters", table.letters
    yield f"{key}.order_offsets", table.offsets
    yield from _order(key, codes + np.uint32(1 - blank), by_name, pks, size)


def _order(key: str, ranks: Array, by_name: Array, pks: Array, size: int) -> Named:
    """Each card's rank by card id, and the cards in rising and falling order, blanks last, then by name and id."""
    yield f"{key}.ranks", _scattered(ranks, pks, size, int(ranks.max(initial=0)) + 1)
    named = ranks[by_name]
    last = np.uint32(2**32 - 1)
    up = np.where(named == 0, last, named)
    yield f"{key}.up", pks[by_name[np.argsort(up, kind="stable")]]
    down = np.where(named == 0, last, last - 1 - named)
    yield f"{key}.down", pks[by_name[np.argsort(down, kind="stable")]]


def _bins(span: keys.Span, listed: Array, ranks: Array, pks: Array, size: int) -> Named:
    """The bins of a histogram: each card's bin by card id (0: blank), and for each bin the cards up to and with it.

    Such growing sets are dense, and counting in dense sets is the quickest: a bin is the difference of two counts.
    """
    bin_of = np.array([span.scale.bin(float(number)) for number in listed], dtype=np.int64)
    bins, places = np.unique(bin_of, return_inverse=True)
    codes = np.concatenate([[0], places + 1])[ranks] if listed.size else ranks
    yield f"{span.key}.bins", bins
    yield f"{span.key}.codes", _scattered(codes, pks, size, len(bins) + 1)
    sets = [from_ids(pks[(codes > 0) & (codes <= code)]) for code in range(1, len(bins) + 1)]
    yield from _sets(span.key, np.arange(len(bins)), sets)


def _joined(parts: list[Array], kind: Any) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _scattered(values: Array, pks: Array, size: int, different: int) -> Array:
    """Values of cards by card id."""
    by_pk = np.zeros(size, dtype=_smallest(different))
    by_pk[pks] = values
    return by_pk


def _smallest(different: int) -> Any:
    return np.uint8 if different <= 2**8 else np.uint16 if different <= 2**16 else np.uint32


def _bytes(text: bytes) -> Array:
    return np.frombuffer(text, dtype=np.uint8)
