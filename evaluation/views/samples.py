"""What a model was asked and what it answered, document by document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from evaluation.models import Cell, SampleSet
from evaluation.retention import rule_words, sample_rule
from evaluation.sidebyside.cells import kept_back, may_read
from evaluation.views.documents import Found, find, paired

PAGE_SIZE = 10
LONGEST_SEARCH = 200
VERDICTS = ("right", "wrong")


@require_safe
def samples(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Documents of a cell; ``verdict``, ``search``, ``filter`` and ``page`` are in the address."""
    cell = _visible(request, pk)
    filters = _filters(cell)
    asked = {
        "verdict": request.GET.get("verdict", "") if request.GET.get("verdict") in VERDICTS else "",
        "search": request.GET.get("search", "").strip()[:LONGEST_SEARCH],
    }
    wanted = request.GET.get("filter", "")
    chosen = wanted if wanted in filters else filters[0]
    number = max(1, int(page)) if (page := request.GET.get("page", "1")).isdecimal() and len(page) < 9 else 1
    may = may_read(request.user, cell.task.name)
    found, trouble = _found(cell, chosen, number, asked) if may else (None, "sign-in")
    context = {
        "cell": cell,
        "kept_back": kept_back(cell.task.name),
        "sign_in": f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}",
        "filters": filters,
        "filter": chosen,
        "found": found,
        "trouble": trouble,
        "removed_at": stored.removed_at if (stored := _stored(cell)) else None,
        "rule": rule_words(sample_rule()),
        "page": Paginator(range(found.matched), PAGE_SIZE).get_page(number) if found else None,
        "scores": [score for score in cell.scores.all() if score.filter == chosen],
        **asked,
    }
    return render(request, "evaluation/samples.html", context)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every document of the cell as JSON lines, all filters; never those that ask not to be published."""
    cell = _visible(request, pk)
    stored = _stored(cell)
    if stored is None or stored.removed_at is not None or kept_back(cell.task.name):
        raise Http404
    if not all(default_storage.exists(name) for name in (stored.file, stored.prompts.file)):
        raise Http404
    name = f"{cell.checkpoint.card.slug}-{slugify(cell.task.name)}-{cell.num_fewshot}-shot.jsonl"
    lines = _lines(stored, _filters(cell))
    return StreamingHttpResponse(
        lines,
        content_type="application/x-ndjson; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _visible(request: HttpRequest, pk: int) -> Cell:
    related = ("checkpoint__card", "task", "run", "sample_set__prompts")
    return get_object_or_404(Cell.objects.visible_to(request.user).select_related(*related), pk=pk)


def _stored(cell: Cell) -> SampleSet | None:
    return getattr(cell, "sample_set", None)


def _filters(cell: Cell) -> list[str]:
    return sorted({score.filter or "none" for score in cell.scores.all()}) or ["none"]


def _found(cell: Cell, filter_name: str, number: int, asked: dict[str, str]) -> tuple[Found | None, str]:
    """The page's documents, or what is the matter.

    ``missing``: no samples; ``removed`` by the retention rule; ``lost``: no file; ``broken``.
    """
    stored = _stored(cell)
    if stored is None:
        return None, "missing"
    if stored.removed_at is not None:
        return None, "removed"
    from pyarrow import ArrowException  # only who reads samples pays for it

    start = (number - 1) * PAGE_SIZE
    try:
        found = find(_pairs(stored, filter_name), start=start, count=PAGE_SIZE, **asked)
        if number > 1 and not found.documents:
            last = max(0, found.matched - 1) // PAGE_SIZE * PAGE_SIZE
            found = find(_pairs(stored, filter_name), start=last, count=PAGE_SIZE, **asked)
    except FileNotFoundError:
        return None, "lost"
    except (ArrowException, KeyError):
        return None, "broken"
    return found, ""


def _pairs(stored: SampleSet, filter_name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    with default_storage.open(stored.prompts.file) as prompts, default_storage.open(stored.file) as outcomes:
        yield from paired(prompts, outcomes, filter_name)


def _lines(stored: SampleSet, filters: list[str]) -> Iterator[str]:
    for name in filters:
        for prompt, outcome in _pairs(stored, name):
            document = prompt.get("document") or ""
            row = {**prompt, "document": json.loads(document) if document else None, **outcome}
            yield json.dumps(row, ensure_ascii=False) + "\n"
