"""Why a run waits, in words for the person who waits."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from evaluation.models import Cell, Device, Node, Run
from evaluation.templatetags.evaluation_format import size


class Waiting:
    """Looks once at the devices that are up, at what is busy, and at the data that the queued runs need.

    ``devices`` are those that are up; ``busy`` are the owners of all running runs, whoever's they are.
    """

    def __init__(self, runs: Iterable[Run | None]) -> None:
        self.devices = list(Device.objects.live().for_page())
        self.busy = set(Run.objects.filter(state="running").values_list("owner", flat=True))
        self._needed = _needed([run for run in runs if run is not None and run.state == "queued"])
        self._held = _held(self.devices, {task for tasks in self._needed.values() for task in tasks})

    def reason(self, run: Run | None) -> str:
        """One sentence without its stop; blank unless ``run`` is queued. What sent it back is told too."""
        if run is None or run.state != "queued":
            return ""
        before = run.reason.rstrip(".")
        now = self._now(run)
        return _("%(now)s; before that: %(before)s") % {"now": now, "before": before} if before else now

    def _now(self, run: Run) -> str:
        if not self.devices:
            return _("no worker is up; it starts when one is")
        large = [device for device in self.devices if device.memory >= run.memory_need]
        if not large:
            largest = max(device.memory for device in self.devices)
            text = _("needs about %(need)s of device memory; the largest device that is up has %(largest)s")
            return text % {"need": size(run.memory_need), "largest": size(largest)}
        needed = self._needed.get(run.pk, {})
        holding = [device for device in large if needed.keys() <= self._held.get(device.node_id, set())]
        if not holding:
            names = ", ".join(sorted(needed.values())[:3])
            return _("no device that is up and large enough has the data of %(tasks)s") % {"tasks": names}
        taking = [device for device in holding if not device.draining]
        if not taking:
            return _("every device that could take it takes no new work at the moment")
        if all(str(device) in self.busy for device in taking):
            return _("every device that could take it is busy")
        return _("starts as soon as a worker looks")


def _needed(runs: list[Run]) -> dict[int, dict[int, str]]:
    """Run → the tasks that it still has to do, id and name."""
    rows = Cell.objects.under_way().filter(run__in=runs).values_list("run_id", "task_id", "task__name").distinct()
    needed: dict[int, dict[int, str]] = {}
    for run, task, name in rows:
        if run is not None:
            needed.setdefault(run, {})[task] = name
    return needed


def _held(devices: list[Device], tasks: set[int]) -> dict[int, set[int]]:
    """Node → those of ``tasks`` whose data it holds."""
    rows = Node.tasks.through.objects.filter(node__in={device.node_id for device in devices}, task__in=tasks)
    held: dict[int, set[int]] = {}
    for node, task in rows.values_list("node_id", "task_id"):
        held.setdefault(node, set()).add(task)
    return held
