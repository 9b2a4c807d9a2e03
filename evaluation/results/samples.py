"""Samples that lm-eval logged, as the rows that our own runs store: prompts once, outcomes for each filter."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from evaluation.core.chance import BlindGuess
from evaluation.core.samples import METRIC, PROMPTS, prompts_key, write_outcomes, write_rows
from evaluation.results.jsontext import NotANumber, plain
from evaluation.results.shapes import wrong

Sample = dict[str, Any]
Lines = Callable[[], Iterator[tuple[int, Any]]]
# What lm-eval writes of a document besides its metrics.
FIELDS = {
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash",
    "target_hash",
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A samples file as two Parquet files in ``folder``. ``chance``: what a blind guess scores."""

    folder: Path
    key: str
    prompts_sha256: str
    prompts_rows: int
    outcomes_sha256: str
    outcomes_rows: int
    chance: float | None = None

    @property
    def prompts(self) -> Path:
        """Where the prompts lie."""
        return self.folder / "prompts.parquet"

    @property
    def outcomes(self) -> Path:
        """Where the outcomes lie."""
        return self.folder / "outcomes.parquet"


def write_samples(lines: Lines, file: str, folder: str | None = None) -> Written:
    """Check every line, then write both files below ``folder``. Raises ResultsError with the line.

    ``lines`` gives the lines anew each time: they are read three times and never held together.
    """
    place = Path(tempfile.mkdtemp(dir=folder))
    names = numeric_metrics(_samples(lines, file))
    guess = BlindGuess()
    key = prompts_key(guess.passing(_prompts(lines, file)))
    prompts = write_rows(place / "prompts.parquet", PROMPTS, _prompts(lines, file))
    outcomes = write_outcomes(place / "outcomes.parquet", names, _outcomes(lines, file, names))
    return Written(place, key, *prompts, *outcomes, guess.level)


def numeric_metrics(samples: Iterable[Sample]) -> list[str]:
    """Metrics that are one number for every document that has them; raises ResultsError where there is no sample."""
    fit: dict[str, bool] = {}
    for sample in samples:
        for name in sample["metrics"]:
            value = sample.get(name)
            numeric = value is None or isinstance(value, (int, float, NotANumber))
            fit[name] = fit.get(name, True) and numeric
    return [name for name, numeric in fit.items() if numeric]


def _samples(lines: Lines, file: str) -> Iterator[Sample]:
    """The samples in one form, whatever version wrote them. Raises ResultsError."""
    some = False
    for line, found in lines():
        some = True
        yield _sample(found, file, line)
    if not some:
        raise wrong(file, _("holds no samples"))


def _sample(found: Any, file: str, line: int) -> Sample:
    if not isinstance(found, dict):
        raise wrong(file, _("is no object of a sample"), line=line)
    doc_id = found.get("doc_id")
    if isinstance(doc_id, bool) or not isinstance(doc_id, int) or not 0 <= doc_id < 2**53:
        raise wrong(file, _("a sample needs its number, a whole one"), line=line, column="doc_id")
    arguments, resps = _arguments(found.get("arguments")), found.get("resps")
    if not arguments or not isinstance(resps, list) or not all(isinstance(one, list) and one for one in resps):
        column = "resps" if arguments else "arguments"
        raise wrong(file, _("is not as lm-eval logs it"), line=line, column=column)
    metrics = found.get("metrics")
    if not isinstance(metrics, list):
        metrics = [name for name in found if name not in FIELDS]
    return {
        **found,
        "arguments": arguments,
        "resps": resps,
        "filter": str(found.get("filter") or "none"),
        "metrics": [str(name) for name in metrics if name in found],
        "doc_hash": _hash(found),
    }


def _arguments(value: Any) -> list[list[Any]]:
    """``{"gen_args_0": {"arg_0": …}}`` of later versions, or the lists of earlier ones."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return []
    rows = [list(one.values()) if isinstance(one, dict) else one for one in value]
    return rows if all(isinstance(one, list) and one for one in rows) else []


def _hash(found: Sample) -> str:
    """The document's hash, as the file gives it or as lm-eval makes it."""
    stated = found.get("doc_hash")
    if isinstance(stated, str) and 0 < len(stated) <= 64:
        return stated
    text = json.dumps(plain(found.get("doc")), indent=2, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _prompts(lines: Lines, file: str) -> Iterator[Sample]:
    """One row for each document, whatever the number of filters."""
    seen: set[int] = set()
    for sample in _samples(lines, file):
        if sample["doc_id"] in seen:
            continue
        seen.add(sample["doc_id"])
        arguments = sample["arguments"]
        contexts = [str(one[0]) if len(one) > 1 else "" for one in arguments]
        generated = len(arguments[0]) > 1 and isinstance(arguments[0][1], dict)
        target = sample.get("target")
        yield {
            "doc_id": sample["doc_id"],
            "doc_hash": sample["doc_hash"],
            "document": _json(sample.get("doc")),
            "target": target if isinstance(target, str) else _json(target),
            "prompt": contexts[0],
            "contexts": contexts if len(set(contexts)) > 1 else [],
            "continuations": [] if generated else [str(one[1] if len(one) > 1 else one[0]) for one in arguments],
            "options": _json(arguments[0][1]) if generated else "",
        }


def _outcomes(lines: Lines, file: str, metrics: list[str]) -> Iterator[Sample]:
    for number, sample in enumerate(_samples(lines, file), start=1):
        first = [responses[0] for responses in sample["resps"]]
        pairs = [_pair(one) for one in first]
        generated = not all(pairs)
        values = {name: plain(sample[name]) for name in sample["metrics"]}
        yield {
            "doc_id": sample["doc_id"],
            "doc_hash": sample["doc_hash"],
            "filter": sample["filter"],
            "loglikelihoods": [] if generated else [pair[0] for pair in pairs if pair],
            "greedy": [] if generated else [pair[1] for pair in pairs if pair and pair[1] is not None],
            "generated": [str(text) for responses in sample["resps"] for text in responses] if generated else [],
            "filtered": _json(sample.get("filtered_resps")),
            "others": _json({name: value for name, value in values.items() if name not in metrics}),
            **{f"{METRIC}{name}": _number(values[name], file, number) for name in metrics if name in values},
        }


def _pair(response: Any) -> tuple[float, bool | None] | None:
    """Log-likelihood and whether it is the greedy answer, both perhaps as text; None: the response is a text."""
    if isinstance(response, list) and len(response) == 2:
        number = _float(response[0])
        greedy = str(response[1])
        return (number, greedy == "True") if number is not None and greedy in ("True", "False") else None
    number = _float(response) if not isinstance(response, str) else None
    return None if number is None else (number, None)


def _float(value: Any) -> float | None:
    try:
        return float("nan") if isinstance(value, NotANumber) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _number(value: Any, file: str, line: int) -> float | None:
    if value is None:
        return None
    number = _float(value)
    if number is None:
        raise wrong(file, _("a metric is no number"), line=line)
    return number


def _json(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False)
