"""Scores of all models on one task: a row for each model, a column for each number of shots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.groupscores import measured_groups, rows_of
from evaluation.models import Cell, Score, Task
from modelcards.models import Checkpoint
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Entry:
    """One score in its place. ``limited``: not all documents; ``apart``: not comparable with most of its column."""

    score: Score
    limited: bool
    apart: bool
    others: int


@dataclass(frozen=True)
class BoardRow:
    """One checkpoint; None where it has not been measured at that number of shots."""

    checkpoint: Checkpoint
    entries: tuple[Entry | None, ...]


@dataclass(frozen=True)
class Board:
    """``metrics``: name and filter of each kind of score; ``chosen`` is the one in the rows."""

    metrics: tuple[tuple[str, str], ...]
    chosen: tuple[str, str] | None
    shots: tuple[int, ...]
    rows: tuple[BoardRow, ...]


def measured_scores(user: Reader, task: Task) -> list[Score]:
    """Scores of the newest generation of each cell of ``task`` that was run here and that ``user`` may see."""
    cells = Cell.objects.visible_to(user).filter(task=task, imported__isnull=True).newest()
    scores = Score.objects.visible_to(user).filter(cell__in=cells.values("pk"))
    return list(scores.select_related("cell", "checkpoint__card").order_by("card__name", "checkpoint", "num_fewshot"))


def group_board(user: Reader, group: Task) -> tuple[list[Score], int]:
    """A group's scores as rows like those of a task, and how many models have only some of its parts."""
    found = measured_groups(Cell.objects.visible_to(user), {group.name})
    some = {one.checkpoint.pk for one in found} - {one.checkpoint.pk for one in found if one.whole}
    scores = [score for one in found for score in rows_of(one)]
    scores.sort(key=lambda score: (score.card.name, score.checkpoint_id, score.num_fewshot))
    return scores, len(some)


def board(scores: Sequence[Score], asked: str, preferred: Sequence[str]) -> Board:
    """Lay scores of one metric out. ``asked`` is ``metric`` or ``metric,filter``; else the first preferred one."""
    metrics = tuple(dict.fromkeys(sorted((score.metric, score.filter) for score in scores)))
    chosen = _choose(metrics, asked, preferred)
    of_metric = [score for score in scores if (score.metric, score.filter) == chosen]
    shots = tuple(sorted({score.num_fewshot for score in of_metric}))
    places: dict[tuple[int, int], list[Score]] = {}
    checkpoints: dict[int, Checkpoint] = {}
    for score in of_metric:
        if score.checkpoint is not None:
            checkpoints[score.checkpoint.pk] = score.checkpoint
            places.setdefault((score.checkpoint.pk, score.num_fewshot), []).append(score)
    keys = {count: _usual_key(of_metric, count) for count in shots}
    rows = tuple(
        BoardRow(checkpoint, tuple(_entry(places.get((pk, count), ()), keys[count]) for count in shots))
        for pk, checkpoint in checkpoints.items()
    )
    return Board(metrics, chosen, shots, rows)


def _choose(metrics: Sequence[tuple[str, str]], asked: str, preferred: Sequence[str]) -> tuple[str, str] | None:
    name, _comma, filter_name = asked.partition(",")
    for metric in metrics:
        if metric[0] == name and filter_name in ("", metric[1]):
            return metric
    for wanted in preferred:
        for metric in metrics:
            if metric[0] == wanted:
                return metric
    return metrics[0] if metrics else None


def _limited(score: Score) -> bool:
    return score.cell is not None and score.cell.settings.get("limit") is not None


def _usual_key(scores: Iterable[Score], shots: int) -> str:
    """The comparable key of most whole scores of a column."""
    keys = Counter(score.comparable_key for score in scores if score.num_fewshot == shots and not _limited(score))
    return keys.most_common(1)[0][0] if keys else ""


def _entry(scores: Sequence[Score], usual: str) -> Entry | None:
    """The score to show of one place: whole before limited, comparable before apart, newest first."""
    if not scores:
        return None
    best = min(scores, key=lambda score: (_limited(score), score.comparable_key != usual, -score.pk))
    return Entry(best, _limited(best), bool(usual) and best.comparable_key != usual, len(scores) - 1)
