"""In which order the queue goes, as far as it can be told before a device asks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Queued = tuple[int, int, int | None]


def in_turn(queued: Iterable[Queued], loads: Mapping[int | None, float]) -> list[int]:
    """Runs in the order in which devices that could take any of them would do so.

    ``queued``: run, priority and person, in the order of age. ``loads``: devices that a person has, as
    ``evaluation.fairness`` counts them. Each run that a person is given is one device more, so of equal priority the
    one with the smallest load plus runs before it goes first: people take turns, whoever has least begins.
    """
    places: dict[tuple[int, int | None], list[int]] = {}
    for run, priority, person in queued:
        places.setdefault((priority, person), []).append(run)
    turns = [
        (-priority, loads.get(person, 0.0) + before, person or 0, run)
        for (priority, person), runs in places.items()
        for before, run in enumerate(runs)
    ]
    return [run for _priority, _load, _person, run in sorted(turns)]
