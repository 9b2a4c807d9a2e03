"""What one reader may know of all devices at this moment: the page of nodes and REST tell the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evaluation.models import Device, Run
from evaluation.progress import run_seconds_left
from modelcards.models import Checkpoint
from modelcards.querysets import Reader


@dataclass(frozen=True)
class DeviceLine:
    """One device. ``run`` is None when it does nothing, or something that the reader may not see (``busy``).

    ``holds``: the checkpoint that its runner keeps warm; blank where it holds none, or one of a hidden card.
    ``kept``: it is kept free for a run that needs several; ``kept_for`` is that run where the reader may see it.
    """

    device: Device
    holds: str
    live: bool
    busy: bool
    run: Run | None
    kept: bool
    kept_for: Run | None
    seconds_left: float | None

    @property
    def use(self) -> dict[str, Any]:
        """Memory in bytes and load in 0..1 as last told; empty when that is old."""
        return self.device.use if self.live and isinstance(self.device.use, dict) else {}

    @property
    def memory_percent(self) -> int | None:
        """Memory in use, of a hundred."""
        used = self.use.get("memory")
        return None if used is None or not self.device.memory else min(100, round(100 * used / self.device.memory))

    @property
    def load_percent(self) -> int | None:
        """Load, of a hundred."""
        load = self.use.get("load")
        return None if load is None else round(100 * load)

    @property
    def speeds(self) -> list[tuple[str, float]]:
        """Output type and documents a second of past runs."""
        return sorted(self.device.speed.items())


class Sight:
    """Looks once; a fixed number of queries, however many devices there are."""

    def __init__(self, user: Reader) -> None:
        running = Run.objects.filter(state="running")
        # A run of several devices has one owner, and is at work on all of them.
        lent = {str(d): d.run_id for d in Device.objects.filter(run__state="running").select_related("node")}
        self.live = set(Device.objects.live().values_list("pk", flat=True))
        self._busy = {*running.values_list("owner", flat=True), *lent}
        shown = {run.pk: run for run in running.visible_to(user).for_page().defer("log_tail")}
        self._running = {run.owner: run for run in shown.values()}
        self._running |= {owner: shown[pk] for owner, pk in lent.items() if pk in shown}
        self._kept = {run.pk: run for run in Run.objects.filter(held_devices__isnull=False).visible_to(user).for_page()}
        slugs = {loaded.partition("@")[0] for loaded in Device.objects.values_list("loaded", flat=True)}
        readable = Checkpoint.objects.visible_to(user).filter(card__slug__in=slugs - {""}).select_related("card")
        self._readable = set(map(str, readable))

    def line(self, device: Device, node: str) -> DeviceLine:
        """What may be known of a device of the machine ``node``."""
        owner = f"{node}/{device.name}"
        run = self._running.get(owner)
        return DeviceLine(
            device=device,
            holds=device.loaded if device.loaded in self._readable else "",
            live=device.pk in self.live,
            busy=owner in self._busy,
            run=run,
            kept=device.held_for_id is not None,
            kept_for=self._kept.get(device.held_for_id or 0),
            seconds_left=run_seconds_left(run) if run else None,
        )
