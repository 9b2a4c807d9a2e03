"""Benchmarks and published scores as files of facts state them."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from modelcards.fields import text
from modelcards.tables import Checker, read_table
from modelcards.values import parse_yes_no

BENCHMARK_COLUMNS = ("name", "lm_eval_task", "chance", "rows", "languages", "licence", "citation", "show_samples")
FRACTIONS = {"acc", "acc_norm", "exact_match", "f1", "pass@1"}


@dataclass(frozen=True)
class BenchmarkRow:
    """A benchmark: wire key, name on pages, lm-eval's task of the same data, what a blind guess scores."""

    slug: str
    name: str
    task_name: str
    primary_metric: str
    chance: float | None
    languages: str
    licence: str
    citation: str
    show_samples: bool


@dataclass(frozen=True)
class PublishedRow:
    """A value that a source prints for a model on a benchmark."""

    card: str
    benchmark: str
    num_fewshot: int
    metric: str
    value: float
    source: str
    confidence: str


def read_benchmarks(path: Path, label: str) -> list[BenchmarkRow]:
    """The rows of ``benchmarks.csv``. Raises TableError with every error of the file."""
    rows = read_table(path, label, ("benchmark", "primary_metric"), BENCHMARK_COLUMNS)
    checker, seen = Checker(), dict[object, int]()
    benchmarks = []
    for row in rows:
        checker.need(row, ("benchmark", "primary_metric"))
        checker.once(row, "benchmark", row["benchmark"], seen)
        benchmarks.append(
            BenchmarkRow(
                slug=checker.read(row, "benchmark", text(100), ""),
                name=checker.read(row, "name", text(200), row["benchmark"]),
                task_name=checker.read(row, "lm_eval_task", text(200), ""),
                primary_metric=checker.read(row, "primary_metric", text(40), ""),
                chance=checker.read(row, "chance", read_fraction, None),
                languages=checker.read(row, "languages", text(100), ""),
                licence=checker.read(row, "licence", text(100), ""),
                citation=checker.read(row, "citation", text(300), ""),
                show_samples=checker.read(row, "show_samples", parse_yes_no, True),
            )
        )
    checker.finish()
    return benchmarks


def read_published(path: Path, label: str, cards: Collection[str], benchmarks: Collection[str]) -> list[PublishedRow]:
    """The rows of ``scores.csv``; cards and benchmarks must be known by these names. Raises TableError."""
    needed = ("model_slug", "benchmark", "num_fewshot", "metric", "value", "source", "confidence")
    rows = read_table(path, label, needed, ())
    checker, seen = Checker(), dict[object, int]()
    scores = []
    for row in rows:
        checker.need(row, needed)
        checker.once(row, "source", tuple(row[column] for column in (*needed[:4], "source")), seen)
        for column, known, what in (("model_slug", cards, _("model")), ("benchmark", benchmarks, _("benchmark"))):
            if row[column] and row[column] not in known:
                checker.add(row, column, _("no %(what)s “%(name)s”") % {"what": what, "name": row[column]})
        reader = read_fraction if row["metric"] in FRACTIONS else read_number
        scores.append(
            PublishedRow(
                card=row["model_slug"],
                benchmark=row["benchmark"],
                num_fewshot=checker.read(row, "num_fewshot", read_shots, 0),
                metric=checker.read(row, "metric", text(60), ""),
                value=checker.read(row, "value", reader, 0.0),
                source=checker.read(row, "source", text(300), ""),
                confidence=checker.read(row, "confidence", _read_confidence, ""),
            )
        )
    checker.finish()
    return scores


def read_number(value: str) -> float:
    """A finite decimal number."""
    try:
        number = float(value)
    except ValueError:
        raise ValueError(_("not a number")) from None
    if not math.isfinite(number):
        raise ValueError(_("not a finite number"))
    return number


def read_fraction(value: str) -> float:
    """A number between 0 and 1."""
    number = read_number(value)
    if not 0 <= number <= 1:
        raise ValueError(_("not between 0 and 1; write 76.1 %% as 0.761").replace("%%", "%"))
    return number


def read_shots(value: str) -> int:
    """A number of shots: a whole number from 0 to 1000."""
    if not value.isascii() or not value.isdigit() or int(value) > 1000:
        raise ValueError(_("not a number of shots; a whole number from 0 to 1000"))
    return int(value)


def _read_confidence(value: str) -> str:
    if value not in ("checked", "unchecked"):
        raise ValueError(_("not known; one of: checked, unchecked"))
    return value
