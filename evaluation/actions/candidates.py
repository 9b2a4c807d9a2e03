"""The queued runs that a device may take, best first.

Order: priority; what suits the device before what a smaller one could do; the person who has least (``fairness``); the
checkpoint that the device holds, then one that no other device holds; age.

A queue may be ten thousand runs long, but these are of few kinds: priority, person, memory and labels. What can be told
of a whole kind is told once, and runs are looked for only among kinds that may hold one.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from evaluation.fairness import loads
from evaluation.fleet import Fleet, satisfied
from evaluation.holdings import Holdings
from evaluation.models import Device, Endpoint, Run
from evaluation.querysets import RunQuerySet

FEW = 8
"""Runs of a person that are looked at; of those that others take meanwhile a claim looks at the next."""
NEEDED = ("priority", "attempt", "requested_by", "checkpoint", "memory_need", "requires", "gathering", "created_at")


class Kind(NamedTuple):
    """What queued runs have in common."""

    priority: int
    person: int | None
    need: int
    requires: str


@dataclass
class Candidates:
    """``above``: only runs of a higher priority; ``loaded``: the checkpoint that the device's runner holds."""

    fleet: Fleet
    device: Device
    loaded: int | None = None
    above: int | None = None
    holdings: Holdings = field(default_factory=Holdings)

    def __iter__(self) -> Iterator[Run]:
        """Runs of one device, and runs that need several of the node's, told by ``memory_need``."""
        turns = self._turns()
        for priority in sorted({priority for priority, _person in turns}, reverse=True):
            persons = [person for each, person in turns if each == priority]
            for person in persons:
                yield from self._of(priority, person)
            if self._smaller or self._askers:
                for person in persons:
                    yield from self._patient(priority, person)

    @cached_property
    def _kinds(self) -> list[Kind]:
        """The kinds that the device may have, alone or together with others of its node."""
        queued = Run.objects.waiting().order_by()
        if self.above is not None:
            queued = queued.filter(priority__gt=self.above)
        rows = queued.values_list("priority", "requested_by", "memory_need", "requires").distinct()
        kinds = [Kind(*row) for row in rows]
        return [kind for kind in kinds if kind.need <= self._most and satisfied(kind.requires, self.device.node)]

    @cached_property
    def _most(self) -> int:
        """Bytes that the device, or the devices of its node together, have for a run.

        A node gathers devices for one run at a time: two that each wait for what the other has would wait for ever.
        """
        mates = self.fleet.of(self.device.node_id)
        if self.above is not None or len(mates) < 2 or any(mate.held_for_id for mate in mates):
            return self.device.memory
        return max(self.device.memory, sum(mate.memory for mate in mates))

    @cached_property
    def _smaller(self) -> list[Device]:
        return self.fleet.better(self.device)

    @cached_property
    def _askers(self) -> list[Device]:
        """Processors to which runs on served models are left for a while; none where no such run can be queued."""
        return self.fleet.processors(self.device) if any(kind.need == 0 for kind in self._kinds) else []

    def _turns(self) -> list[tuple[int, int | None]]:
        """Priorities and persons that have anything for the device, the person with least first."""
        pairs = {(kind.priority, kind.person) for kind in self._kinds}
        load = loads() if len(pairs) > 1 else {}
        return sorted(pairs, key=lambda pair: (-pair[0], load.get(pair[1], 0.0), pair[1] or 0))

    def _of(self, priority: int, person: int | None) -> Iterator[Run]:
        """One person's runs of one priority that suit the device."""
        kinds = [kind for kind in self._kinds if (kind.priority, kind.person) == (priority, person)]
        alone = [kind for kind in kinds if kind.need <= self.device.memory and not self._surely_left(kind)]
        together = [kind for kind in kinds if kind.need > self.device.memory]
        mine = self._mine(priority, person)
        suiting = mine.filter(self._alone & ~self._left) if alone else None
        yield from self._warm_first(suiting, mine.filter(self._together) if together else None)

    def _patient(self, priority: int, person: int | None) -> Iterator[Run]:
        """Those that a smaller device, or a processor, should do and has not done for a while."""
        yield from self._warm_first(self._mine(priority, person).filter(self._alone).patient(), None)

    def _surely_left(self, kind: Kind) -> bool:
        """Whether every run of a kind is left to others, whatever its tasks are."""
        others = [*self._smaller, *self.fleet.accelerators(self.device)]
        return kind.need > 0 and not kind.requires and self.holdings.surely_fit(kind.need, others)

    def _mine(self, priority: int, person: int | None) -> RunQuerySet:
        # Not "gathering is null": SQLite takes its unique index for that, and sorts the whole queue at each claim.
        runs = Run.objects.waiting().filter(priority=priority, requested_by=person).exclude(gathering__gt=0)
        labels = sorted({kind.requires for kind in self._kinds})
        return runs.filter(self.holdings.all_on(self.device.node_id), requires__in=labels).only(*NEEDED)

    @cached_property
    def _alone(self) -> Q:
        """Runs that the device can hold by itself."""
        fits = Q(memory_need__lte=self.device.memory)
        accelerators = self.fleet.accelerators(self.device)
        return fits & ~left_to(self.holdings, accelerators) if accelerators else fits

    @cached_property
    def _left(self) -> Q:
        """Runs that others should have for a while: what smaller devices hold, and for processors served models."""
        left = left_to(self.holdings, self._smaller)
        return left | (SERVED & self.holdings.fit(self._askers)) if self._askers else left

    @cached_property
    def _together(self) -> Q:
        """Runs that no device can hold alone and several of this node can."""
        fits = Q(memory_need__gt=self.device.memory, memory_need__lte=self._most)
        return fits & ~self.holdings.fit(self.fleet.taking)

    def _warm_first(self, alone: RunQuerySet | None, together: RunQuerySet | None) -> Iterator[Run]:
        several = _oldest(together)
        if alone is None:
            yield from several
            return
        if self.loaded:
            yield from _oldest(alone.filter(checkpoint=self.loaded))
        elsewhere = self._held_elsewhere
        fresh = _oldest(alone.exclude(checkpoint__in=elsewhere) if elsewhere else alone)
        yield from heapq.merge(fresh, several, key=lambda run: (run.created_at, run.pk))
        if elsewhere:
            yield from _oldest(alone.filter(checkpoint__in=elsewhere))

    @cached_property
    def _held_elsewhere(self) -> set[int]:
        """Checkpoints that another device of the fleet holds and this one does not."""
        held = {device.holds_id for device in self.fleet.taking if device.pk != self.device.pk and device.holds_id}
        return held - {self.loaded or 0}


def _oldest(runs: RunQuerySet | None) -> Iterable[Run]:
    return () if runs is None else runs.order_by("created_at", "pk")[:FEW]


SERVED = Q(memory_need=0, requires="", checkpoint__in=Endpoint.objects.order_by().values("checkpoint"))
"""Runs that ask a server and compute nothing here. A memory need of 0 alone also means that it is not known."""


def left_to(holdings: Holdings, devices: Iterable[Device]) -> Q:
    """A condition: runs that one of ``devices`` should have. What needs no memory, or a label, is left to nobody."""
    return Q(memory_need__gt=0, requires="") & holdings.fit(devices)
