"""Scores of a group of tasks, from those of its parts, as lm-eval's ``Group.aggregate`` counts them.

A value is the mean of the parts, weighted by their documents unless the group says otherwise (lm-eval's default).
The standard error of a weighted mean is pooled (https://en.wikipedia.org/wiki/Pooled_variance)::

    sqrt( sum_i (n_i - 1) * n_i * se_i**2 / (sum_i n_i - k) / sum_i n_i )

and that of a plain mean is ``sqrt(sum_i se_i**2) / k``. Sums go in the order of the parts, so that equal input gives
equal bits.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MetricKey = tuple[str, str]


@dataclass(frozen=True)
class PartScore:
    """One metric of one part. ``comparable_key`` as in ``comparable``; blank: not known."""

    value: float
    stderr: float | None = None
    comparable_key: str = ""


@dataclass(frozen=True)
class Part:
    """A task of a group with its scores by metric and filter; ``size``: documents that were scored."""

    task: str
    size: int
    scores: Mapping[MetricKey, PartScore]


@dataclass(frozen=True)
class Rule:
    """One entry of a group's ``aggregate_metric_list``. ``filters`` None: every filter that a part has."""

    metric: str
    filters: tuple[str, ...] | None = None
    weight_by_size: bool = True


@dataclass(frozen=True)
class GroupScore:
    """One metric of a group over ``parts`` of its tasks. ``comparable_key`` is blank where a part's is."""

    metric: str
    filter: str
    value: float
    stderr: float | None
    n: int
    parts: int
    comparable_key: str


def read_rules(listed: Any) -> list[Rule]:
    """The rules in a group's ``aggregate_metric_list`` as YAML has it; entries that lm-eval would refuse are left out.

    Only the mean is known to lm-eval by name; a function of its own is Python code and not run here.
    """
    entries = listed if isinstance(listed, list) else [listed]
    return [rule for entry in entries if (rule := _rule(entry)) is not None]


def _rule(entry: Any) -> Rule | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("metric"), str):
        return None
    if entry.get("aggregation", "mean") != "mean":
        return None
    filters = entry.get("filter_list")
    named = [filters] if isinstance(filters, str) else filters
    return Rule(
        metric=entry["metric"],
        filters=tuple(str(name) for name in named) if isinstance(named, list) else None,
        weight_by_size=bool(entry.get("weight_by_size", True)),
    )


def leaves(name: str, members: Callable[[str], Sequence[str] | None]) -> list[str]:
    """The tasks of a group in lm-eval's order: each once among the members of one group, again where another group of
    its members has it too. ``members`` gives the members of a group or tag, None for a task. A group that holds itself
    is not entered again.
    """
    return _leaves(name, members, frozenset())


def _leaves(name: str, members: Callable[[str], Sequence[str] | None], above: frozenset[str]) -> list[str]:
    found: list[str] = []
    for member in dict.fromkeys(members(name) or ()):
        if member in above or member == name:
            continue
        below = members(member)
        found += [member] if below is None else _leaves(member, members, above | {name})
    return found


def aggregate(rules: Iterable[Rule], parts: Sequence[Part]) -> list[GroupScore]:
    """Every metric of a group. Parts without a metric are left out of it, as lm-eval leaves them out."""
    found: dict[MetricKey, GroupScore] = {}
    for rule in rules:
        for name in _filters(rule, parts):
            having = [
                (part.size, part.scores[rule.metric, name]) for part in parts if (rule.metric, name) in part.scores
            ]
            if having:
                found[rule.metric, name] = _score(rule, name, having)
    return list(found.values())


def _filters(rule: Rule, parts: Iterable[Part]) -> Sequence[str]:
    if rule.filters is not None:
        return rule.filters
    return sorted({name for part in parts for metric, name in part.scores if metric == rule.metric})


def _score(rule: Rule, name: str, having: list[tuple[int, PartScore]]) -> GroupScore:
    sizes = [size for size, _score in having]
    values = [score.value for _size, score in having]
    errors = [score.stderr for _size, score in having if score.stderr is not None]
    whole = len(errors) == len(values)
    return GroupScore(
        metric=rule.metric,
        filter=name,
        value=weighted_mean(values, sizes if rule.weight_by_size else [1] * len(sizes)),
        stderr=(pooled_stderr(errors, sizes) if rule.weight_by_size else plain_stderr(errors)) if whole else None,
        n=sum(sizes),
        parts=len(having),
        comparable_key=_key(rule, [score.comparable_key for _size, score in having]),
    )


def weighted_mean(values: Sequence[float], sizes: Sequence[int]) -> float:
    """``sum(value * size) / sum(size)``; NaN where there are no documents."""
    total = sum(sizes)
    return sum([value * size for value, size in zip(values, sizes, strict=True)]) / total if total else math.nan


def pooled_stderr(errors: Sequence[float], sizes: Sequence[int]) -> float | None:
    """The error of a mean that is weighted by size; None where every part has one document."""
    if sum(sizes) <= len(sizes):
        return None
    pooled = sum([(size - 1) * error**2 * size for size, error in zip(sizes, errors, strict=True)])
    return math.sqrt(pooled / (sum(sizes) - len(sizes)) / sum(sizes))


def plain_stderr(errors: Sequence[float]) -> float:
    """The error of a mean in which every part weighs the same."""
    return math.sqrt(sum(error**2 for error in errors)) / len(errors)


def _key(rule: Rule, keys: list[str]) -> str:
    """Group scores with an equal key are made of comparable parts, weighted alike."""
    if not all(keys):
        return ""
    text = "\n".join([f"group weight_by_size={rule.weight_by_size}", *keys])
    return hashlib.sha256(text.encode()).hexdigest()
