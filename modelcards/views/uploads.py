"""What the pages of uploads share: how far one is, its report a page at a time, and the report as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modelcards.exchange.report import OUTCOMES, REPORT_COLUMNS, csv_line, report_rows
from modelcards.models import UploadLine

PAGE = 50
NAMES = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "refused": gettext_lazy("Refused"),
}


def upload_counts(row: Any) -> dict[str, int]:
    """How many lines of an upload have each outcome."""
    found = dict(row.lines.order_by().values_list("outcome").annotate(n=Count("pk")))
    return {key: found.get(key, 0) for key in OUTCOMES}


def upload_context(request: HttpRequest, row: Any, address: str) -> dict[str, Any]:
    """What the page of an upload at ``address`` shows: counts, tabs by outcome, and the lines of one of them."""
    counts, wish = upload_counts(row), request.GET.get("outcome", "")
    outcome = wish if wish in OUTCOMES else ""
    lines = row.lines.filter(outcome=outcome) if outcome else row.lines.all()
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


def upload_report(row: Any, ending: str) -> HttpResponseBase:
    """The whole report as JSON or CSV."""
    if ending not in ("json", "csv"):
        raise Http404
    lines = map(_document, row.lines.iterator(chunk_size=500))
    pieces = _as_json(lines) if ending == "json" else _as_csv(lines)
    kind = "application/json" if ending == "json" else "text/csv; charset=utf-8"
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="import-{row.pk}.{ending}"'
    return response


def _document(line: UploadLine) -> dict[str, Any]:
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
