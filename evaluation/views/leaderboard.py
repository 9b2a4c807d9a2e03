"""The leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from evaluation.leaderboard.board import Board
from evaluation.leaderboard.choice import COLUMNS, FILTERS, PAGE_SIZES, BoardChoice, read_choice
from evaluation.leaderboard.reading import Reading, notes, read_board
from evaluation.leaderboard.sheet import board_sheet, scores_sheet
from evaluation.leaderboard.shown import FACTS, pinned_lines, shown_rows, written
from evaluation.leaderboard.sizes import CLASSES
from evaluation.models import Origin
from evaluation.tableexport import asked_sheet, export_links
from modelcards.curl import curl_line
from modelcards.taxonomy import FAMILIES, STAGES
from modelcards.templatetags.catalog import size

ORIGINS = {
    Origin.MEASURED.value: gettext_lazy("Measured"),
    Origin.IMPORTED.value: gettext_lazy("Imported"),
    Origin.PUBLISHED.value: gettext_lazy("Published"),
}
COLUMN_NAMES = {
    "family": gettext_lazy("Family"),
    "stage": gettext_lazy("Stage"),
    "parameters": gettext_lazy("Parameters"),
    "training_tokens": gettext_lazy("Training tokens"),
    "released": gettext_lazy("Released"),
    "weights": gettext_lazy("Weights"),
    "licence": gettext_lazy("Licence"),
    "average": gettext_lazy("Average"),
    "win_rate": gettext_lazy("Win rate"),
}
MISSING_NAMES = {
    "apart": gettext_lazy("listed apart, below"),
    "marked": gettext_lazy("in their place, marked"),
    "hidden": gettext_lazy("hidden"),
}
# Metrics that can be asked for in place of each task's own.
METRICS = ("acc", "acc_norm", "exact_match", "f1")


@require_safe
def leaderboard(request: HttpRequest) -> HttpResponse:
    """``/leaderboard/``: models in the order of their scores; the whole state is in the address."""
    asked = read_choice(request.GET)
    if _of_a_form(request):
        return redirect(reverse("evaluation:leaderboard") + asked.query().rstrip("?"))
    reading = read_board(request.user, asked)
    address = request.build_absolute_uri(reverse("evaluation:leaderboard") + reading.choice.query())
    said = notes(reading)
    sheets = {
        "board": lambda: board_sheet(reading.board, reading.ties, address, said),
        "scores": lambda: scores_sheet(reading.board, address, said),
    }
    if answer := asked_sheet(request, sheets, "leaderboard"):
        return answer
    context = {**_context(request, asked, reading), "notes": said}
    return render(request, "evaluation/leaderboard.html", context)


def _of_a_form(request: HttpRequest) -> bool:
    """Whether the address is one that a form makes: the page's own is shorter."""
    if "format" in request.GET:
        return False
    repeated = any(len(request.GET.getlist(name)) > 1 for name in ("tasks", "shots", "columns", "pin"))
    blank = any(value == "" for values in request.GET.lists() for value in values[1])
    return repeated or blank or any(name.startswith("weight.") for name in request.GET)


def _context(request: HttpRequest, asked: BoardChoice, reading: Reading) -> dict[str, Any]:
    board, choice = reading.board, reading.choice
    rows = shown_rows(reading.page, board, choice, reading.ties, reading.best, asked)
    pinned = pinned_lines(board, choice.pins)
    return {
        "choice": choice,
        "asked": asked,
        "offer": reading.offer,
        "board": board,
        "ties": reading.ties,
        "rows": rows,
        "first_apart": next((row.card.pk for row in rows if row.apart), None),
        "pinned": shown_rows(pinned, board, choice, reading.ties, reading.best, asked),
        "lanes": max((len(row.pieces) for row in rows), default=0),
        "drawn": board.by == board.rank_by and any(any(row.pieces) for row in rows),
        "best": [(one, written(one.value)) for one in reading.best],
        "heads": _heads(asked, board, choice),
        "page": _page(reading),
        "links": _links(asked, reading),
        "hidden": _hidden(asked),
        "names": {"origins": ORIGINS, "columns": COLUMN_NAMES, "missing": MISSING_NAMES},
        "families": [(key, one.name, key in _chosen(choice, "architecture_family")) for key, one in FAMILIES.items()],
        "stages": [(key, one.name, key in _chosen(choice, "stage")) for key, one in STAGES.items()],
        "columns": [(key, COLUMN_NAMES[key], key in choice.columns) for key in COLUMNS],
        "fact_heads": [_head(asked, board, key, COLUMN_NAMES[key], key) for key in choice.columns if key in FACTS],
        "missing": [(key, name, key == choice.missing) for key, name in MISSING_NAMES.items()],
        "metrics": METRICS,
        "sizes": _sizes(asked),
        "size_words": _size_words(asked),
        "page_sizes": PAGE_SIZES,
        "weights": [(one.subject, one.name, choice.weight(one.subject)) for one in _subjects(board)],
        "average_name": _average_name(board, choice),
        "exports": export_links(request, "board"),
        "score_exports": export_links(request, "scores"),
        "api": curl_line(request, "leaderboard", choice.query()),
    }


def _chosen(choice: BoardChoice, facet: str) -> Sequence[str]:
    return choice.models.facets.get(facet, ())


def _subjects(board: Board) -> list[Any]:
    """One column of each task."""
    return list({column.subject: column for column in board.columns}.values())


def _average_name(board: Board, choice: BoardChoice) -> str:
    """What the average is of."""
    weighted = len({board.columns[at].weight for at in board.counted}) > 1
    words = _("weighted, of %(n)d") if weighted else _("of %(n)d")
    return words % {"n": len(board.counted)}


def _page(reading: Reading) -> Page[Any]:
    return Paginator(reading.everything, reading.choice.page_size).get_page(reading.choice.page)


def _heads(asked: BoardChoice, board: Board, choice: BoardChoice) -> list[dict[str, Any]]:
    """The heads of the score columns, with the address that sorts by each."""
    return [
        {**_head(asked, board, at, column.name, column.word, column.higher_is_better is not False), "column": column}
        for at, column in enumerate(board.columns)
    ]


def _head(asked: BoardChoice, board: Board, by: Any, name: Any, word: str, best_down: bool = True) -> dict[str, Any]:
    """A first click puts the best, or the largest, above; a second one turns the order round."""
    current = board.by == by
    down = not board.down if current else best_down
    state = ("descending" if board.down else "ascending") if current else ""
    return {"name": name, "url": asked.query(sort=f"-{word}" if down else word), "sorted": state, "key": word}


def _links(asked: BoardChoice, reading: Reading) -> dict[str, Any]:
    """Addresses of the same page with one thing changed."""
    choice = reading.choice
    fresh = {"tasks": "", "shots": "", "sort": "", "metric": ""}
    board = reading.board
    return {
        "origins": [
            (key, ORIGINS[key], n, asked.query(origin=key, **fresh)) for key, n in reading.offer.origins.items()
        ],
        "shots": [(n, asked.query(shots=n, sort=""), choice.shots == (n,)) for n in reading.offer.shots],
        "raw": asked.query(values=""),
        "normalised": asked.query(values="normalised"),
        "name": _head(asked, board, "name", _("Model"), "name", best_down=False),
        "average": _head(asked, board, "average", _("Average"), "average"),
        "win_rate": _head(asked, board, "win_rate", _("Win rate"), "win_rate"),
        "compare": f"{reverse('evaluation:compare')}?models={','.join(choice.pins[:8])}"
        if len(choice.pins) > 1
        else "",
        "unpin": asked.query(pin=""),
        "all_models": asked.query(**dict.fromkeys(FILTERS, "")),
        "queue": _queue(reading),
        "previous": asked.query(page=choice.page - 1),
        "next": asked.query(page=choice.page + 1),
    }


def _queue(reading: Reading) -> str:
    """The form that measures what the models listed apart lack; blank where nothing can be asked for."""
    board = reading.board
    if reading.choice.origin != Origin.MEASURED or not board.apart:
        return ""
    lacking = [line for line in board.apart if any(at not in line.entries for at in board.counted)]
    tasks = dict.fromkeys(board.columns[at].task for line in lacking for at in board.counted if at not in line.entries)
    words = {
        "models": ",".join(line.card.slug for line in lacking[:20]),
        "tasks": ",".join(task for task in tasks if task),
        "num_fewshot": ",".join(map(str, reading.choice.shots)),
    }
    return f"{reverse('evaluation:new')}?{urlencode(words, safe=',')}" if all(words.values()) else ""


def _hidden(asked: BoardChoice) -> dict[str, list[tuple[str, str]]]:
    """For each form of the page the rest of the state, which it must send along."""
    own = {
        "tasks": ("tasks", "shots", "metric", "sort"),
        "models": FILTERS,
        "weights": ("weights",),
        "show": ("columns", "missing", "page_size"),
        "sort": ("sort",),
    }
    words = asked.words(page="")
    return {form: [(name, value) for name, value in words if name not in names] for form, names in own.items()}


def _size_words(asked: BoardChoice) -> str:
    """The range of sizes as a chip says it."""
    low, high = size(asked.models.parameters_min), size(asked.models.parameters_max)
    if low and high:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    return _("from %(low)s") % {"low": low} if low else _("up to %(high)s") % {"high": high}


def _sizes(asked: BoardChoice) -> list[tuple[Any, str, bool]]:
    """The size classes as links that set both ends of the range."""
    now = asked.models.raw.get("parameters_min", ""), asked.models.raw.get("parameters_max", "")
    found = []
    for one in CLASSES:
        ends = str(one.low) if one.low else "", str(one.high - 1) if one.high else ""
        on = now == ends
        low, high = ("", "") if on else ends
        found.append((one.name, asked.query(parameters_min=low, parameters_max=high), on))
    return found
