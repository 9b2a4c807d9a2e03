"""Tasks that the harness and this site know, and the scores of one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.actions.refuse import task_refusal
from evaluation.actions.resolve import altering
from evaluation.comparison.choice import MOST
from evaluation.core.passages import passage_field
from evaluation.models import Benchmark, Cell, Origin, Score, Task
from evaluation.scoresheets import task_sheets
from evaluation.tableexport import asked_sheet, export_links
from evaluation.tasklist import find_tasks
from evaluation.views.live import render_live
from evaluation.views.scoreboard import board, group_board, measured_scores
from modelcards.curl import curl_line

PAGE_SIZE = 50
LONGEST_SEARCH = 100
KINDS = ("task", "group", "tag")
STATED_SHOWN = 200
SIDES_LOOKED_AT = 100


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """The list; ``search``, ``kind``, ``output_type``, ``ready`` and ``page`` are in the address."""
    asked = {name: request.GET.get(name, "").strip()[:LONGEST_SEARCH] for name in ("search", "kind", "output_type")}
    asked["kind"] = asked["kind"] if asked["kind"] in KINDS else ""
    asked["ready"] = "1" if request.GET.get("ready") == "1" else ""
    search, kind, output_type, ready = asked.values()
    found = find_tasks(search=search, kind=kind, output_type=output_type, ready=bool(ready))
    page = Paginator(found.prefetch_related("nodes"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(task, _reason(task)) for task in page],
        "known": Task.objects.count(),
        "kinds": KINDS,
        "output_types": _output_types(),
        "query": urlencode({name: value for name, value in asked.items() if value}),
        **asked,
    }
    return render_live(request, "evaluation/tasks.html", "evaluation/tasks_list.html", context, id="task-list")


def _output_types() -> list[str]:
    types = Task.objects.exclude(output_type="").values("output_type").annotate(n=Count("pk")).order_by("-n")
    return [row["output_type"] for row in types]


def _reason(task: Task) -> str:
    """Why the task cannot run here; blank if it can, and for most groups, whose parts answer for themselves."""
    if task.altered:
        return altering(task)
    refusal = task_refusal(task) if task.kind == "task" else None
    return refusal.reason if refusal else ""


@require_safe
def task(request: HttpRequest, name: str) -> HttpResponse:
    """What a task is, where its data lies, and every model's scores at each number of shots."""
    found = get_object_or_404(Task.objects.prefetch_related("nodes"), name=name)
    benchmarks = list(Benchmark.objects.filter(task_name=name))
    preferred = [benchmark.primary_metric for benchmark in benchmarks] + [str(each) for each in found.metrics]
    scores, partly = group_board(request.user, found) if found.aggregates else (measured_scores(request.user, found), 0)
    stated, left = _stated(request, name)
    shown = board(scores, request.GET.get("metric", ""), preferred)
    if answer := asked_sheet(request, task_sheets(request, name, shown, stated), name):
        return answer
    context: dict[str, Any] = {
        "task": found,
        "partly": partly,
        "reason": _reason(found),
        "benchmarks": benchmarks,
        "passage_field": found.passage_field or passage_field(name),
        "side_by_side": _side_by_side(request, found),
        "board": shown,
        "exports": {table: export_links(request, table) for table in ("measured", "stated")},
        "api": curl_line(request, "scores", urlencode({"task": name})),
        "stated": stated,
        "stated_left": left,
        "members": Task.objects.filter(name__in=found.members) if found.kind != "task" else (),
        "member_names": found.members,
    }
    return render_live(request, "evaluation/task.html", "evaluation/task.html", context)


def _side_by_side(request: HttpRequest, task: Task) -> str:
    """The address at which models of which samples are kept stand side by side: at the shots of most of them, the
    newest eight; blank below two."""
    cells = Cell.objects.visible_to(request.user).newest().filter(task=task)
    kept = cells.filter(sample_set__isnull=False, sample_set__removed_at__isnull=True).order_by("-pk")
    models: dict[int, dict[str, None]] = {}
    for shots, slug in kept.values_list("num_fewshot", "checkpoint__card__slug")[:SIDES_LOOKED_AT]:
        models.setdefault(shots, {})[slug] = None
    best = max(models, key=lambda one: (len(models[one]), -one), default=None)
    if best is None or len(models[best]) < 2:
        return ""
    words = {"models": ",".join(list(models[best])[:MOST]), "task": task.name, "shots": best}
    return f"{reverse('evaluation:compare-samples')}?{urlencode(words, safe=',')}"


def _stated(request: HttpRequest, name: str) -> tuple[list[Score], int]:
    """What papers print and files of results state of a task, and how many of these are not shown."""
    found = Score.objects.visible_to(request.user).filter(task_name=name).exclude(origin=Origin.MEASURED)
    shown = found.filter(Q(cell=None) | Q(cell__in=Cell.objects.newest()))
    related = shown.select_related("card", "benchmark", "checkpoint")
    rows = related.order_by("card__name", "num_fewshot", "checkpoint__step", "pk")[:STATED_SHOWN]
    return list(rows), max(0, shown.count() - STATED_SHOWN)
