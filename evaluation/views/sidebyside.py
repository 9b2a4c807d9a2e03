"""Samples side by side: on which documents do several models part?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from evaluation.comparison.contenders import Contender
from evaluation.sidebyside.board import Board
from evaluation.sidebyside.look import Look, look
from evaluation.sidebyside.sheet import documents_sheet
from evaluation.sidebyside.wish import EVERY, SamplesWish, read_wish
from evaluation.tableexport import asked_sheet, export_links
from modelcards.curl import curl_line


@dataclass(frozen=True)
class Parting:
    """How many documents one model has right and another wrong; ``query``: the address that shows them."""

    model: Contender
    count: int
    query: str
    shown: bool


@require_safe
def compare_samples(request: HttpRequest) -> HttpResponse:
    """``/compare/samples/?models=a,b&task=…&shots=…``: the whole state is in the address."""
    wish = read_wish(request.GET)
    found = look(request.user, wish)
    if found.board is not None and not found.kept_back:
        sheets = {"documents": lambda: documents_sheet(found, request.build_absolute_uri())}
        if answer := asked_sheet(request, sheets, f"samples-{slugify(found.task)}-{found.shots}-shot"):
            return answer
    context: dict[str, Any] = {"wish": wish, "look": found, "models": found.lineup.models, **_links(wish, found)}
    context |= {
        "lacking": ", ".join(one.name for one in found.lacking),
        "sign_in": f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}",
    }
    if found.board is not None:
        page = Paginator(range(len(found.places)), wish.page_size).get_page(wish.page)
        start = page.start_index() - 1 if found.places else 0
        context |= {
            "board": found.board,
            "sides": [
                (column.side, beyond) for column, beyond in zip(found.board.columns, found.board.beyond, strict=True)
            ],
            "exports": [] if found.kept_back else export_links(request),
            "api": curl_line(request, "compare/samples", wish.query().removeprefix("?")),
            "page": page,
            "documents": found.documents(start, wish.page_size),
            "views": _views(wish, found.board),
            "parting": _parting(wish, found.board),
        }
    # The page says why there is no file; a program sees it by the status.
    status = 422 if request.GET.get("format") else 200
    return render(request, "evaluation/compare_samples.html", context, status=status)


def _links(wish: SamplesWish, found: Look) -> dict[str, Any]:
    """Addresses of the same page with one thing changed, and of the pages around it."""
    models = ",".join(wish.choice.models)
    tasks = sorted({one.task for one in found.offers})
    return {
        "compare": f"{reverse('evaluation:compare')}?{urlencode({'models': models}, safe=',@')}",
        "tasks": [(task, wish.query(task=task, shots="", metric="", filter="", document="")) for task in tasks],
        "shots": [
            (one.num_fewshot, wish.query(shots=one.num_fewshot, document=""))
            for one in found.offers
            if one.task == found.task
        ],
        "every": wish.query(right="", wrong="", show="", search="", document=""),
        "whole": wish.query(document=""),
        "orders": [(name, wish.query(sort=name)) for name in ("", "disagreement")],
        "queue": _queue(found),
    }


def _queue(found: Look) -> str:
    """The form of a new evaluation for what is missing; blank where nothing can be measured here."""
    lacking = [one.asked for one in (found.lacking if found.task else found.lineup.models) if one.checkpoint]
    words = {"models": ",".join(lacking), "tasks": found.task, "num_fewshot": found.shots}
    told = {name: value for name, value in words.items() if value not in ("", None)}
    return f"{reverse('evaluation:new')}?{urlencode(told, safe=',@')}" if lacking else ""


def _views(wish: SamplesWish, board: Board) -> list[dict[str, Any]]:
    """The choices above the documents: all, those on which they part, all right, all wrong."""
    counts = board.counts() if board.binary else {}
    blank = {"right": "", "wrong": "", "show": "", "document": ""}
    states = {
        "all": {},
        "parted": {"show": "parted"},
        "right": {"right": EVERY},
        "wrong": {"wrong": EVERY},
    }
    now = {"right": ",".join(wish.right), "wrong": ",".join(wish.wrong), "show": "parted" if wish.parted else ""}
    return [
        {
            "name": name,
            "count": board.count if name == "all" else counts[name],
            "query": wish.query(**{**blank, **words}),
            "shown": now == {"right": "", "wrong": "", "show": "", **words},
        }
        for name, words in states.items()
        if name == "all" or counts
    ]


def _parting(wish: SamplesWish, board: Board) -> list[tuple[Contender, list[Parting | None]]]:
    """A row for each model that is right, a place for each that is wrong; empty where nothing says right or wrong."""
    models = [one.side.model for one in board.columns]
    return [
        (
            right,
            [
                None if right == wrong else _pair(wish, right, wrong, count)
                for wrong, count in zip(models, row, strict=True)
            ],
        )
        for right, row in zip(models, board.parting, strict=True)
        if board.binary
    ]


def _pair(wish: SamplesWish, right: Contender, wrong: Contender, count: int) -> Parting:
    query = wish.query(right=right.asked, wrong=wrong.asked, show="", document="")
    return Parting(wrong, count, query, wish.right == (right.asked,) and wish.wrong == (wrong.asked,))
