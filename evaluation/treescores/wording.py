"""A score in words, as a hover box tells it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evaluation.models import Origin
from evaluation.standings.rows import Row
from evaluation.standings.subjects import PSEUDO


@dataclass(frozen=True)
class _Words:
    origins: dict[str, str]
    pseudo: str
    line: str


def value_text(row: Row) -> str:
    """The value as it is read: ``0.439``, and that it is a masked model's own form where it is."""
    value = f"{row.value:.3f}"
    return _words(get_language()).pseudo % {"value": value} if row.metric.startswith(PSEUDO) else value


def line_text(row: Row, name: str) -> str:
    """A score of the benchmark of this name and where it is from: ``MMLU, 5-shot: 0.439 (published)``."""
    words = _words(get_language())
    origin = words.origins.get(row.origin, row.origin)
    return words.line % {"task": name, "shots": row.num_fewshot, "value": value_text(row), "origin": origin}


@lru_cache(maxsize=8)
def _words(language: str | None) -> _Words:
    """The words of a language, looked up once: a picture may have thousands of lines."""
    return _Words(
        origins={
            Origin.MEASURED.value: _("measured here"),
            Origin.IMPORTED.value: _("imported"),
            Origin.PUBLISHED.value: _("published"),
        },
        pseudo=_("%(value)s by pseudo-likelihood"),
        line=_("%(task)s, %(shots)d-shot: %(value)s (%(origin)s)"),
    )
