"""What a file of results states: a model, and of each task its metrics. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from modelcards.tables import RowError


class ResultsError(Exception):
    """A file that is not taken, with every reason: file, line or field, and what would be right."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = list(errors)


def wrong(file: str, reason: str, *, line: int = 1, column: str = "") -> ResultsError:
    """One reason."""
    return ResultsError([RowError(file, line, column, reason)])


@dataclass(frozen=True)
class NamedModel:
    """The model as the file names it. ``repo``: the name as a repository id; blank where it is a path or a word."""

    name: str
    repo: str = ""
    revision: str = "main"
    step: int | None = None
    dtype: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StatedMetric:
    """One number. ``stderr`` is None where the file does not know it."""

    metric: str
    filter: str
    value: float
    stderr: float | None
    higher_is_better: bool | None


@dataclass(frozen=True)
class StatedTask:
    """A task, or a group row as lm-eval aggregated it, with its metrics.

    ``plain`` is the name without the version that some harnesses write behind it; ``n`` the documents really scored;
    ``limit`` how many were asked for, None for all.
    """

    name: str
    plain: str
    kind: str
    members: tuple[str, ...]
    num_fewshot: int
    version: str
    limit: int | None
    n: int | None
    metrics: tuple[StatedMetric, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    task_hash: str = ""
    samples: Sequence[Mapping[str, Any]] = ()
    """Samples that stand in the results file itself."""

    @property
    def output_type(self) -> str:
        """lm-eval's kind of request; blank where the file does not say."""
        found = self.config.get("output_type")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True)
class Results:
    """One file. ``harness`` is lm-eval's schema: 0.2, 0.3 or 0.4. ``notes``: what the reader should know."""

    file: str
    harness: str
    model: NamedModel
    tasks: tuple[StatedTask, ...]
    made_at: datetime | None
    settings: Mapping[str, Any]
    record: Mapping[str, Any]
    notes: tuple[RowError, ...] = ()
