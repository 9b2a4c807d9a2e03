"""Take a run: pick the best that a device may have, then one conditional UPDATE whose row count decides."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from evaluation.actions.attempt import attempt_begins
from evaluation.actions.candidates import Candidates
from evaluation.actions.gather import claim_gathered, gather, whole
from evaluation.actions.lease import Lease, claim_of
from evaluation.fleet import Fleet
from evaluation.models import Device, Run, RunState

LOOKS = 20
"""How often a claim looks again when others were quicker at all that it saw."""


def run_claim(*, device: Device, loaded: int | None = None) -> Lease | None:
    """Claim a queued run for ``device``; ``None`` when there is none that it may take now.

    ``loaded`` is the checkpoint that the device's runner holds. ``Candidates`` tells the order. A run that needs
    several devices is claimed by the worker that finds the last of them free; until then these take nothing else.
    """
    for _look in range(LOOKS):
        lease, lost = _try(device, loaded)
        if lease is not None or not lost:
            return lease
    return None


def _try(device: Device, loaded: int | None) -> tuple[Lease | None, bool]:
    """One look at the queue: the claim, or whether another worker was quicker and there may be more to take."""
    fleet = Fleet(device.pk)
    mine = fleet.device(device.pk)
    if mine is None or mine.draining or lent(mine):
        return None, False
    if mine.held_for is not None and (lease := claim_gathered(mine.held_for, mine)):
        return lease, False
    lost = False
    for run in Candidates(fleet, mine, loaded, above=_floor(mine)):
        if run.memory_need <= mine.memory:
            lease = _claim(run, mine)
        elif gather(run, mine, fleet):
            return claim_gathered(run, mine), False
        else:
            continue
        if lease is not None:
            return lease, False
        lost = True
    return None, lost


def run_waits_for(device: Device) -> bool:
    """Whether a worker of ``device`` has anything to do: a run to claim, or memory to give free for one."""
    fleet = Fleet(device.pk)
    mine = fleet.device(device.pk)
    if mine is None or mine.draining or lent(mine):
        return False
    if mine.held_for is not None and (not mine.yielded or whole(mine.held_for, mine)):
        return True
    return any(True for _run in Candidates(fleet, mine, above=_floor(mine)))


def lent(device: Device) -> bool:
    """Whether a run works on the device that another device's worker leads.

    A run that names the device itself as its owner is left over from a worker that died: this one has none in hand.
    """
    run = device.run
    return run is not None and run.state == RunState.RUNNING and run.owner != str(device)


def _floor(device: Device) -> int | None:
    """While it is held for a run, a device takes only what goes before that."""
    return None if device.held_for is None else device.held_for.priority


def _claim(run: Run, device: Device) -> Lease | None:
    owner = str(device)
    with transaction.atomic():
        claimed = Run.objects.filter(pk=run.pk, state=RunState.QUEUED, attempt=run.attempt, gathering=None).update(
            **claim_of(owner), width=1
        )
        if not claimed:
            return None
        free = Device.objects.filter(Q(pk=device.pk, draining=False, held_for=device.held_for_id, run=device.run_id))
        if not free.update(run=run, holds=run.checkpoint_id, yielded=False):
            transaction.set_rollback(True)  # another worker of the node has taken this device meanwhile
            return None
        attempt_begins(run, [device])
    return Lease(run.pk, run.attempt + 1, owner)
