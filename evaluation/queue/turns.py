"""In which order the queue goes, as far as it can be told before a device asks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter

Queued = tuple[int, int, int | None]


def in_turn(queued: Iterable[Queued], loads: Mapping[int | None, float]) -> list[int]:
    """Runs in the order in which devices that could take any of them would do so.

    ``queued``: run, priority and person, in the order of age. ``loads``: devices that a person has, as
    ``evaluation.fairness`` counts them. Each run that a person is given is one device more, so of equal priority the
    one with the smallest load plus runs before it goes first: people take turns, whoever has least begins.
    """
    places: dict[tuple[int, int], list[int]] = {}
    for run, priority, person in queued:
        places.setdefault((-priority, person or 0), []).append(run)
    order: list[int] = []
    for _priority, of_it in groupby(sorted(places), key=itemgetter(0)):
        # Persons in the order of their numbers, and a sort that keeps it where loads are equal.
        runs, before = [], []
        for place in of_it:
            runs += places[place]
            least = loads.get(place[1] or None, 0.0)
            before += [least + taken for taken in range(len(places[place]))]
        order += [runs[at] for at in sorted(range(len(runs)), key=before.__getitem__)]
    return order
