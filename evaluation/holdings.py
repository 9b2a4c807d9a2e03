"""Which tasks are still to do, on which nodes their data lies, and which checkpoints a node cannot have.

Looked at once, then conditions without a join. Mostly every node that is up holds the data of every task in the queue
and can have every checkpoint. Conditions on runs then compare columns of the run alone; cells are looked at only for
tasks that a node lacks.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from django.db.models import BigIntegerField, Exists, OuterRef, Q, Value

from evaluation.models import Cell, Device, Lack, Node
from modelcards.models import Checkpoint

ALWAYS, NEVER = Q(), Q(pk__in=[])
NOTHING: frozenset[int] = frozenset()


class Lacking(NamedTuple):
    """What a node does not have: data of tasks that are still to do anywhere, and checkpoints."""

    tasks: frozenset[int] = frozenset()
    checkpoints: frozenset[int] = frozenset()


class Holdings:
    """Reads on first use; what changes afterwards is seen by the next one."""

    def lacking(self, node: int) -> Lacking:
        """What the node does not have. Gated checkpoints are lacked by every node without a token of the hub."""
        absent, gated = self._lacks.get(node, NOTHING), self._lacks.get(None, NOTHING)
        if gated and node not in self._with_token:
            absent |= gated
        return Lacking(self._wanted - self._held.get(node, set()), absent)

    def all_on(self, node: int) -> Q:
        """A condition on runs: the node holds the data of every task that is left to do, and can have the weights."""
        return _without(self.lacking(node))

    def fit(self, devices: Iterable[Device]) -> Q:
        """A condition on runs: one of ``devices`` alone has the memory, and its node the data and the weights."""
        found = NEVER
        for lacking, memory in self._largest(devices).items():
            one = Q(memory_need__lte=memory) & _without(lacking)
            found = one if found is NEVER else found | one
        return found

    def surely_fit(self, need: int, devices: Iterable[Device]) -> bool:
        """Whether any run of so many bytes fits one of ``devices``, whatever its tasks and checkpoint are."""
        return self._largest(devices).get(Lacking(), -1) >= need

    def _largest(self, devices: Iterable[Device]) -> dict[Lacking, int]:
        """What nodes lack → the most memory that a device of such a node has."""
        found: dict[Lacking, int] = {}
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

    @cached_property
    def _lacks(self) -> dict[int | None, frozenset[int]]:
        """Node → checkpoints that it said it lacks; None → those that are gated."""
        nobody = Value(None, output_field=BigIntegerField())
        gated = Checkpoint.objects.filter(gated=True).order_by().annotate(nobody=nobody)
        rows = Lack.objects.order_by().values_list("node_id", "checkpoint_id")
        found: dict[int | None, set[int]] = {}
        for node, checkpoint in rows.union(gated.values_list("nobody", "pk")):
            found.setdefault(node, set()).add(checkpoint)
        return {node: frozenset(checkpoints) for node, checkpoints in found.items()}

    @cached_property
    def _with_token(self) -> frozenset[int]:
        return frozenset(Node.objects.filter(hub_token=True).order_by().values_list("pk", flat=True))


def _without(lacking: Lacking) -> Q:
    """A condition on runs: they need nothing of what is lacking."""
    found = ALWAYS
    if lacking.checkpoints:
        found &= ~Q(checkpoint__in=sorted(lacking.checkpoints))
    if lacking.tasks:
        cells = Cell.objects.under_way().filter(run=OuterRef("pk"), task__in=sorted(lacking.tasks))
        found &= Q(~Exists(cells))
    return found
