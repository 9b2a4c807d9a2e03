"""Tables of pages on their way out: as CSV, JSON, LaTeX or Markdown, each the same table that the page shows.

A page makes a ``Sheet`` of each of its tables and answers ``?format=csv|json|latex|markdown&table=<name>`` with it::

    if answer := asked_sheet(request, {"scores": lambda: scores_sheet(rows)}, "compare"):
        return answer
    ...
    {"exports": export_links(request, "scores"), "api": curl_line(request, "compare", "models=a,b")}

    {% include "evaluation/parts/export.html" with links=exports api=api %}
"""

from evaluation.tableexport.formats import FORMATS, Format
from evaluation.tableexport.links import ExportLink, export_links
from evaluation.tableexport.response import asked_sheet, sheet_response
from evaluation.tableexport.sheet import Cell, Column, Sheet

__all__ = [
    "FORMATS",
    "Cell",
    "Column",
    "ExportLink",
    "Format",
    "Sheet",
    "asked_sheet",
    "export_links",
    "sheet_response",
]
