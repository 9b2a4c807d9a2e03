"""Which devices that are up could take a cell, and what is missing where none could."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from evaluation.actions.queue_cells import NOWHERE, Nodes, places
from evaluation.core.placement import group
from evaluation.fleet import satisfied
from evaluation.models import Device, Task
from evaluation.reach import Reach
from evaluation.templatetags.evaluation_format import size
from modelcards.models import Checkpoint


class Lack(NamedTuple):
    """Why no device that is up could take a cell now, in a few words and in full; both blank where one could."""

    short: str = ""
    reason: str = ""


class Takers:
    """Looks once at the devices that are up and at which nodes hold the data of ``tasks``.

    ``requires``: labels that a node must have, with blanks between them; devices of others do not count.
    """

    def __init__(self, tasks: Iterable[Task], requires: str = "") -> None:
        self._reach = Reach()
        up = list(Device.objects.live().filter(draining=False).select_related("node"))
        self.devices = [device for device in up if satisfied(requires, device.node)]
        self._unlabelled = requires.replace(" ", ", ") if up and not self.devices else ""
        self._places = places(tasks)
        self._found: dict[tuple[int, int, int], list[Device]] = {}

    def of(self, need: int, task: Task, checkpoint: Checkpoint | None = None) -> list[Device]:
        """Devices on nodes that hold the task's data: with ``need`` bytes, or of one node and that much together.

        ``checkpoint``: nodes that cannot have it do not count.
        """
        key = (need, task.pk, checkpoint.pk if checkpoint else 0)
        if key not in self._found:
            self._found[key] = self._able(need, self._nodes(task, checkpoint))
        return self._found[key]

    def nodes(self, need: int, task: Task, checkpoint: Checkpoint | None = None) -> int:
        """How many nodes could take such a cell."""
        return len({device.node_id for device in self.of(need, task, checkpoint)})

    def _nodes(self, task: Task, checkpoint: Checkpoint | None) -> Nodes:
        nodes = self._places.get(task.pk, NOWHERE)
        if checkpoint is None:
            return nodes
        up = {device.node_id: device.node for device in self.devices}
        return frozenset(node for node in nodes if node not in up or self._reach.has(up[node], checkpoint))

    def _able(self, need: int, nodes: Nodes) -> list[Device]:
        there = [device for device in self.devices if device.node_id in nodes]
        if large := [device for device in there if device.memory >= need]:
            return large
        return [device for node in sorted(nodes) for device in group([d for d in there if d.node_id == node], need)]

    def _large(self, need: int) -> bool:
        """Whether any device, or several of one node together, have ``need`` bytes, wherever the data lies."""
        nodes: dict[int, list[Device]] = {}
        for device in self.devices:
            nodes.setdefault(device.node_id, []).append(device)
        return any(device.memory >= need for device in self.devices) or any(group(n, need) for n in nodes.values())

    def of_any(self, cells: Iterable[tuple[int, Task, Checkpoint | None]]) -> list[Device]:
        """Devices that could take at least one of the cells, each told by its need, task and checkpoint."""
        return list({device.pk: device for cell in set(cells) for device in self.of(*cell)}.values())

    def lack(self, need: int, task: Task, checkpoint: Checkpoint | None = None) -> Lack:
        """Why no device that is up could take such a cell now."""
        if self.of(need, task, checkpoint):
            return Lack()
        if checkpoint and self.of(need, task):
            return self._no_weights(need, task, checkpoint)
        if self._unlabelled:
            text = _("No node that is up has the labels %(labels)s; it would wait for one.")
            return Lack(_("no node has its labels"), text % {"labels": self._unlabelled})
        if not self.devices:
            return Lack(_("no node is up"), _("No device is up that takes new work; it would wait for one."))
        if not self._large(need):
            text = _("Needs about %(need)s of device memory, and no device that is up has that; it would wait for one.")
            return Lack(_("no node is large enough"), text % {"need": size(need)})
        text = _("No device that is up and large enough has the task's data; it would wait for one.")
        return Lack(_("no such node has the data"), text)

    def _no_weights(self, need: int, task: Task, checkpoint: Checkpoint) -> Lack:
        """Devices could take it, and none of their nodes can have the checkpoint."""
        if any(self._reach.may_fetch(device.node, checkpoint) for device in self.of(need, task)):
            return Lack(_("no node has its weights"), _("No node that is up has its weights; it would wait for one."))
        text = _(
            "The repository %(repo)s is gated, and no node that is up has a token of the hub (HF_TOKEN); it would wait "
            "for one."
        )
        return Lack(_("gated"), text % {"repo": checkpoint.repo_id})
