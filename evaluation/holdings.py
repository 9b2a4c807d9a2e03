"""Which tasks are still to do, and on which nodes their data lies: looked at once, then conditions without a join.

Mostly every node that is up holds the data of every task in the queue. Conditions on runs then compare columns of the
run alone; cells are looked at only for tasks that a node lacks.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from evaluation.models import Cell, Device, Node

ALWAYS, NEVER = Q(), Q(pk__in=[])


class Holdings:
    """Reads on first use; what changes afterwards is seen by the next one."""

    def lacking(self, node: int) -> frozenset[int]:
        """Of the tasks that are still to do anywhere, those whose data the node does not hold."""
        return self._wanted - self._held.get(node, set())

    def all_on(self, node: int) -> Q:
        """A condition on runs: the node holds the data of every task that is left to do."""
        return _without(self.lacking(node))

    def fit(self, devices: Iterable[Device]) -> Q:
        """A condition on runs: one of ``devices`` alone has the memory, and its node the data."""
        found = NEVER
        for lacking, memory in self._largest(devices).items():
            one = Q(memory_need__lte=memory) & _without(lacking)
            found = one if found is NEVER else found | one
        return found

    def surely_fit(self, need: int, devices: Iterable[Device]) -> bool:
        """Whether any run of so many bytes fits one of ``devices``, whatever its tasks are."""
        return self._largest(devices).get(frozenset(), -1) >= need

    def _largest(self, devices: Iterable[Device]) -> dict[frozenset[int], int]:
        """What nodes lack → the most memory that a device of such a node has."""
        found: dict[frozenset[int], int] = {}
        for device in devices:
            lacking = self.lacking(device.node_id)
            found[lacking] = max(found.get(lacking, 0), device.memory)
        return found

    @cached_property
    def _wanted(self) -> frozenset[int]:
        return frozenset(Cell.objects.under_way().order_by().values_list("task", flat=True).distinct())

    @cached_property
    def _held(self) -> dict[int, set[int]]:
        held: dict[int, set[int]] = {}
        rows = Node.tasks.through.objects.filter(task__in=self._wanted)
        for node, task in rows.values_list("node_id", "task_id"):
            held.setdefault(node, set()).add(task)
        return held


def _without(tasks: frozenset[int]) -> Q:
    """A condition on runs: none of ``tasks`` is left to do."""
    if not tasks:
        return ALWAYS
    return Q(~Exists(Cell.objects.under_way().filter(run=OuterRef("pk"), task__in=sorted(tasks))))
