"""In which order the queue goes, as far as it can be told before a device asks. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

Queued = tuple[int, int, int | None]


def in_turn(queued: Iterable[Queued], loads: Mapping[int | None, float]) -> list[int]:
    """Runs in the order in which devices that could take any of them would do so.

    ``queued``: run, priority and person, in the order of age. ``loads``: devices that a person has, as
    ``evaluation.fairness`` counts them. Each run that a person is given is one device more, so of equal priority the
    one with the smallest load plus runs before it goes first: people take turns, whoever has least begins.
    """
    before: Counter[tuple[int, int | None]] = Counter()
    keyed = []
    for run, priority, person in queued:
        place = (priority, person)
        keyed.append((-priority, loads.get(person, 0.0) + before[place], person or 0, run))
        before[place] += 1
    keyed.sort(key=lambda key: key[:3])  # stable: age decides what is left
    return [key[3] for key in keyed]
