"""How much a score moves with the examples that happen to stand in the prompt."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.comparison.contenders import Contender
from evaluation.comparison.scores import Gathered, Measured, RowKey, Subjects
from evaluation.core.statistics import spread

if TYPE_CHECKING:
    from evaluation.core.statistics import Spread


@dataclass(frozen=True)
class SeedLine:
    """One model on one task with several few-shot seeds: each seed's measurement, and their spread."""

    key: RowKey
    name: str
    model: Contender
    seeds: tuple[tuple[int, Measured], ...]
    spread: Spread

    @property
    def noise(self) -> float | None:
        """The largest standard error among them: what the choice of documents alone makes it move."""
        return max((one.stderr for _seed, one in self.seeds if one.stderr is not None), default=None)


def seed_lines(gathered: Gathered, models: Sequence[Contender], subjects: Subjects, every: bool) -> list[SeedLine]:
    """The tasks that were measured with two seeds or more, by name and shots. ``every``: of all metrics."""
    found = []
    for key, entries in gathered.items():
        if not key.num_fewshot or not (every or subjects.is_primary(key)):
            continue
        for one in models:
            entry = entries.get(one.position)
            seeds = _seeds(entry.measured) if entry else {}
            told = spread([measured.value for measured in seeds.values()])
            if told:
                found.append(SeedLine(key, subjects.name(key.subject), one, tuple(sorted(seeds.items())), told))
    found.sort(key=lambda line: (line.name.lower(), line.key.num_fewshot, line.key.metric, line.model.position))
    return found


def _seeds(measured: Sequence[Measured]) -> dict[int, Measured]:
    """The newest measurement of each seed, all else being equal; of several such sets the largest.

    Where the seed chose nothing, as in tasks with fixed examples, the keys are equal and there is nothing to spread.
    """
    alike: dict[str, dict[int, Measured]] = defaultdict(dict)
    for one in sorted(measured, key=lambda one: (one.generation, one.cell or 0)):
        seed = one.settings.get("seed")
        if isinstance(seed, int) and not one.limit:
            rest = {name: value for name, value in one.settings.items() if name != "seed"}
            alike[json.dumps(rest, sort_keys=True, default=str)][seed] = one
    largest = max(alike.values(), key=len, default={})
    return largest if len({one.comparable_key for one in largest.values()}) == len(largest) else {}
