"""``model-index`` of a card as published scores whose source is the card.

Shares and percentages: an accuracy above 1 can only be a percentage and becomes a fraction. Where a card mixes both
ways of writing, a value up to 1 could be either: it keeps its number, and its metric says "as reported".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modelcards.exchange import numbers
from modelcards.exchange.frontmatter import Metadata
from modelcards.registry import StatedScore
from modelcards.tables import RowError

KEY = "model-index"
MOST = 2_000
FRACTIONS = {
    "acc": "acc", "accuracy": "acc", "acc_norm": "acc_norm", "exact_match": "exact_match", "em": "exact_match",
    "f1": "f1", "pass@1": "pass@1",
}  # fmt: skip
SHOTS = re.compile(r"\b(\d{1,3})[- ]?shots?\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Value:
    line: int
    path: tuple[str | int, ...]
    dataset: dict[str, Any]
    metric: dict[str, Any]
    number: Decimal
    percent: bool


class ModelIndex:
    """Reads the results. ``errors``: the card must be refused; ``notes``: a value was left out."""

    def __init__(self, metadata: Metadata, file: str, source: str) -> None:
        self.metadata, self.file, self.source = metadata, file, source
        self.errors: list[RowError] = []
        self.notes: list[RowError] = []

    def scores(self) -> list[StatedScore]:
        """All scores that can be taken, each benchmark, metric and number of shots once for each source."""
        if KEY not in self.metadata.values:
            return []
        values = list(self._values())
        mixed = self._mixed(values)
        found: dict[tuple[object, ...], StatedScore] = {}
        for value in values:
            score = self._score(value, mixed)
            key = (score.benchmark, score.num_fewshot, score.metric, score.source)
            if key in found and found[key].value != score.value:
                self._note(value.path, _("two values of one benchmark, metric and data; the first is taken"))
            found.setdefault(key, score)
        return list(found.values())

    def _values(self) -> Iterator[_Value]:
        for path, result in self._results():
            dataset, task, metrics = result.get("dataset"), result.get("task"), result.get("metrics")
            if not isinstance(dataset, dict) or not _word(dataset.get("type")) or not _word(dataset.get("name")):
                self._error(path, _("has no dataset; give “dataset:” with its “type” and “name”"))
            elif not isinstance(task, dict) or not _word(task.get("type")):
                self._error(path, _("has no task; give “task:” with its “type”"))
            elif not isinstance(metrics, list) or not metrics:
                self._error(path, _("has no metrics; give “metrics:” with “type” and “value”"))
            else:
                for number, metric in enumerate(metrics):
                    yield from self._metric((*path, "metrics", number), dataset, metric)

    def _results(self) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
        models = self.metadata.values[KEY]
        if not isinstance(models, list):
            self._error((KEY,), _("must be a list of models with their results"))
            return
        count = 0
        for number, model in enumerate(models):
            results = model.get("results") if isinstance(model, dict) else None
            if not isinstance(model, dict) or not isinstance(results, list):
                self._error((KEY, number), _("must have a “name” and a list “results”"))
                continue
            for place, result in enumerate(results):
                path = (KEY, number, "results", place)
                count += 1
                if not isinstance(result, dict):
                    self._error(path, _("must be a mapping with task, dataset and metrics"))
                elif count <= MOST:
                    yield path, result

    def _metric(self, path: tuple[str | int, ...], dataset: dict[str, Any], metric: Any) -> Iterator[_Value]:
        if not isinstance(metric, dict) or not _word(metric.get("type")):
            self._error(path, _("a metric must have a “type” and a “value”"))
            return
        if metric.get("value") is None:
            self._note(path, _("has no value; left out"))
            return
        try:
            number, percent = numbers.result(metric["value"])
        except ValueError as error:
            self._note(
                (*path, "value"),
                _("“%(value)s” is left out: %(why)s") % {"value": str(metric["value"])[:40], "why": error},
            )
            return
        yield _Value(self.metadata.line(*path), path, dataset, metric, number, percent)

    def _mixed(self, values: list[_Value]) -> bool:
        """Whether some of the card's shares are certainly percentages, so that the small ones may be."""
        shares = [value for value in values if _kind(value)]
        return any(value.number > 1 for value in shares if not value.percent)

    def _score(self, value: _Value, mixed: bool) -> StatedScore:
        number, metric = value.number, _kind(value)
        if not metric:
            metric = _word(value.metric["type"])[:60]
        elif 0 <= number <= 100 and (value.percent or number > 1):
            number = number / 100
        elif number < 0 or number > 100 or (mixed and number != 0):
            metric = f"{_word(value.metric['type'])}, as reported"[:60]
        shots = _shots(value)
        dataset = value.dataset
        parts = [_word(dataset.get("config")), _word(dataset.get("split"))]
        detail = ", ".join(part for part in [*parts, "" if shots is not None else "shots not stated"] if part)
        source = f"{self.source}, model-index" + (f" ({detail})" if detail else "")
        kind, name, config = _word(dataset["type"]), _word(dataset["name"]), parts[0]
        benchmark = SHOTS.sub("", name).replace("()", "").strip(" ,-") or kind
        names = (kind, kind.rpartition("/")[2], f"{kind} {config}", f"{kind.rpartition('/')[2]} {config}", config)
        return StatedScore(benchmark[:200], shots or 0, metric, float(number), source[:300], "unchecked", names)

    def _error(self, path: tuple[str | int, ...], reason: str) -> None:
        self.errors.append(RowError(self.file, self.metadata.line(*path), _path(path), reason))

    def _note(self, path: tuple[str | int, ...], reason: str) -> None:
        self.notes.append(RowError(self.file, self.metadata.line(*path), _path(path), reason))


def _kind(value: _Value) -> str:
    """The fraction that a metric is, by our own key; blank where it is another quantity."""
    return FRACTIONS.get(_word(value.metric["type"]).lower(), "")


def _shots(value: _Value) -> int | None:
    """How many examples were shown: stated in the arguments or in a name, else not known."""
    args = value.dataset.get("args")
    for key in ("num_few_shot", "num_fewshot", "n_shot"):
        stated = args.get(key) if isinstance(args, dict) else None
        if isinstance(stated, int) and not isinstance(stated, bool) and 0 <= stated <= 1000:
            return stated
    for text in (value.dataset.get("name"), value.metric.get("name")):
        if match := SHOTS.search(_word(text)):
            return int(match[1])
    return None


def _word(value: Any) -> str:
    """A name as text; blank for what is none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _path(path: tuple[str | int, ...]) -> str:
    """``model-index[0].results[2].metrics``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
