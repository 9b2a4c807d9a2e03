"""What the catalog's tree is handed: three reads, kept for the next reader until a card or a score changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import get_language

from evaluation.leaderboard.kept import ENTRY_BYTES
from evaluation.outcomes.kept import Kept
from evaluation.standings.subjects import SubjectNames
from evaluation.treescores.lines import best_lines
from evaluation.treescores.offer import scored_tasks
from evaluation.treescores.shades import shades
from modelcards.index.log import newest
from modelcards.index.memo import reader
from modelcards.querysets import Reader
from modelcards.registry import ScoredTask, Shade, TreeScores

KEPT = Kept(24 * 2**20)
SECONDS = 300
"""Weights that are replaced and members of a group move no log: what hangs on them leaves the tree within so many."""
T = TypeVar("T", list[ScoredTask], dict[int, Shade], dict[int, tuple[str, ...]])


def tree_scores() -> TreeScores:
    """The reads of scores for the tree."""
    return TreeScores(tasks=_tasks, values=_values, best=_best)


def _tasks(request: HttpRequest) -> list[ScoredTask]:
    return _offered(request.user, SubjectNames())


def _offered(user: Reader, subjects: SubjectNames) -> list[ScoredTask]:
    return _kept(user, subjects, ("tasks",), lambda: scored_tasks(user, subjects))


def _values(request: HttpRequest, cards: Sequence[int], task: str, shots: int) -> dict[int, Shade]:
    user, subjects = request.user, SubjectNames()
    subject, asked = subjects.canonical(task), tuple(cards)
    return _kept(
        user, subjects, ("shades", subject, shots, asked), lambda: shades(user, asked, subject, shots, subjects)
    )


def _best(request: HttpRequest, cards: Sequence[int]) -> dict[int, tuple[str, ...]]:
    user, subjects, asked = request.user, SubjectNames(), tuple(cards)
    order = [task.key for task in _offered(user, subjects)]
    return _kept(user, subjects, ("best", asked), lambda: best_lines(user, asked, order, subjects))


def _kept(user: Reader, subjects: SubjectNames, asked: tuple[Hashable, ...], read: Callable[[], T]) -> T:
    mark = newest(), reader(user), subjects.stamp, int(time.monotonic() // SECONDS)
    return KEPT.get((*asked, get_language(), mark), read, _size)


def _size(found: T) -> int:
    return ENTRY_BYTES * len(found)
