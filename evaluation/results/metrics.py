"""One row of a results file: its numbers, and what stands among them that is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from evaluation.actions.catalog import direction
from evaluation.results.jsontext import NotANumber
from evaluation.results.shapes import StatedMetric, wrong

# What 0.4 writes beside the metrics of a row.
BESIDE = {"alias", "name", "sample_len", "sample_count", "samples", "group", "num_fewshot", "version"}
STDERR = "_stderr"
UNKNOWN = ("n/a", "nan", "none", "null", "")
LONGEST = 60

Note = Callable[[str, str], None]


def read_metrics(
    row: Mapping[str, Any], file: str, where: str, better: Mapping[str, Any], note: Note
) -> tuple[StatedMetric, ...]:
    """The metrics of a row in their order. Raises ResultsError for a value that is no finite number.

    A standard error may be unknown ("N/A", NaN, null). ``alias`` and its like are no metrics, nor is a name of blanks.
    """
    found = []
    filtered = any("," in key for key in row)  # as 0.4 writes every metric
    for key, value in row.items():
        metric, comma, filter_name = key.partition(",")
        if key in BESIDE or (metric.endswith(STDERR) and _base(key) in row):
            continue
        if not metric.strip():
            if _is_number(value):
                note(f"{where}.{key}", _("is a number without the name of a metric; it is left out"))
            continue
        if filtered and not comma:
            note(f"{where}.{key}", _("is not written as a metric with its filter; it is left out"))
            continue
        if any(len(part) > LONGEST for part in (metric, filter_name)):
            reason = _("the name of the metric or of its filter is longer than %(n)d letters") % {"n": LONGEST}
            raise wrong(file, reason, column=f"{where}.{key}"[:200])
        stderr = row.get(f"{metric}{STDERR}{comma}{filter_name}")
        told = better.get(metric)
        found.append(
            StatedMetric(
                metric=metric,
                filter=filter_name if comma else "",
                value=_value(value, file, f"{where}.{key}"),
                stderr=_error(stderr, file, f"{where}.{metric}{STDERR}{comma}{filter_name}"),
                higher_is_better=told if isinstance(told, bool) else direction(metric),
            )
        )
    return tuple(found)


def _base(key: str) -> str:
    """The metric that a standard error belongs to."""
    metric, comma, filter_name = key.partition(",")
    return f"{metric.removesuffix(STDERR)}{comma}{filter_name}"


def _value(value: Any, file: str, where: str) -> float:
    if not _is_number(value):
        raise wrong(file, _("is no number: %(found)s") % {"found": _shown(value)}, column=where[:200])
    return float(value)


def _error(value: Any, file: str, where: str) -> float | None:
    if value is None or isinstance(value, NotANumber) or (isinstance(value, str) and value.strip().lower() in UNKNOWN):
        return None
    if not _is_number(value) or value < 0:
        raise wrong(file, _("is no standard error: %(found)s") % {"found": _shown(value)}, column=where[:200])
    return float(value)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    return repr(value) if isinstance(value, NotANumber) else f"{value!r}"[:60]
