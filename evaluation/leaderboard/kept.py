"""What a process keeps of boards that it has read, so that the next reader of the same waits for no database.

The key holds the last line of the change log, which every change of a card or a score moves on, whoever makes it. Two
things move no log: the hash of a checkpoint's weights, and the members of a group. The latter are asked for each time;
scores of weights that were replaced leave the board within ``SECONDS``.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from django.db.models import Count, Max

from evaluation.leaderboard.choice import BoardChoice
from evaluation.leaderboard.columns import ScoreColumn, score_columns
from evaluation.leaderboard.lines import Having, entries_of
from evaluation.models import Origin, Task
from evaluation.outcomes.kept import Kept
from evaluation.standings.reading import chosen_rows
from evaluation.standings.subjects import MAIN, SubjectNames
from evaluation.standings.wish import Wish
from modelcards.index.log import newest
from modelcards.index.memo import narrowing, reader
from modelcards.querysets import Reader

SECONDS = 30
# A value with its row; most of their texts are shared.
ENTRY_BYTES = 700
KEPT = Kept(64 * 2**20)


def stamp(user: Reader, subjects: SubjectNames) -> Hashable:
    """What an answer for ``user`` hangs on, beside the question."""
    return newest(), reader(user), subjects.stamp, int(time.monotonic() // SECONDS)


@dataclass(frozen=True)
class Contents:
    """What stands on a board before it is in order, and what was kept out of it. Nobody may change it."""

    columns: list[ScoreColumn]
    having: list[Having]
    kept_out: Counter[str]

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return ENTRY_BYTES * sum(1 + len(entries) for _card, entries in self.having)


def contents(user: Reader, choice: BoardChoice, subjects: SubjectNames) -> Contents:
    """The columns of a choice whose blanks are filled in, and each model's values in them."""
    groups = Task.objects.exclude(kind="task").aggregate(Max("seen_at"), Max("pk"), Count("pk"))
    known = tuple(groups.values()) if choice.origin == Origin.MEASURED else ()
    models = narrowing(choice.models), choice.models.search
    weights = choice.normalised, tuple(choice.weights.items())
    asked = (choice.tasks, choice.shots, choice.origin, choice.metric, weights, models)
    key = ("contents", stamp(user, subjects), asked, known)
    return KEPT.get(key, lambda: _read(user, choice, subjects), lambda found: found.size)


def _read(user: Reader, choice: BoardChoice, subjects: SubjectNames) -> Contents:
    wish = Wish(
        subjects=choice.tasks,
        shots=choice.shots,
        origins=(choice.origin,),
        cards=choice.cards() if choice.models.active else None,
        metric=choice.metric or MAIN,
    )
    kept_out: Counter[str] = Counter()
    rows = chosen_rows(user, wish, subjects, kept_out) if choice.tasks else []
    columns = score_columns(rows, choice, subjects)
    return Contents(columns, entries_of(rows, columns, choice.normalised), kept_out)
