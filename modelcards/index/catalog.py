"""The index of this process: kept in step with the database's change log, read by every thread."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace

from modelcards.filters import ModelFilters
from modelcards.index import log
from modelcards.index.base import Base
from modelcards.index.build import build
from modelcards.index.found import Found
from modelcards.index.records import read_all, read_some
from modelcards.index.state import State
from modelcards.querysets import Reader

# So many steps are remembered, to go back where a transaction that was read is undone.
REMEMBERED = 1_000


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
        self._lock = threading.Lock()
        self._state: State | None = None
        self._steps: deque[Step] = deque(maxlen=REMEMBERED)

    def find(self, filters: ModelFilters, user: Reader) -> Found:
        """The answer for this person."""
        return Found(self.current(), filters, user)

    def current(self) -> State:
        """The state that agrees with the change log as this thread's connection sees it."""
        state = self._state
        if state is not None and state.mark == log.newest():
            return state
        with self._lock:
            self._state = state = self._caught_up(self._state)
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
        if mark != self._steps[-1].mark:
            self._steps.append(Step(mark, tuple(changed)))
        return replace(state, mark=mark)

    def _fresh(self) -> State:
        """The whole catalog read anew. The mark is taken first: what changes meanwhile is read again."""
        mark = log.newest()
        state = State.of(Base(dict(build(read_all())), mark))
        self._steps = deque([Step(mark, ())], maxlen=REMEMBERED)
        return state
