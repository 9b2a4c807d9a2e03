"""Which devices that are up could take a cell, and what is missing where none could."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from evaluation.actions.queue_cells import places
from evaluation.models import Device, Task
from evaluation.templatetags.evaluation_format import size


class Takers:
    """Looks once at the devices that are up and at which nodes hold the data of ``tasks``."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.devices = list(Device.objects.live().filter(draining=False))
        self._places = places(tasks)

    def of(self, need: int, task: Task) -> list[Device]:
        """Devices with ``need`` bytes of memory on a node that holds the task's data."""
        nodes = self._places.get(task.pk, frozenset())
        return [device for device in self.devices if device.memory >= need and device.node_id in nodes]

    def of_any(self, cells: Iterable[tuple[int, Task]]) -> list[Device]:
        """Devices that could take at least one of the cells, each told by its need and task."""
        wanted = {(need, task.pk): task for need, task in cells}
        found = {device.pk: device for (need, _pk), task in wanted.items() for device in self.of(need, task)}
        return list(found.values())

    def lack(self, need: int, task: Task) -> str:
        """Why no device that is up could take such a cell now; blank where one could."""
        if self.of(need, task):
            return ""
        if not self.devices:
            return _("No device is up that takes new work; it would wait for one.")
        if all(device.memory < need for device in self.devices):
            text = _("Needs about %(need)s of device memory, and no device that is up has that; it would wait for one.")
            return text % {"need": size(need)}
        return _("No device that is up and large enough has the task's data; it would wait for one.")
