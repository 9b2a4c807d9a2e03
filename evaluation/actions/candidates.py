"""The queued runs that a device may take, best first.

Order: priority; what suits the device before what a smaller one could do; the person who has least (``fairness``); the
checkpoint that the device holds, then one that no other device holds; age.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Q

from evaluation.fairness import loads
from evaluation.fleet import Fleet, satisfied
from evaluation.models import Device, Run
from evaluation.querysets import RunQuerySet

FEW = 8
"""Runs of a person that are looked at; of those that others take meanwhile a claim looks at the next."""


@dataclass
class Candidates:
    """``above``: only runs of a higher priority; ``loaded``: the checkpoint that the device's runner holds."""

    fleet: Fleet
    device: Device
    loaded: int | None = None
    above: int | None = None
    _loads: dict[int | None, float] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Run]:
        """Runs of one device, and runs that need several of the node's, told by ``memory_need``."""
        turns = self._turns()
        if not turns:
            return
        alone = self._alone()
        together = self._together()
        for priority in sorted({priority for priority, _person in turns}, reverse=True):
            persons = [person for each, person in turns if each == priority]
            for person in persons:
                yield from self._of(self._suiting(alone), together, priority, person)
            if self.fleet.better(self.device):
                for person in persons:
                    yield from self._of(alone.patient(), None, priority, person)

    def _turns(self) -> list[tuple[int, int | None]]:
        """Priorities and persons that have anything in the queue, the person with least first."""
        queued = Run.objects.waiting().filter(**self._floor()).order_by()
        pairs = list(queued.values_list("priority", "requested_by").distinct())
        if len(pairs) > 1:
            self._loads = loads()
        return sorted(pairs, key=lambda pair: (-pair[0], self._loads.get(pair[1], 0.0), pair[1] or 0))

    def _floor(self) -> dict[str, int]:
        return {} if self.above is None else {"priority__gt": self.above}

    def _alone(self) -> RunQuerySet:
        """Runs that the device can hold by itself, data and labels included."""
        node = self.device.node
        runs = Run.objects.waiting().filter(memory_need__lte=self.device.memory, gathering__isnull=True)
        runs = runs.filter(requires__in=allowed_labels(self.device)).with_data_on(node.pk)
        if accelerators := self.fleet.accelerators(self.device):
            runs = runs.exclude(left_to(runs, accelerators))
        return runs

    def _suiting(self, runs: RunQuerySet) -> RunQuerySet:
        """Without those that a smaller device of the same kind could do."""
        smaller = self.fleet.better(self.device)
        return runs.exclude(left_to(runs, smaller)) if smaller else runs

    def _together(self) -> RunQuerySet | None:
        """Runs that no device can hold alone and several of this node can; None where the node has not several free.

        A node gathers devices for one run at a time: two that each wait for what the other has would wait for ever.
        """
        mates = self.fleet.of(self.device.node_id)
        if self.above is not None or len(mates) < 2 or any(mate.held_for_id for mate in mates):
            return None
        most = sum(mate.memory for mate in mates)
        runs = Run.objects.waiting().filter(memory_need__gt=self.device.memory, memory_need__lte=most)
        runs = runs.filter(gathering__isnull=True, requires__in=allowed_labels(self.device))
        return runs.with_data_on(self.device.node_id).exclude(runs.fit_for(mate.pk for mate in self.fleet.taking))

    def _of(self, alone: RunQuerySet, together: RunQuerySet | None, priority: int, person: int | None) -> Iterator[Run]:
        """One person's runs of one priority."""
        mine = {"priority": priority, "requested_by": person}
        alone = alone.filter(**mine).order_by("created_at", "pk")
        if self.loaded:
            yield from alone.filter(checkpoint=self.loaded)[:FEW]
        elsewhere = self._held_elsewhere()
        several: Iterable[Run] = together.filter(**mine).order_by("created_at", "pk")[:FEW] if together else ()
        fresh = alone.exclude(checkpoint__in=elsewhere) if elsewhere else alone
        yield from heapq.merge(fresh[:FEW], several, key=lambda run: (run.created_at, run.pk))
        if elsewhere:
            yield from alone.filter(checkpoint__in=elsewhere)[:FEW]

    def _held_elsewhere(self) -> set[int]:
        """Checkpoints that another device of the fleet holds and this one does not."""
        held = {device.holds_id for device in self.fleet.taking if device.pk != self.device.pk and device.holds_id}
        return held - {self.loaded or 0}


def left_to(runs: RunQuerySet, devices: Iterable[int]) -> Q:
    """A condition: runs that one of ``devices`` should have. What needs no memory, or a label, is left to nobody."""
    return Q(memory_need__gt=0, requires="") & Q(runs.fit_for(devices))


def allowed_labels(device: Device) -> list[str]:
    """Of the requirements that queued runs have, those that the device's node meets."""
    asked = set(Run.objects.waiting().exclude(requires="").order_by().values_list("requires", flat=True).distinct())
    return ["", *sorted(requires for requires in asked if satisfied(requires, device.node))]
