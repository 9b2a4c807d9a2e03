"""Documents of a sample set as a reader wants them: prompt, what was offered, what was chosen, right or wrong.

Reads the two files of a cell in step and keeps only the page that is asked for.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from evaluation.outcomes.asked import target_index

RIGHT_BY = ("acc", "exact_match", "em", "pseudo_acc", "acc_norm")


@dataclass(frozen=True)
class Option:
    """One continuation that was scored. ``share`` is its place between the least and most likely, 0 to 100."""

    text: str
    loglikelihood: float | None
    greedy: bool | None
    context: str
    chosen: bool
    target: bool
    share: int


@dataclass(frozen=True)
class Document:
    """One document. ``verdict``: right, wrong, or blank where no metric says so."""

    number: int
    hash: str
    prompt: str
    target: str
    options: tuple[Option, ...]
    generated: tuple[str, ...]
    filtered: str
    metrics: dict[str, float]
    verdict: str


@dataclass(frozen=True)
class Found:
    """A page of documents with how many there are of each verdict, and how many the page's filter found."""

    documents: tuple[Document, ...]
    verdicts: dict[str, int]
    matched: int
    total: int


def paired(
    prompts: IO[bytes], outcomes: IO[bytes], filter_name: str
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Prompt and outcome of each document, in the outcomes' order; where a prompt is lost, an empty row."""
    ahead: dict[int, dict[str, Any]] = {}
    from evaluation.core.samples import read_outcomes, read_prompts  # only who reads samples pays for pyarrow

    source = read_prompts(prompts)
    for outcome in read_outcomes(outcomes, filter_name=filter_name):
        number = outcome["doc_id"]
        while number not in ahead and (row := next(source, None)) is not None:
            ahead[row["doc_id"]] = row
        yield ahead.pop(number, {}), outcome


def find(
    pairs: Iterable[tuple[dict[str, Any], dict[str, Any]]], *, verdict: str, search: str, start: int, count: int
) -> Found:
    """Walk all pairs once: count them by verdict, keep ``count`` matching ones from ``start`` on."""
    verdicts: Counter[str] = Counter()
    kept: list[Document] = []
    matched = total = 0
    for prompt, outcome in pairs:
        total += 1
        said = verdict_of(outcome["metrics"])
        if search and not _holds(prompt, outcome, search.casefold()):
            continue
        verdicts[said] += 1
        if verdict and said != verdict:
            continue
        if start <= matched < start + count:
            kept.append(document(prompt, outcome))
        matched += 1
    return Found(tuple(kept), dict(verdicts), matched, total)


def verdict_of(metrics: dict[str, float]) -> str:
    """Right or wrong by the first metric that says so plainly; blank where it is neither 0 nor 1."""
    value = next((metrics[name] for name in RIGHT_BY if name in metrics), None)
    return {1.0: "right", 0.0: "wrong"}.get(value, "") if value is not None else ""


def document(prompt: dict[str, Any], outcome: dict[str, Any]) -> Document:
    """One pair of rows in the reader's shape."""
    offered = prompt.get("continuations") or []
    likely = outcome.get("loglikelihoods") or []
    target = prompt.get("target") or ""
    return Document(
        number=outcome["doc_id"],
        hash=outcome["doc_hash"],
        prompt=prompt.get("prompt") or "",
        target=_target_text(target, offered),
        options=_options(prompt, offered, likely, outcome.get("greedy") or [], target),
        generated=tuple(outcome.get("generated") or ()),
        filtered=_plain(outcome.get("filtered") or ""),
        metrics=outcome["metrics"],
        verdict=verdict_of(outcome["metrics"]),
    )


def _options(
    prompt: dict[str, Any], offered: Sequence[str], likely: Sequence[float | None], greedy: Sequence[bool], target: str
) -> tuple[Option, ...]:
    known = [value for value in likely if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    wanted = target_index(target, offered)
    best = likely.index(high) if len(likely) > 1 and known else None
    contexts = prompt.get("contexts") or []
    return tuple(
        Option(
            text=offered[place] if place < len(offered) else "",
            loglikelihood=value,
            greedy=greedy[place] if place < len(greedy) else None,
            context=contexts[place] if place < len(contexts) else "",
            chosen=place == best,
            target=place == wanted,
            share=_share(value, low, high),
        )
        for place, value in enumerate(likely)
    )


def _share(value: float | None, low: float, high: float) -> int:
    if value is None or high == low:
        return 100 if value is not None else 0
    return round(100 * (value - low) / (high - low))


def _target_text(target: str, offered: Sequence[str]) -> str:
    place = target_index(target, offered)
    return offered[place].strip() if place is not None else _plain(target)


def _plain(text: str) -> str:
    value = _read(text)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return str(value[0])
    return value if isinstance(value, str) else text


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _holds(prompt: dict[str, Any], outcome: dict[str, Any], search: str) -> bool:
    texts = [prompt.get("prompt") or "", prompt.get("target") or "", *(prompt.get("continuations") or ())]
    return any(search in text.casefold() for text in [*texts, *(outcome.get("generated") or ())])
