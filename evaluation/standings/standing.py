"""One value with which a model stands on a board or in a plot."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.outcomes import SampleRef
from modelcards.models import Checkpoint, ModelCard


@dataclass(frozen=True, slots=True)
class Standing:
    """One model's value in one subject at one number of shots, of one metric and filter and from one origin.

    ``subject``: a benchmark's slug, else the name of a task or group. ``value`` is finite; ``stderr`` and ``n`` are
    None where not known, ``chance`` where nobody stated what a blind guess scores. ``higher_is_better`` None: not
    known, so nobody may rank it. ``cell`` and ``run`` are ids, None for a group and for what was published.
    ``samples``: files of the outcomes, document by document, of a group those of each part; empty unless asked for,
    or where one has none.
    """

    card: ModelCard
    checkpoint: Checkpoint | None
    subject: str
    subject_name: str
    num_fewshot: int
    metric: str
    filter: str
    value: float
    stderr: float | None
    n: int | None
    origin: str
    source: str
    confidence: str
    comparable_key: str
    higher_is_better: bool | None
    chance: float | None
    cell: int | None
    run: int | None
    samples: tuple[SampleRef, ...] = ()
    parts: int = 0
    """Of how many tasks a group's value is made; 0 for a task."""
