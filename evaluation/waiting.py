"""Why a run waits, in words for the person who waits."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from evaluation.fleet import Fleet, idle, satisfied
from evaluation.models import Cell, Device, Node, Run
from evaluation.reach import Reach
from evaluation.templatetags.evaluation_format import size


class Waiting:
    """Looks once at the devices that are up, at what is busy, and at the data that the queued runs need.

    ``devices`` are those that are up; ``busy`` are the owners of all running runs, whoever's they are.
    """

    def __init__(self, runs: Iterable[Run | None]) -> None:
        self.fleet = Fleet()
        self.devices = sorted(self.fleet.devices, key=lambda device: (device.node.name, device.name))
        self.busy = set(Run.objects.filter(state="running").values_list("owner", flat=True))
        queued = [run for run in runs if run is not None and run.state == "queued"]
        self._needed = _needed(queued)
        self._reach = Reach()
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
        able = self._large_enough(run, self.devices)
        if not able:
            return self._too_large(run)
        able = [device for device in able if satisfied(run.requires, device.node)]
        if not able:
            text = _("no node that is up and large enough has the labels %(labels)s; it starts when one is up")
            return text % {"labels": run.requires.replace(" ", ", ")}
        within = [device for device in able if self._reach.has(device.node, run.checkpoint)]
        if not within:
            return self._no_weights(run, able)
        able = within
        needed = self._needed.get(run.pk, {})
        able = [device for device in able if needed.keys() <= self._held.get(device.node_id, set())]
        if not able:
            names = ", ".join(sorted(needed.values())[:3])
            return _("no device that is up and large enough has the data of %(tasks)s") % {"tasks": names}
        taking = self._large_enough(run, [device for device in able if not device.draining])
        return self._turn(run, taking)

    def _large_enough(self, run: Run, devices: list[Device]) -> list[Device]:
        """Those that hold the run alone; where none does, those that do so together with others of their node."""
        alone = [device for device in devices if device.memory >= run.memory_need]
        return alone or [device for group in self.fleet.groups(run.memory_need, devices) for device in group]

    def _no_weights(self, run: Run, able: list[Device]) -> str:
        """Every device that could hold the run is of a node that cannot have its checkpoint."""
        if not any(self._reach.may_fetch(device.node, run.checkpoint) for device in able):
            text = _(
                "the repository %(repo)s is gated, and no node that is up and large enough has a token of the hub "
                "(HF_TOKEN); it starts when one has"
            )
            return text % {"repo": run.checkpoint.repo_id}
        return _("no node that is up and large enough has its weights; it starts when one has")

    def _too_large(self, run: Run) -> str:
        largest, together = max(device.memory for device in self.devices), self.fleet.capacity()
        said = {"need": size(run.memory_need), "largest": size(largest), "together": size(together)}
        if together <= largest:
            return _("needs about %(need)s of device memory; the largest device that is up has %(largest)s") % said
        text = _(
            "needs about %(need)s of device memory; the largest device that is up has %(largest)s, "
            "the devices of one node together %(together)s"
        )
        return text % said

    def _turn(self, run: Run, taking: list[Device]) -> str:
        """What a run waits for that devices could take."""
        if not taking:
            return _("every device that could take it takes no new work at the moment")
        if run.gathering_id is not None:
            return self._gathering(run)
        if all(device.memory < run.memory_need for device in taking):
            return _("needs several devices of one node at once, and starts when enough of them are free")
        if all(self._occupied(device) for device in taking):
            return _("every device that could take it is busy")
        return _("starts as soon as a worker looks")

    def _gathering(self, run: Run) -> str:
        held = [device for device in self.devices if device.held_for_id == run.pk]
        free = sum(not self._occupied(device) for device in held)
        text = _("needs several devices at once; %(node)s keeps them free for it: %(free)d of %(all)d are")
        node = held[0].node.name if held else "?"
        return text % {"node": node, "free": free, "all": len(held)}

    def _occupied(self, device: Device) -> bool:
        return not idle(device) or str(device) in self.busy


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
