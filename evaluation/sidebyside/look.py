"""From a wish to the documents that answer it, or to what is the matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evaluation.comparison.contenders import Contender, Lineup, contenders
from evaluation.models import Benchmark
from evaluation.outcomes.columns import Unreadable
from evaluation.sidebyside.board import Board, board
from evaluation.sidebyside.cells import Offer, Side, kept_back, may_read, offers, sides
from evaluation.sidebyside.shown import Shown, shown
from evaluation.sidebyside.wish import SamplesWish
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Look:
    """What a reader is answered.

    ``trouble``, blank where there is a board: ``models`` (fewer than two), ``nothing`` (no task of which two have
    samples), ``choose`` (no task named), ``task`` (it is not offered), ``few`` (fewer than two have samples of it),
    ``sign-in``, ``lost`` (a file is not there), ``disjoint`` (no shared document or metric).
    """

    lineup: Lineup
    task: str = ""
    shots: int | None = None
    offers: Sequence[Offer] = ()
    trouble: str = ""
    sides: Sequence[Side] = ()
    board: Board | None = None
    places: Sequence[int] = ()
    kept_back: bool = False

    @property
    def lacking(self) -> list[Contender]:
        """The models that have no samples of the task."""
        having = {one.model.position for one in self.sides}
        return [one for one in self.lineup.models if one.position not in having]

    @property
    def limited(self) -> list[Side]:
        """The sides that were measured on some documents only."""
        return [one for one in self.sides if one.limit]

    @property
    def comparable(self) -> bool:
        """Whether all sides have the same comparable key."""
        if self.board is None:
            return False
        keys = {one.side.key(one.metric, self.board.filter) for one in self.board.columns}
        return len(keys) == 1 and "" not in keys

    def documents(self, start: int, count: int) -> list[Shown]:
        """The found documents from ``start`` on."""
        assert self.board is not None
        return shown(self.board, list(self.places[start : start + count]), start + 1)


def look(user: Reader, wish: SamplesWish) -> Look:
    """What ``user`` may see of the wish. A model that is hidden is answered as one that does not exist."""
    lineup = contenders(user, wish.choice)
    if len(lineup.models) < 2:
        return Look(lineup, wish.task, trouble="models")
    offered = offers(user, lineup.models)
    if not wish.task:
        return Look(lineup, offers=offered, trouble="choose" if offered else "nothing")
    shots = _shots(wish, offered)
    if shots is None:
        return Look(lineup, wish.task, wish.choice.shots, offered, "task" if offered else "nothing")
    found = Look(lineup, wish.task, shots, offered, kept_back=kept_back(wish.task))
    found = replace(found, sides=sides(user, lineup.models, wish.task, shots))
    return _read(found, user, wish)


def _shots(wish: SamplesWish, offered: Sequence[Offer]) -> int | None:
    """The shots asked for, else those of which most models have samples, the fewest of these; None: not offered."""
    of_task = [one for one in offered if one.task == wish.task]
    if wish.choice.shots is not None:
        return wish.choice.shots
    best = max(of_task, key=lambda one: (one.models, -one.num_fewshot), default=None)
    return best.num_fewshot if best else None


def _read(found: Look, user: Reader, wish: SamplesWish) -> Look:
    if len(found.sides) < 2:
        return replace(found, trouble="few")
    if not may_read(user, found.task):
        return replace(found, trouble="sign-in")
    try:
        made = board(found.sides, wish, _primary(found.task))
        places = made.found(wish).tolist() if made else []
    except Unreadable:
        return replace(found, trouble="lost")
    return replace(found, trouble="" if made else "disjoint", board=made, places=places)


def _primary(task: str) -> str:
    """The metric by which the benchmark of a task is judged; blank where it has none."""
    found = Benchmark.objects.filter(task_name=task).order_by("pk").values_list("primary_metric", flat=True).first()
    return found or ""
