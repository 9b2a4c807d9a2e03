"""The formats of a table, by their word in an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evaluation.tableexport.csvtext import csv_text
from evaluation.tableexport.jsontext import json_text
from evaluation.tableexport.latex import latex_text
from evaluation.tableexport.markdown import markdown_text
from evaluation.tableexport.sheet import Sheet


@dataclass(frozen=True)
class Format:
    """``name`` on pages, the ``ending`` of its files, its media type; ``write`` makes the text of a sheet.

    ``pasted``: whether it is mostly pasted into a text, so that a page offers to copy it.
    """

    name: str
    ending: str
    media_type: str
    write: Callable[[Sheet], str]
    pasted: bool = False


FORMATS = {
    "csv": Format("CSV", "csv", "text/csv; charset=utf-8", csv_text),
    "json": Format("JSON", "json", "application/json", json_text),
    "latex": Format("LaTeX", "tex", "application/x-tex; charset=utf-8", latex_text, pasted=True),
    "markdown": Format("Markdown", "md", "text/markdown; charset=utf-8", markdown_text, pasted=True),
}
