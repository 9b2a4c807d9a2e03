"""The devices that are up, looked at once: which of them a run should have, and which it leaves to others."""

from __future__ import annotations

from collections.abc import Iterable

from evaluation.core.placement import PROCESSOR, group, rank
from evaluation.models import Device, Node, RunState

OWN = ("name", "kind", "memory", "speed", "draining", "holds", "yielded", "node", "run", "held_for")
OF_NODE = ("name", "labels", "versions", "downloads", "hub_token")
OF_RUN = ("state", "owner")
SEEN = [*OWN, *(f"node__{column}" for column in OF_NODE), *(f"run__{column}" for column in OF_RUN)]


class Fleet:
    """Devices that give signs of life. ``also``: one that is asking, whether or not it has given one yet."""

    def __init__(self, also: int | None = None) -> None:
        rows = Device.objects.live(also).select_related("node", "run").only(*SEEN)
        self.devices = list(rows.order_by("node_id", "pk"))

    @property
    def taking(self) -> list[Device]:
        """Those that take new work."""
        return [device for device in self.devices if not device.draining]

    def device(self, pk: int) -> Device | None:
        """The row of one device as it is now."""
        return next((device for device in self.devices if device.pk == pk), None)

    def of(self, node: int) -> list[Device]:
        """Devices of a node that take new work and could be used together."""
        return [device for device in self.taking if device.node_id == node and device.kind != PROCESSOR]

    def better(self, device: Device) -> list[Device]:
        """Devices of the same kind that are smaller: a run that fits there is left to them for a while."""
        mine = rank(device)
        return [each for each in self.taking if each.kind == device.kind and rank(each) < mine]

    def accelerators(self, device: Device) -> list[Device]:
        """For a processor the accelerators that take work: what fits there is not for it. For others nothing."""
        if device.kind != PROCESSOR:
            return []
        return [each for each in self.taking if each.kind != PROCESSOR]

    def processors(self, device: Device) -> list[Device]:
        """For an accelerator the processors that take work: asking a server is for them. For others nothing."""
        if device.kind == PROCESSOR:
            return []
        return [each for each in self.taking if each.kind == PROCESSOR]

    def groups(self, need: int, devices: Iterable[Device] | None = None) -> list[list[Device]]:
        """For every node whose accelerators hold ``need`` bytes together, the smallest such group."""
        by_node: dict[int, list[Device]] = {}
        for device in self.taking if devices is None else devices:
            by_node.setdefault(device.node_id, []).append(device)
        return [found for of_node in by_node.values() if (found := group(of_node, need))]

    def capacity(self) -> int:
        """The largest need in bytes that a device, or the accelerators of a node together, could hold."""
        together: dict[tuple[int, str], int] = {}
        for device in self.devices:
            place = (device.node_id, device.name if device.kind == PROCESSOR else "accelerators")
            together[place] = together.get(place, 0) + device.memory
        return max(together.values(), default=0)


def idle(device: Device) -> bool:
    """Whether no run has the device now."""
    return device.run is None or device.run.state != RunState.RUNNING


def offers(node: Node) -> set[str]:
    """Labels of a node, and the names of the packages that it has."""
    return {*map(str, node.labels), *(name for name, version in node.versions.items() if version)}


def satisfied(requires: str, node: Node) -> bool:
    """Whether a node has every label that a run requires."""
    return set(requires.split()) <= offers(node)
