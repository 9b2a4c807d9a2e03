"""``GET leaderboard``: the board as data, by the words of the page's address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from evaluation.core.statistics import score_interval
from evaluation.leaderboard.board import Board
from evaluation.leaderboard.choice import FILTERS, read_choice
from evaluation.leaderboard.lines import Entry, Line
from evaluation.leaderboard.reading import Reading, notes, read_board
from evaluation.leaderboard.shown import pinned_lines
from modelcards.rest import ProblemOut, next_address, wrong_fields

router = Router(tags=["leaderboard"])


class BoardColumnOut(Schema):
    """A task at a number of shots. Only scores with its ``comparable_key`` are ranked; blank: none is.

    ``not_counted`` says why it is no part of the average; blank: it is, with its ``weight``.
    """

    word: str
    name: str
    task: str
    num_fewshot: int
    metric: str
    filter: str
    chance: float | None
    higher_is_better: bool | None
    weight: float
    not_counted: str
    comparable_key: str


class OtherValueOut(Schema):
    """What a further source states."""

    value: float
    source: str
    confidence: str


class BoardScoreOut(Schema):
    """One model in one column: ``column`` is its word. ``shown`` is the value as the board has it, which is above
    chance where that was asked for; ``alike``: measured as the others of the column, so that it is ranked."""

    column: str
    value: float
    shown: float
    stderr: float | None
    n: int | None
    interval: tuple[float, float] | None
    metric: str
    origin: str
    source: str
    confidence: str
    comparable_key: str
    alike: bool
    run: int | None
    others: list[OtherValueOut]


class BoardRowOut(Schema):
    """One model. ``place`` null: it is not ranked. ``places``: the best and the worst that the tests leave it;
    ``ties``: models with a common letter cannot be told apart; ``lacks``: how many scores its average wants."""

    model: str
    name: str
    architecture_family: str
    stage: str
    parameters: int | None
    place: int | None
    places: tuple[int, int] | None
    ties: str
    average: float | None
    win_rate: float | None
    lacks: int
    pinned: bool
    scores: list[BoardScoreOut]


class BestOut(Schema):
    """The best model of a size, of so many."""

    size: str
    model: str
    value: float
    of: int


class BoardOut(Schema):
    """A page of the board: those with a place first, those that lack a score behind. ``next``: the following page."""

    count: int
    items: list[BoardRowOut]
    next: str | None
    pinned: list[BoardRowOut]
    origin: str
    ordered_by: str
    columns: list[BoardColumnOut]
    best_per_size: list[BestOut]
    pairs_tested: int
    pairs_on_shared_documents: int
    notes: list[str]


WORDS = (
    *(
        "tasks",
        "shots",
        "origin",
        "metric",
        "values",
        "weights",
        "missing",
        "columns",
        "sort",
        "pin",
        "page",
        "page_size",
    ),
    *FILTERS,
)
QUERY = [{"in": "query", "name": name, "required": False, "schema": {"type": "string"}} for name in WORDS]


@router.get(
    "leaderboard",
    response={200: BoardOut, 422: ProblemOut},
    summary="Models in the order of their scores",
    openapi_extra={"parameters": QUERY},
)
def leaderboard(request: HttpRequest) -> dict[str, Any]:
    """The same words as the page at ``/leaderboard/``: ``tasks=hellaswag,piqa``, ``shots=0``, ``origin=measured``
    (or ``imported``, ``published``), ``values=normalised``, ``weights=hellaswag:2``, ``missing=apart`` (or ``marked``,
    ``hidden``), ``sort=-average``, ``pin``, and those by which the list of models is filtered.

    What is not said is chosen as on the page: the origin and the shots with most scores, and the tasks of most models.
    """
    asked = read_choice(request.GET)
    if asked.errors:
        raise wrong_fields(asked.errors)
    reading = read_board(request.user, asked)
    board = reading.board
    more = reading.choice.page < reading.last_page
    return {
        "count": len(reading.everything),
        "items": [_row(line, reading) for line in (reading.page if reading.choice.page <= reading.last_page else ())],
        "next": next_address(request, page=str(reading.choice.page + 1)) if more else None,
        "pinned": [_row(line, reading) for line in pinned_lines(board, reading.choice.pins)],
        "origin": reading.choice.origin,
        "ordered_by": board.columns[board.by].word if isinstance(board.by, int) else board.by,
        "columns": [_column(board, at) for at in range(len(board.columns))],
        "best_per_size": [
            {"size": one.size.key, "model": one.line.card.slug, "value": one.value, "of": one.of}
            for one in reading.best
        ],
        "pairs_tested": reading.ties.pairs if reading.ties else 0,
        "pairs_on_shared_documents": reading.ties.paired if reading.ties else 0,
        "notes": notes(reading),
    }


def _column(board: Board, at: int) -> dict[str, Any]:
    one = board.columns[at]
    same = ("word", "name", "metric", "filter", "chance", "higher_is_better", "weight", "not_counted")
    told = {name: getattr(one, name) for name in same}
    return {**told, "task": one.task, "num_fewshot": one.shots, "comparable_key": one.key}


def _row(line: Line, reading: Reading) -> dict[str, Any]:
    card, ties = line.card, reading.ties
    return {
        "model": card.slug,
        "name": card.name,
        "architecture_family": card.architecture_family,
        "stage": card.stage,
        "parameters": card.parameters,
        "place": line.place,
        "places": ties.spans.get(card.pk) if ties else None,
        "ties": ties.letters.get(card.pk, "") if ties else "",
        "average": line.average,
        "win_rate": line.win_rate,
        "lacks": line.lacks,
        "pinned": card.slug in reading.choice.pins,
        "scores": [
            _score(column.word, line.entries[at])
            for at, column in enumerate(reading.board.columns)
            if at in line.entries
        ],
    }


def _score(column: str, entry: Entry) -> dict[str, Any]:
    row = entry.row
    interval = score_interval(row.value, row.stderr, row.n)
    same = ("value", "stderr", "n", "metric", "origin", "source", "confidence", "comparable_key", "run")
    return {
        **{name: getattr(row, name) for name in same},
        "column": column,
        "shown": entry.shown,
        "interval": (interval.low, interval.high) if interval else None,
        "alike": entry.alike,
        "others": [{"value": one.value, "source": one.source, "confidence": one.confidence} for one in entry.others],
    }
