"""The index of this process: kept in step with the database's change log, read by every thread."""

from __future__ import annotations

import gc
import logging
import threading
from collections import deque
from dataclasses import dataclass, replace

from modelcards.filters import ModelFilters
from modelcards.index import log, search, snapshot
from modelcards.index.base import Base
from modelcards.index.build import build
from modelcards.index.found import Found
from modelcards.index.memo import Memo
from modelcards.index.records import read_all, read_some
from modelcards.index.renewal import Renewal
from modelcards.index.state import Seen, State
from modelcards.index.text import TextIndexError
from modelcards.models import ModelCard
from modelcards.querysets import Reader

# So many steps are remembered, to go back where a transaction that was read is undone.
REMEMBERED = 1_000
# With so many recent lines a small base in memory is made anew.
MANY_SMALL = 500
# After so many questions the pages of the file that were read are given back.
RELEASED_EVERY = 32
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """The cards that were read anew, and the mark of the log up to which."""

    mark: log.Mark
    cards: tuple[int, ...]


class CatalogIndex:
    """Answers wishes from memory. Each answer agrees with the database as it was when ``find`` was called, or later.

    A thread that finds the log as it was goes on without a lock; states are never changed, only followed by others.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._state: State | None = None
        self._steps: deque[Step] = deque(maxlen=REMEMBERED)
        self._texts: search.Texts | None = None
        self._small, self._asked = True, 0
        self._stamp: tuple[int, int] | None = None
        self._text_stamp: tuple[int, int] | None = None
        self._renewal, self._memo = Renewal(), Memo()

    def find(self, filters: ModelFilters, user: Reader) -> Found:
        """The answer for this person."""
        state = self.current()
        self._asked += 1
        if self._asked % RELEASED_EVERY == 0:
            state.base.release()
        tiers = self._matches(state, filters.search) if filters.search.split() else None
        return Found(state, filters, user, tiers, self._memo)

    def current(self) -> State:
        """The state that agrees with the change log as this thread's connection sees it."""
        state = self._state
        if state is not None and state.mark == log.newest():
            return state
        with self._lock:
            try:
                self._state = state = self._renewed(self._caught_up(self._state))
            except BaseException:
                self._state = (
                    None  # half a step was taken: what follows on from it would miss cards or count them twice
                )
                raise
            return state

    def _caught_up(self, state: State | None) -> State:
        if state is None:
            return self._fresh()
        lines = log.since(state.mark[0])
        undone: set[int] = set()
        if state.mark != (lines[0].mark if lines else log.START):
            place = log.last_standing([step.mark for step in self._steps])
            if place is None:
                return self._fresh()
            undone = {card for step in list(self._steps)[place + 1 :] for card in step.cards}
            while len(self._steps) > place + 1:
                self._steps.pop()
            lines = log.since(self._steps[-1].mark[0])
        news = [line for line in lines if line.version > self._steps[-1].mark[0]]
        if len(news) > log.MOST or any(line.card is None for line in news):
            return self._fresh()
        mark = news[-1].mark if news else self._steps[-1].mark
        return self._followed(state, mark, undone | {line.card for line in news if line.card is not None})

    def _followed(self, state: State, mark: log.Mark, cards: set[int]) -> State:
        """The state after these cards were read anew."""
        changed = sorted(cards)
        state = state.without(changed)
        for records in read_some(changed):
            state = state.having(state.recent.add(records))
        if self._texts is not None:
            self._texts.note(changed)
        if mark != self._steps[-1].mark:
            self._steps.append(Step(mark, tuple(changed)))
        return replace(state, mark=mark)

    def _fresh(self) -> State:
        """The whole catalog taken in anew, and what changed since its file was made."""
        self._small = ModelCard.objects.count() <= snapshot.SMALL
        self._texts = None
        base = self._read() if self._small else self._large()
        # Before anybody searches, but after the facets: one process builds at a time, and the words take minutes.
        if not self._small and search.stamp() is None:
            self._renewal.ask("--text")
        return self._upon(base)

    def _upon(self, base: Base) -> State:
        """A new base, and what changed since it was made."""
        state = State.of(base)
        self._steps = deque([Step(base.mark, ())], maxlen=REMEMBERED)
        state = state if base.mark == log.newest() else self._caught_up(state)
        if not self._small:
            _settle()
        return state

    def _large(self) -> Base:
        """From the file; a file that cannot be used is made anew by one process while the others wait."""
        self._stamp = snapshot.stamp(snapshot.path())
        if found := snapshot.load():
            return found
        made = snapshot.make_apart("--if-missing")
        self._stamp = snapshot.stamp(snapshot.path())
        return (snapshot.load() if made else None) or self._read()

    def _read(self) -> Base:
        """The mark is taken first: what changes meanwhile is read again."""
        mark = log.newest()
        return Base(dict(build(read_all())), mark)

    def _renewed(self, state: State) -> State:
        """The state on a newer base, where there is one and many cards changed; else one is asked for."""
        if self._small:
            return self._fresh() if state.lines > MANY_SMALL else state
        stamp = snapshot.stamp(snapshot.path())
        if stamp != self._stamp and state.lines > snapshot.MANY_LINES // 4:
            self._stamp = stamp
            if found := snapshot.load():
                return self._upon(found)
        if state.lines > snapshot.MANY_LINES:
            self._renewal.ask("--base")
        return state

    def _matches(self, state: State, wanted: str) -> list[Seen]:
        """What the search finds. Files that turn out to be damaged are built anew; until then the database answers."""
        words = self._words()
        try:
            return search.matches(state, words, wanted)
        except TextIndexError as error:
            logger.warning("The words of the catalog cannot be read and are built anew: %s", error)
            with self._lock:
                if self._texts is words:
                    self._texts = None
                self._renewal.ask("--text")
            return search.matches(state, None, wanted)

    def _words(self) -> search.Texts | None:
        """The words of the catalog; None while a large catalog has none."""
        texts = self._texts
        if texts is not None and not texts.due:
            return texts
        with self._lock:
            if self._texts is not texts and self._texts is not None and not self._texts.due:
                return self._texts  # another thread made them while this one waited
            if self._small:
                self._texts = search.in_memory()
            elif (stamp := search.stamp()) != self._text_stamp or self._texts is None:
                self._text_stamp = stamp
                self._texts = search.load() or self._texts
            if self._texts is None or self._texts.due:
                self._renewal.ask("--text")
            return self._texts


def _settle() -> None:
    """Leave what is there now out of the garbage collector's rounds: modules, templates and a large index live as long
    as the process, and a full round over them held up one request in a hundred by 50 to 100 ms.
    """
    gc.collect()
    gc.freeze()
