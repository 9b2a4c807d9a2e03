"""The index itself: built into a directory, opened from it, corrected in memory, searched."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from modelcards.index.text.overlay import Overlay
from modelcards.index.text.prefixes import Words
from modelcards.index.text.ranking import Field, Matches, rank
from modelcards.index.text.rows import FIELDS, NAMES, TextRow
from modelcards.index.text.storage import Generation, begin, current, finish
from modelcards.index.text.tokens import Query
from modelcards.index.text.typos import Neighbours

REMEMBERED = 8  # last searches whose result is kept: the pages of one list ask for the same
# A changed card takes some 10 KB of each process.
OVERLAY_LEAST, OVERLAY_SHARE = 2_000, 0.005


class TextIndex:
    """Full text of cards. Safe for several threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._documents = generation.documents
        self._overlay = Overlay()
        self._fields = {name: self._field(generation, name) for name in FIELDS}
        self._lock = threading.RLock()
        self._remembered: OrderedDict[Query, Matches] = OrderedDict()

    @classmethod
    def build(cls, directory: Path | str, rows: Iterable[TextRow]) -> TextIndex:
        """Build the index of ``rows`` (each number once) in ``directory``, replacing the one before, and open it.

        Until it is finished, others that open the directory get the former index. OSError where the disk fails.
        """
        folder = begin(Path(directory))
        try:
            # Only who builds pays for the libraries that building takes.
            from modelcards.index.text.building import write

            documents = write(folder, rows)
            finish(folder, documents=documents)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return cls.open(directory)

    @classmethod
    def open(cls, directory: Path | str) -> TextIndex:
        """The index built last; TextIndexError where there is none that can be read."""
        return cls(current(Path(directory)))

    def replace(self, row: TextRow) -> None:
        """The card is new, or is as in ``row`` from now on: in this process, until the index is built again."""
        row.check()
        with self._lock:
            self._overlay.replace(row)
            self._remembered.clear()

    def remove(self, pk: int) -> None:
        """The card is no longer found. A number that is not in the index is no error."""
        if 0 <= pk < 2**32:
            with self._lock:
                self._overlay.remove(pk)
                self._remembered.clear()

    def search(self, query: str) -> Matches:
        """The cards that hold every word of ``query``, in tiers; none where there is no word in it."""
        asked = Query.parse(query)
        with self._lock:
            if asked not in self._remembered:
                self._remember(asked, rank(asked, self._fields))
            self._remembered.move_to_end(asked)
            return self._remembered[asked]

    @property
    def documents(self) -> int:
        """How many cards the built index has."""
        return self._documents

    @property
    def overlay_size(self) -> int:
        """How many cards were replaced or removed since."""
        return len(self._overlay)

    @property
    def rebuild_due(self) -> bool:
        """Whether so many were that the index should be built again: over 2,000 and half a percent of the cards."""
        return self.due_after(0)

    def due_after(self, more: int) -> bool:
        """Whether it should be when so many further cards are replaced or removed."""
        return self.overlay_size + more > max(OVERLAY_LEAST, OVERLAY_SHARE * self._documents)

    def _remember(self, asked: Query, matches: Matches) -> None:
        self._remembered[asked] = matches
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        self._generation.release()  # else a process comes to hold all files

    def _field(self, generation: Generation, name: str) -> Field:
        built = Words(generation, name)
        neighbours = None if name == NAMES else Neighbours(generation, built.lexicon)
        return Field(name, built, neighbours, self._overlay.fields[name], self._overlay.gone)
