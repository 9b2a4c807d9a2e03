"""The text of the catalog beside its facets: what a search finds, in tiers, best first."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
import threading
from collections.abc import Collection, Iterator
from functools import reduce
from operator import and_
from pathlib import Path

import numpy as np
from django.db.models import Q
from pyroaring import BitMap

from modelcards.filters import named_condition, word_condition
from modelcards.index import log, snapshot
from modelcards.index.state import Seen, State
from modelcards.index.text import TextIndex, TextIndexError, TextRow, clear
from modelcards.models import ModelCard
from modelcards.organisations import other_names

CHUNK = 500
# With more cards than this to read again, they are read at once and not by the next who searches.
PATIENCE = 500
logger = logging.getLogger(__name__)


class Texts:
    """The words of all cards. Cards that changed are read again when somebody searches."""

    def __init__(self, words: TextIndex, changed: Collection[int] = (), place: object = None) -> None:
        self._words, self._changed = words, set(changed)
        self._place = place  # kept, since a folder that nobody holds is removed
        self._lock = threading.Lock()

    def note(self, cards: Collection[int]) -> None:
        """These cards changed."""
        with self._lock:
            self._changed.update(cards)
            if len(self._changed) > PATIENCE:
                self._read()

    def search(self, wanted: str) -> list[BitMap]:
        """Disjoint sets of cards that hold every word, best first."""
        with self._lock:
            self._read()
            return list(self._words.search(wanted).tiers)

    @property
    def due(self) -> bool:
        """Whether so many cards changed that the files should be built again."""
        return self._words.due_after(len(self._changed))

    def _read(self) -> None:
        """Cards are due until their words were read: where the database fails midway, the rest is read next time."""
        changed = sorted(self._changed)
        for start in range(0, len(changed), CHUNK):
            gone = set(some := changed[start : start + CHUNK])
            for row in rows(Q(pk__in=some)):
                self._words.replace(row)
                gone.discard(row.pk)
            for pk in gone:
                self._words.remove(pk)
            self._changed.difference_update(some)


def rows(condition: Q) -> Iterator[TextRow]:
    """The words of live cards."""
    cards = ModelCard.objects.filter(condition, archived_at__isnull=True).only("name", "slug", "card_text")
    for card in cards.order_by("pk").prefetch_related("organisations"):
        makers = tuple(name for maker in card.organisations.all() for name in (maker.name, *other_names(maker.name)))
        yield TextRow(card.pk, card.name, card.slug, makers, card.card_text)


def all_rows() -> Iterator[TextRow]:
    """The words of every live card, some at a time."""
    last = 0
    while True:
        ids = ModelCard.objects.filter(pk__gt=last, archived_at__isnull=True).order_by("pk")
        chunk = list(ids.values_list("pk", flat=True)[:CHUNK])
        if not chunk:
            return
        yield from rows(Q(pk__gt=last, pk__lte=chunk[-1]))
        last = chunk[-1]


def folder() -> Path:
    """Where the files of the words lie."""
    return snapshot.folder() / "text"


def make() -> None:
    """Build the files. The mark is written last: until then whoever opens them reads more cards again than needed.

    Only who holds ``snapshot.building`` may: what earlier builds left that broke off is removed.
    """
    mark = log.newest()
    clear(folder())
    TextIndex.build(folder(), all_rows())
    handle, name = tempfile.mkstemp(dir=snapshot.folder(), prefix=".text-")
    with os.fdopen(handle, "w") as file:
        json.dump({"mark": mark}, file)
    os.replace(name, _mark_file())


def stamp() -> tuple[int, int] | None:
    """What tells the files of one building from those of the next."""
    return snapshot.stamp(_mark_file())


def load() -> Texts | None:
    """The words in the files; None where there are none that this database can follow on from."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, TextIndexError):
        version, nonce = json.loads(_mark_file().read_text())["mark"]
        words = TextIndex.open(folder())
        lines = log.since(int(version)) if log.stands((int(version), int(nonce))) else []
        if lines and len(lines) <= log.MOST and all(line.card is not None for line in lines[1:]):
            return Texts(words, {line.card for line in lines if line.card is not None})
    return None


def fresh() -> bool:
    """Whether the files need not be built again yet."""
    found = load()
    return found is not None and not found.due


def in_memory() -> Texts:
    """The words of a small catalog, in a folder that is gone when they are."""
    place = tempfile.TemporaryDirectory(prefix="catalog-words-")
    return Texts(TextIndex.build(place.name, all_rows()), place=place)


def _mark_file() -> Path:
    return snapshot.folder() / "text.json"


def matches(state: State, texts: Texts | None, search: str) -> list[Seen]:
    """Disjoint sets of cards that hold every word of ``search``.

    While there is no index of the words the database is asked: in a large catalog for names only, since reading
    gigabytes of text would hold the reader up for minutes.
    """
    if texts is None:
        held = word_condition if state.base.count <= snapshot.SMALL else named_condition
        condition = reduce(and_, map(held, search.split()))
        found = [BitMap(ModelCard.objects.filter(condition).order_by().values_list("pk", flat=True))]
    else:
        found = texts.search(search)
    pks = state.recent.pks.first(state.lines).tolist()
    return [Seen(cards & state.live, _lines(cards, pks)) for cards in found if cards]


def _lines(cards: BitMap, pks: list[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.fromiter((pk in cards for pk in pks), dtype=bool, count=len(pks))
