"""The place of a walk over the catalog, as a word that programs hand back as it is."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from modelcards.filters import ModelFilters

START = "*"
FORM = re.compile(r"(\d{1,18})\.([0-9a-f]{16})")
# Beside the filters, these may change from step to step.
FREE = {"page": "", "page_size": "", "sort": "", "chosen": "", "view": "", "columns": ""}


@dataclass(frozen=True)
class Cursor:
    """Behind which card (by id) the walk goes on, and the hash of the question that it belongs to."""

    after: int
    question: str

    @property
    def text(self) -> str:
        """The word."""
        return base64.urlsafe_b64encode(f"{self.after}.{self.question}".encode()).decode().rstrip("=")


def read_cursor(query: QueryDict, asked: ModelFilters) -> tuple[Cursor | None, dict[str, list[str]]]:
    """The cursor that a question holds (None: it is no walk), and what is wrong, by name."""
    if "cursor" not in query:
        return None, {}
    beside = [name for name in ("sort", "page") if query.get(name)]
    errors = {name: [_("a walk goes in its own order: leave it out, or leave out the cursor")] for name in beside}
    question, text = _question(asked), query.get("cursor", "").strip()
    if text in ("", START):
        return Cursor(0, question), errors
    match = FORM.fullmatch(_decoded(text))
    if match is None:
        return None, {**errors, "cursor": [_("not a cursor; begin with *, then follow next as it is")]}
    if match[2] != question:
        return None, {**errors, "cursor": [_("this cursor belongs to other filters; keep them for the whole walk")]}
    return Cursor(int(match[1]), question), errors


def _question(asked: ModelFilters) -> str:
    """A hash of the filters alone."""
    return hashlib.sha256(asked.query(**FREE).encode()).hexdigest()[:16]


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode("ascii")
    except ValueError:
        return ""
