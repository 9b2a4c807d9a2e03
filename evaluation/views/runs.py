"""One run: where it is, what it scored, what made the scores, what it said, what it used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.actions import run_cancel, run_retry
from evaluation.actions.estimate import Speeds
from evaluation.files import log_file
from evaluation.models import Cell, Device, Evaluation, Run, Score
from evaluation.places import weights_place
from evaluation.progress import Summary, percent, run_seconds_left, summary
from evaluation.queue.listing import place
from evaluation.views.access import act, may_change
from evaluation.views.attempts import attempt_rows, device_use, devices_now
from evaluation.views.live import render_live
from evaluation.waiting import Waiting


@dataclass(frozen=True)
class ResultRow:
    """A cell of the run with its scores and the shots that evaluations asked for."""

    cell: Cell
    percent: int
    asked: tuple[int, ...]
    scores: tuple[Score, ...]
    undefined: tuple[str, ...]
    warnings: tuple[str, ...]


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """State, place, device, progress, results with what made them, log, attempts, use of the device."""
    found = _visible(request, pk)
    rows = _rows(found)
    counts = _counts(found, rows)
    attempts = attempt_rows(found)
    context = {
        "run": found,
        "place": weights_place(request, found.checkpoint),
        "rows": rows,
        "summary": counts,
        "seconds_left": counts.seconds_left,
        "position": place(found) if found.state == "queued" else 0,
        "attempts": attempts,
        "use": device_use(attempts),
        "devices": devices_now(found),
        "node": found.owner.rpartition("/")[0],
        "requires": found.requires.split(),
        "waiting": Waiting([found]).reason(found),
        "asked": rows[0].cell.settings if rows else None,
        "made_with": _made_with(rows),
        "evaluations": _evaluations(request, found),
        "may_change": may_change(request.user, found.requested_by_id),
        "live": found.state in ("queued", "running"),
    }
    return render_live(request, "evaluation/run.html", "evaluation/run_live.html", context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel what the run has not finished."""
    found = _visible(request, pk)
    done = _("Cancelled. The runner stops after the batch in hand.")
    return act(request, _address(found), lambda: run_cancel(user=request.user, run=found), done)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the run's failed and cancelled cells again, in a new run."""
    found = _visible(request, pk)
    done = _("Queued again, in a new run.")
    return act(request, _address(found), lambda: run_retry(user=request.user, run=found), done)


@require_safe
def log(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """What the runner printed in one attempt, as text."""
    found = _visible(request, pk)
    name = log_file(found.pk, number)
    if not default_storage.exists(name):
        raise Http404
    plain = "text/plain; charset=utf-8"
    return FileResponse(default_storage.open(name), filename=f"run-{found.pk}-{number}.log", content_type=plain)


def _counts(found: Run, rows: list[ResultRow]) -> Summary:
    """The cells by state. The time left is the run's own word, else that of past cells at their pace."""
    cells = [row.cell for row in rows]
    moving = found.state in ("queued", "running") and cells
    counts = summary(cells, Speeds({found.checkpoint}, Device.objects.live()) if moving else None)
    own = run_seconds_left(found)
    return counts if own is None else replace(counts, seconds_left=own)


def _visible(request: HttpRequest, pk: int) -> Run:
    return get_object_or_404(Run.objects.visible_to(request.user).for_page(), pk=pk)


def _address(found: Run) -> str:
    return reverse("evaluation:run", args=[found.pk])


def _rows(found: Run) -> list[ResultRow]:
    cells = found.cells.for_page().prefetch_related("wanted_by")
    return [
        ResultRow(
            cell=cell,
            percent=percent(cell),
            asked=tuple(sorted({want.asked_fewshot for want in cell.wanted_by.all()} - {cell.num_fewshot})),
            scores=tuple(sorted(cell.scores.all(), key=lambda score: (score.metric, score.filter))),
            undefined=tuple(cell.made_with.get("undefined") or ()),
            warnings=tuple(cell.made_with.get("warnings") or ()),
        )
        for cell in cells
    ]


def _evaluations(request: HttpRequest, found: Run) -> list[Evaluation]:
    """Evaluations that want cells of this run, those that the reader may see."""
    seen = Evaluation.objects.visible_to(request.user).filter(cells__run=found)
    return list(seen.distinct().order_by("-pk")[:5])


def _made_with(rows: list[ResultRow]) -> list[tuple[str, Any]]:
    """What made the scores, where all done cells agree; nested tables are laid flat."""
    made = [dict(_flat(row.cell.made_with)) for row in rows if row.cell.made_with]
    return [
        (name, value) for name, value in (made[0].items() if made else ()) if all(m.get(name) == value for m in made)
    ]


def _flat(made_with: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in made_with.items():
        if (
            isinstance(value, dict)
            and len(value) <= 12
            and not any(isinstance(v, (dict, list)) for v in value.values())
        ):
            pairs += [(f"{name}: {key}" if name != "versions" else key, each) for key, each in value.items()]
        elif not isinstance(value, (dict, list)):
            pairs.append((name, value))
    return pairs
