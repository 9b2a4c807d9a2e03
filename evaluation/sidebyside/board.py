"""All documents that the sides share, as columns: who was right, how far they part, and which are wanted in what order.

Everything here is NumPy over columns that the process keeps, so that ten thousand documents of eight models take
milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from evaluation.outcomes.answers import Answers, answers, filters
from evaluation.outcomes.asked import Asked, asked, holds
from evaluation.outcomes.choosing import target_shares
from evaluation.outcomes.columns import Unreadable
from evaluation.outcomes.joining import align
from evaluation.sidebyside.cells import Side
from evaluation.sidebyside.wish import EVERY, SamplesWish

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RIGHT_BY = ("acc", "exact_match", "em", "acc_norm")
PSEUDO = "pseudo_"


@dataclass(frozen=True)
class Column:
    """One side's answers; ``places``: the rows of the documents that all sides share; ``metric`` as its file names it.

    ``asked`` is None where its prompts are not there.
    """

    side: Side
    answers: Answers
    places: NDArray[np.int64]
    metric: str
    asked: Asked | None

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """The metric of each shared document."""
        return self.answers.metrics[self.metric][self.places]

    @property
    def mean(self) -> float | None:
        """The mean of the metric over the shared documents; None where one has no number."""
        found = float(self.values.mean())
        return found if math.isfinite(found) else None

    @cached_property
    def shares(self) -> NDArray[np.float64] | None:
        """The share of the right choice of each shared document; None where nothing was to be chosen or known."""
        if self.asked is None or self.answers.generates:
            return None
        row = self.asked.places(self.answers.numbers[self.places])
        starts, targets, choices = self.answers.starts, self.asked.targets[row], self.asked.choices[row]
        found = target_shares(self.answers.likelihoods, starts[self.places], choices, targets)
        return found if bool((targets >= 0).any()) else None


@dataclass(frozen=True)
class Board:
    """The columns of all sides. ``beyond``: how many documents each side answered that the others did not."""

    columns: tuple[Column, ...]
    metric: str
    metrics: tuple[str, ...]
    filter: str
    filters: tuple[str, ...]
    beyond: tuple[int, ...]

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """Sides x documents: the metric."""
        import numpy as np

        return np.stack([one.values for one in self.columns])

    @property
    def count(self) -> int:
        """How many documents all sides share."""
        return len(self.columns[0].places)

    @cached_property
    def binary(self) -> bool:
        """Whether the metric says right or wrong of every document, so that there are verdicts."""
        import numpy as np

        known = self.values[np.isfinite(self.values)]
        return bool(len(known)) and bool(np.isin(known, (0.0, 1.0)).all())

    @cached_property
    def parting(self) -> list[list[int]]:
        """How many documents the side of the row has right and that of the column wrong."""
        right, wrong = (self.values == 1).astype(int), (self.values == 0).astype(int)
        found: list[list[int]] = (right @ wrong.T).tolist()
        return found

    @cached_property
    def by_shares(self) -> bool:
        """Whether disagreement is that of the shares of the right choice, else that of the metric."""
        return all(one.shares is not None for one in self.columns)

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """How far apart the highest and lowest side of each document are; -1 where a side has no number."""
        import numpy as np

        rows = (
            np.stack([one.shares for one in self.columns if one.shares is not None]) if self.by_shares else self.values
        )
        found: NDArray[np.float64] = np.nan_to_num(rows.max(axis=0) - rows.min(axis=0), nan=-1.0)
        return found

    def counts(self) -> dict[str, int]:
        """How many documents all have right, all wrong, and some right and some wrong."""
        right, wrong = self.values == 1, self.values == 0
        all_right, all_wrong = int(right.all(axis=0).sum()), int(wrong.all(axis=0).sum())
        return {"right": all_right, "wrong": all_wrong, "parted": int(self._parted().sum())}

    def _parted(self) -> NDArray[np.bool_]:
        """Which documents some have right and some wrong."""
        found: NDArray[np.bool_] = (self.values == 1).any(axis=0) & (self.values == 0).any(axis=0)
        return found

    def found(self, wish: SamplesWish) -> NDArray[np.int64]:
        """The wanted documents, as columns of the board, in the wanted order. Raises Unreadable."""
        import numpy as np

        if wish.document:
            return np.flatnonzero(self._named(wish.document))
        kept = np.ones(self.count, dtype=bool)
        for words, value in ((wish.right, 1.0), (wish.wrong, 0.0)):
            for row in self._rows(words):
                kept &= self.values[row] == value
        if wish.parted and self.binary:
            kept &= self._parted()
        if wish.search:
            kept &= self._holding(wish.search)
        places = np.flatnonzero(kept)
        return places[np.argsort(-self.spread[places], kind="stable")] if wish.spread else places

    def _rows(self, words: Sequence[str]) -> list[int]:
        names = [one.side.model.asked for one in self.columns]
        every = range(len(names)) if EVERY in words else ()
        return [*every, *(names.index(word) for word in words if word in names)] if self.binary else []

    def _named(self, hash: str) -> NDArray[np.bool_]:
        import pyarrow.compute as pc

        first = self.columns[0]
        same: NDArray[np.bool_] = pc.equal(first.answers.hashes, hash).to_numpy(zero_copy_only=False)
        return same[first.places]

    def _holding(self, words: str) -> NDArray[np.bool_]:
        """Which documents hold the words, in themselves or in what a model wrote."""
        import numpy as np
        import pyarrow.compute as pc

        first = self.columns[0]
        if first.asked is None:
            raise Unreadable("no prompts to search")
        found = holds(first.side.ref, words)[first.asked.places(first.answers.numbers[first.places])]
        for one in self.columns:
            texts = one.answers.texts["generated"]
            joined = pc.binary_join(pc.fill_null(texts, []), "\n") if one.answers.generates else None
            if joined is not None:
                same = pc.match_substring(joined, words, ignore_case=True).to_numpy(zero_copy_only=False)
                found = found | np.asarray(same, dtype=bool)[one.places]
        return found


def board(sides: Sequence[Side], wish: SamplesWish, primary: str = "") -> Board | None:
    """The documents that all ``sides`` share; None where they share none. Raises Unreadable for a lost file.

    Where the wish names no filter or metric, the first filter that all have, and ``primary`` or what tells right from
    wrong.
    """
    shared = set.intersection(*(set(filters(one.ref)) for one in sides))
    named = sorted(shared, key=lambda name: (name != "none", name))
    if not named:
        return None
    filter = wish.filter if wish.filter in shared else named[0]
    held = [answers(one.ref, filter) for one in sides]
    rows = [one for one in held if one is not None]
    metrics = _metrics(rows)
    places = align([one.ref for one in sides], [one.numbers for one in rows]) if len(rows) == len(sides) else None
    if not metrics or places is None or not len(places[0]):
        return None
    metric = next(one for one in (wish.metric, primary, *RIGHT_BY, metrics[0]) if one in metrics)
    columns = tuple(
        Column(side, row, place, metric if metric in row.metrics else PSEUDO + metric, _asked(side, row.numbers[place]))
        for side, row, place in zip(sides, rows, places, strict=True)
    )
    beyond = tuple(len(one.answers.numbers) - len(one.places) for one in columns)
    return Board(columns, metric, tuple(metrics), filter, tuple(named), beyond)


def _metrics(rows: Sequence[Answers]) -> list[str]:
    """Metrics that all have; the pseudo-log-likelihood form of one counts as it."""
    own = [{name.removeprefix(PSEUDO) for name in one.metrics} for one in rows]
    return [name for name in dict.fromkeys(_plain(rows)) if all(name in names for names in own)]


def _plain(rows: Sequence[Answers]) -> list[str]:
    return [name.removeprefix(PSEUDO) for one in rows for name in one.metrics]


def _asked(side: Side, numbers: NDArray[np.int64]) -> Asked | None:
    """The prompts of these documents; None where one is not there."""
    try:
        found = asked(side.ref)
        found.places(numbers)
    except Unreadable:
        return None
    return found
