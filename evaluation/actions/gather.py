"""Several devices of one node for a run that none can hold alone.

A device is *held* for such a run: it finishes what it does and takes nothing else, except runs of a higher priority.
Its worker then ends its runner, so that the memory is free, and says so (*yielded*). The worker that finds all devices
of the group yielded claims run and devices in one transaction and leads the run.

Two such runs cannot wait for each other: a node gathers for one run at a time and a run at one node at a time (the
unique ``Run.gathering``), rows are locked in one order, and the claim takes all devices or none. A held device's
own run ends by itself, at the latest with its lease; so a gathering ends too.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from evaluation.actions.attempt import attempt_begins
from evaluation.actions.device_free import locked_devices
from evaluation.actions.lease import Lease, claim_of
from evaluation.actions.wake import wake_devices
from evaluation.core.placement import group
from evaluation.fleet import Fleet, idle
from evaluation.holdings import Holdings
from evaluation.models import Device, Run, RunState


def gather(run: Run, mine: Device, fleet: Fleet) -> bool:
    """Hold devices of ``mine``'s node, itself among them, for ``run``; ``False`` when this is not the time.

    While some of them work, other nodes get ``HUB_PLACEMENT_SECONDS`` in which one may be free at once.
    """
    mates = sorted(fleet.of(mine.node_id), key=lambda device: (device.pk != mine.pk, not idle(device)))
    chosen = group(mates, run.memory_need)
    if mine.pk not in {device.pk for device in chosen}:
        return False
    if not all(map(idle, chosen)) and not Run.objects.patient().filter(pk=run.pk).exists():
        return False
    try:
        with transaction.atomic():
            return _hold(run, mine.node_id, [device.pk for device in chosen])
    except IntegrityError:  # the node has begun to gather for another run
        return False


def _hold(run: Run, node: int, devices: list[int]) -> bool:
    queued = Run.objects.filter(pk=run.pk, state=RunState.QUEUED, attempt=run.attempt, gathering=None)
    if not queued.update(gathering=node):
        return False
    rows = locked_devices(devices)
    if len(rows) < len(devices) or any(row.held_for_id or row.draining for row in rows):
        transaction.set_rollback(True)
        return False
    Device.objects.filter(pk__in=devices).update(held_for=run, yielded=False)
    names = [str(row) for row in Device.objects.filter(pk__in=devices).select_related("node")]
    transaction.on_commit(lambda: wake_devices(names))
    return True


def whole(run: Run, mine: Device) -> bool:
    """Whether every device that is held for ``run`` is free, ``mine`` by its own word."""
    return _ready(list(Device.objects.filter(held_for=run.pk).select_related("run")), mine, run)


def _ready(devices: list[Device], mine: Device, run: Run) -> bool:
    free = [device for device in devices if idle(device) and (device.yielded or device.pk == mine.pk)]
    enough = sum(device.memory for device in devices) >= run.memory_need
    return enough and len(free) == len(devices) and mine.pk in {device.pk for device in devices}


def claim_gathered(run: Run, mine: Device) -> Lease | None:
    """Claim a run with all devices that are held for it, led by ``mine``; ``None`` while one of them is not free."""
    if not whole(run, mine):
        return None
    owner = str(mine)
    with transaction.atomic():
        queued = Run.objects.filter(pk=run.pk, state=RunState.QUEUED, gathering=mine.node_id, attempt=run.attempt)
        pks = list(Device.objects.filter(held_for=run.pk).order_by("pk").values_list("pk", flat=True))
        if not queued.update(**claim_of(owner), width=len(pks), gathering=None):
            return None
        locked_devices(pks)
        rows = list(Device.objects.filter(held_for=run.pk).select_related("run"))
        if len(rows) != len(pks) or not _ready(rows, mine, run):
            transaction.set_rollback(True)
            return None
        Device.objects.filter(pk__in=pks).update(run=run, held_for=None, yielded=False, holds=run.checkpoint_id)
        attempt_begins(run, _led_by(mine, pks))
    return Lease(run.pk, run.attempt + 1, owner)


def _led_by(mine: Device, pks: list[int]) -> list[Device]:
    rows = Device.objects.filter(pk__in=pks).select_related("node").order_by("pk")
    return sorted(rows, key=lambda device: device.pk != mine.pk)


def device_yield(*, device: Device) -> bool:
    """The memory of a held device is free: its runner has ended. ``False`` when it is not held, or has said so."""
    held = Device.objects.filter(pk=device.pk, held_for__isnull=False, yielded=False)
    return bool(held.update(yielded=True, holds=None, loaded=""))


def is_held(device: Device) -> bool:
    """Whether the device should give its memory free for a run that needs several."""
    return Device.objects.filter(pk=device.pk, held_for__isnull=False, yielded=False).exists()


def gatherings_sweep() -> int:
    """Let go of devices that are held in vain; returns how many runs that were.

    In vain: the run is no longer in the queue, a device of the group went away or takes no more work, or a single
    device that could hold the run takes work now.
    """
    runs = list(Run.objects.filter(gathering__isnull=False))
    left = Device.objects.filter(held_for__isnull=False).exclude(held_for__in=runs)
    left.update(held_for=None, yielded=False)
    if not runs:
        return 0
    fleet = Fleet()
    return sum(_let_go(run) for run in runs if _vain(run, fleet))


def _vain(run: Run, fleet: Fleet) -> bool:
    if run.state != RunState.QUEUED:
        return True
    taking = {device.pk: device for device in fleet.taking}
    held = list(Device.objects.filter(held_for=run.pk).values_list("pk", "memory"))
    if any(pk not in taking for pk, _memory in held) or sum(memory for _pk, memory in held) < run.memory_need:
        return True
    return Run.objects.filter(Holdings().fit(fleet.taking), pk=run.pk).exists()


@transaction.atomic
def _let_go(run: Run) -> bool:
    if not Run.objects.filter(pk=run.pk, gathering=run.gathering_id).update(gathering=None):
        return False
    Device.objects.filter(held_for=run.pk).update(held_for=None, yielded=False)
    return True
