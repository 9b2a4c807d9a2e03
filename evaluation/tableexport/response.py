"""A table as the answer to a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from evaluation.tableexport.formats import FORMATS
from evaluation.tableexport.sheet import Sheet

Sheets = Mapping[str, Callable[[], Sheet]]


def sheet_response(sheet: Sheet, format: str, filename: str) -> HttpResponse:
    """The sheet as a file ``<filename>.<ending>``; what no file name should hold becomes a hyphen.

    Raises KeyError for a format that is not in ``FORMATS``.
    """
    chosen = FORMATS[format]
    filename = re.sub(r"[^A-Za-z0-9._-]+", "-", filename).strip("-.") or "table"
    response = HttpResponse(chosen.write(sheet), content_type=chosen.media_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}.{chosen.ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def asked_sheet(request: HttpRequest, sheets: Sheets, filename: str) -> HttpResponse | None:
    """The file that ``?format=…&table=…`` asks for; None where the page itself is asked for.

    ``sheets``: what makes each table, by its word; without ``table`` the first. Its file is ``<filename>-<table>``.
    A format or a table that is not there is a page that says so, with status 422.
    """
    format = request.GET.get("format", "")
    if not format:
        return None
    table = request.GET.get("table") or next(iter(sheets), "")
    wrong = {
        word: [_("not known; one of: %(names)s") % {"names": ", ".join(known)}]
        for word, value, known in (("format", format, FORMATS), ("table", table, sheets))
        if value not in known
    }
    if wrong:
        return render(request, "evaluation/export_refused.html", {"wrong": wrong}, status=422)
    return sheet_response(sheets[table](), format, f"{filename}-{table}" if len(sheets) > 1 else filename)
