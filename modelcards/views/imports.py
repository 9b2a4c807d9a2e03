"""Bringing cards in: upload, what would change, and the import itself, carried on by the page that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from modelcards.actions.cards_import import require_import
from modelcards.actions.import_step import UNDER_WAY, import_start, import_step
from modelcards.actions.import_upload import UploadError, import_forget, import_upload, too_much
from modelcards.exchange.report import OUTCOMES, REPORT_COLUMNS, csv_line, report_rows
from modelcards.exchange.uploads import MARK
from modelcards.models import CardImport, CardImportLine

PAGE = 50
RECENT = 10
NAMES = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "refused": gettext_lazy("Refused"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """``/models/import/``: choose files; they are kept and checked before anything changes."""
    user = _editor(request)
    wrong = ""
    if request.method == "POST":
        files = request.FILES.getlist("files")  # the mark is set while these are read
        try:
            if getattr(request, MARK, False):
                raise UploadError(too_much())
            row = import_upload(user=user, files=files)
            return redirect("modelcards:import-page", row.pk)
        except UploadError as error:
            wrong = str(error)
    recent = CardImport.objects.filter(who=user)[:RECENT]
    context = {"wrong": wrong, "recent": recent}
    return render(request, "modelcards/import.html", context, status=422 if wrong else 200)


@login_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """``/models/import/<pk>/``: how far it is, and the report, a page at a time and by outcome."""
    return render(request, "modelcards/import_page.html", _context(request, _mine(request, pk)))


@login_required
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Work for about a second; the page's script asks again until the pass is through."""
    before = _mine(request, pk)
    row = import_step(user=_editor(request), row=before)
    if "HX-Request" not in request.headers:
        return redirect("modelcards:import-page", pk)
    response = render(request, "modelcards/import_progress.html", {"row": row, "counts": _counts(row)})
    if row.state not in UNDER_WAY:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring in what was checked."""
    import_start(user=_editor(request), row=_mine(request, pk))
    return redirect("modelcards:import-page", pk)


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the upload and its report; cards that are in stay."""
    import_forget(row=_mine(request, pk))
    return redirect("modelcards:import")


@login_required
@require_safe
def report(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """The whole report as JSON or CSV."""
    row = _mine(request, pk)
    if ending not in ("json", "csv"):
        raise Http404
    lines = map(_document, CardImportLine.objects.filter(of=row).iterator(chunk_size=500))
    pieces = _as_json(lines) if ending == "json" else _as_csv(lines)
    kind = "application/json" if ending == "json" else "text/csv; charset=utf-8"
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="import-{row.pk}.{ending}"'
    return response


def _editor(request: HttpRequest) -> User:
    """The person, if they may bring cards in; else 403."""
    user: User = request.user  # type: ignore[assignment]  # behind login_required
    require_import(user)
    return user


def _mine(request: HttpRequest, pk: int) -> CardImport:
    return get_object_or_404(CardImport, pk=pk, who=_editor(request))


def _context(request: HttpRequest, row: CardImport) -> dict[str, Any]:
    counts, wish = _counts(row), request.GET.get("outcome", "")
    outcome = wish if wish in OUTCOMES else ""
    lines = row.lines.filter(outcome=outcome) if outcome else row.lines.all()
    address = reverse("modelcards:import-page", args=[row.pk])
    tabs: list[tuple[Any, ...]] = [("", _("All"), sum(counts.values()), not outcome, address)]
    tabs += [
        (key, NAMES[key], counts[key], key == outcome, f"{address}?{urlencode({'outcome': key})}") for key in OUTCOMES
    ]
    return {
        "row": row,
        "counts": counts,
        "due": counts["new"] + counts["changed"],
        "tabs": tabs,
        "outcome": outcome,
        "ignored": wish if wish != outcome else "",
        "names": NAMES,
        "page": Paginator(lines, PAGE).get_page(request.GET.get("page")),
    }


def _counts(row: CardImport) -> dict[str, int]:
    found = dict(row.lines.order_by().values_list("outcome").annotate(n=Count("pk")))
    return {key: found.get(key, 0) for key in OUTCOMES}


def _document(line: CardImportLine) -> dict[str, Any]:
    head = {"outcome": line.outcome, "slug": line.slug, "name": line.name, "file": line.file, "line": line.line}
    return {**head, **line.details}


def _as_json(lines: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield "[\n"
    comma = ""
    for line in lines:
        yield comma + json.dumps(line, ensure_ascii=False)
        comma = ",\n"
    yield "\n]\n"


def _as_csv(lines: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield csv_line(REPORT_COLUMNS)
    for line in lines:
        yield "".join(csv_line(row) for row in report_rows(line))
