"""The best model of each size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from evaluation.leaderboard.board import Board
from evaluation.leaderboard.lines import Line
from evaluation.leaderboard.order import best_is_high, value_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class SizeClass:
    """Models with ``low`` parameters or more, and fewer than ``high``; None: without end."""

    key: str
    name: _StrOrPromise
    low: int
    high: int | None

    def holds(self, parameters: int | None) -> bool:
        """Whether a model belongs here."""
        return parameters is not None and self.low <= parameters and (self.high is None or parameters < self.high)


BILLION = 10**9
CLASSES = (
    SizeClass("under-1b", _("under 1B"), 0, BILLION),
    SizeClass("1b-3b", _("1B to 3B"), BILLION, 3 * BILLION),
    SizeClass("3b-8b", _("3B to 8B"), 3 * BILLION, 8 * BILLION),
    SizeClass("8b-15b", _("8B to 15B"), 8 * BILLION, 15 * BILLION),
    SizeClass("15b-40b", _("15B to 40B"), 15 * BILLION, 40 * BILLION),
    SizeClass("40b-100b", _("40B to 100B"), 40 * BILLION, 100 * BILLION),
    SizeClass("over-100b", _("100B and more"), 100 * BILLION, None),
)


@dataclass(frozen=True)
class Best:
    """The best of a size, and of how many. ``value`` is that by which the board gives places."""

    size: SizeClass
    line: Line
    value: float
    of: int


def best_per_size(board: Board) -> list[Best]:
    """The model of the best value in each size that has one, the smallest size first; of equal ones the smaller."""
    up = best_is_high(board.rank_by, board.columns)
    having: dict[str, list[tuple[float, Line]]] = defaultdict(list)
    for line in board.lines:
        value = value_of(line, board.rank_by)
        size = size_class(line.card.parameters)
        if value is not None and size is not None:
            having[size.key].append((value, line))
    return [_best(size, having[size.key], up) for size in CLASSES if having[size.key]]


def size_class(parameters: int | None) -> SizeClass | None:
    """The class of a model; None where its size is not known."""
    return next((one for one in CLASSES if one.holds(parameters)), None)


def _best(size: SizeClass, having: Sequence[tuple[float, Line]], up: bool) -> Best:
    value, line = min(
        having, key=lambda one: (-one[0] if up else one[0], one[1].card.parameters or 0, one[1].card.name)
    )
    return Best(size, line, value, len(having))
