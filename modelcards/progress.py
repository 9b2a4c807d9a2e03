"""How far training had come at each checkpoint. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelcards.models import Checkpoint


@dataclass(frozen=True)
class Progress:
    """Where the checkpoints stand on the way from 0 to ``end``; ``marks``: revision and place in percent.

    ``of_tokens``: the way is measured in tokens, else in steps. ``whole``: the end is that of the whole training.
    """

    marks: list[tuple[str, float]]
    end: int
    of_tokens: bool
    whole: bool


def progress(checkpoints: Sequence[Checkpoint], training_tokens: int | None) -> Progress | None:
    """The way that several checkpoints mark, in tokens where these are known, else in steps; None for less than two."""
    by_tokens = [(one.revision, one.tokens_seen) for one in checkpoints if one.tokens_seen is not None]
    by_steps = [(one.revision, one.step) for one in checkpoints if one.step is not None]
    reached = by_tokens if len(by_tokens) >= len(by_steps) else by_steps
    furthest = max((place for _revision, place in reached), default=0)
    if len(reached) < 2 or not furthest:
        return None
    whole = reached is by_tokens and training_tokens is not None and training_tokens >= furthest
    end = training_tokens if whole and training_tokens else furthest
    marks = [(revision, round(100 * place / end, 2)) for revision, place in reached]
    return Progress(marks, end, reached is by_tokens, whole)
