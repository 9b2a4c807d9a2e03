"""Which devices that are up could take a cell, and what is missing where none could."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from evaluation.actions.queue_cells import places
from evaluation.core.placement import group
from evaluation.fleet import satisfied
from evaluation.models import Device, Task
from evaluation.templatetags.evaluation_format import size


class Takers:
    """Looks once at the devices that are up and at which nodes hold the data of ``tasks``.

    ``requires``: labels that a node must have, with blanks between them; devices of others do not count.
    """

    def __init__(self, tasks: Iterable[Task], requires: str = "") -> None:
        up = list(Device.objects.live().filter(draining=False).select_related("node"))
        self.devices = [device for device in up if satisfied(requires, device.node)]
        self._unlabelled = requires.replace(" ", ", ") if up and not self.devices else ""
        self._places = places(tasks)

    def of(self, need: int, task: Task) -> list[Device]:
        """Devices on nodes that hold the task's data: with ``need`` bytes, or of one node and that much together."""
        nodes = self._places.get(task.pk, frozenset())
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

    def of_any(self, cells: Iterable[tuple[int, Task]]) -> list[Device]:
        """Devices that could take at least one of the cells, each told by its need and task."""
        wanted = {(need, task.pk): task for need, task in cells}
        found = {device.pk: device for (need, _pk), task in wanted.items() for device in self.of(need, task)}
        return list(found.values())

    def lack(self, need: int, task: Task) -> str:
        """Why no device that is up could take such a cell now; blank where one could."""
        if self.of(need, task):
            return ""
        if self._unlabelled:
            text = _("No node that is up has the labels %(labels)s; it would wait for one.")
            return text % {"labels": self._unlabelled}
        if not self.devices:
            return _("No device is up that takes new work; it would wait for one.")
        if not self._large(need):
            text = _("Needs about %(need)s of device memory, and no device that is up has that; it would wait for one.")
            return text % {"need": size(need)}
        return _("No device that is up and large enough has the task's data; it would wait for one.")
