"""Memory ran out: half the batch, as long as there is half a batch; then a larger device; then the cells fail."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.actions.cell_write import locked, own_cells
from evaluation.actions.lease import Lease, held
from evaluation.actions.run_end import back_to_queue, cells_failed, close
from evaluation.fleet import Fleet, satisfied
from evaluation.holdings import Holdings
from evaluation.models import Device, Run, RunState

LARGER = 1.1
"""A device is worth another try when it has a tenth more: cards of one size differ by less."""


def run_out_of_memory(*, lease: Lease, cells: list[int], reason: str, loading: bool = False, log_tail: str = "") -> str:
    """Decide what becomes of a run whose ``cells`` found too little memory; returns its state. Raises ``LeaseLost``.

    ``loading``: the checkpoint itself did not fit, so a smaller batch is no remedy. An attempt that ends like this is
    not counted: the batch gets smaller or the device larger each time, so it comes to an end.
    """
    with held(lease, log_tail=log_tail):
        if not own_cells(lease).exists():
            return close(lease.run)
        run = Run.objects.get(pk=lease.run)
        if not loading and (batch := half(run.batch_size)):
            return _smaller(run, batch, reason)
        need = int(_memory(run) * LARGER)
        if _somewhere(run, need):
            return _larger(run, need, reason)
        text = _("%(reason)s No device that is up is larger.") % {"reason": reason}
        cells_failed(locked(own_cells(lease, *cells)), text)
        if not own_cells(lease).exists():
            return close(lease.run)
        back_to_queue(run.pk, reason, progress={}, max_attempts=run.max_attempts + 1)
        return RunState.QUEUED


def half(batch_size: str) -> str | None:
    """Half the batch; 8 for an automatic one; ``None`` below 1."""
    if not batch_size.isdecimal():
        return "8"
    return str(int(batch_size) // 2) if int(batch_size) > 1 else None


def _smaller(run: Run, batch: str, reason: str) -> str:
    text = _("%(reason)s Tried again with batches of %(batch)s.") % {"reason": reason, "batch": batch}
    first = run.first_batch_size or run.batch_size
    back_to_queue(
        run.pk, text, progress={}, batch_size=batch, first_batch_size=first, max_attempts=run.max_attempts + 1
    )
    return RunState.QUEUED


def _larger(run: Run, need: int, reason: str) -> str:
    """There it may have the batch that was asked for."""
    text = _("%(reason)s Tried again on a larger device than %(device)s.") % {"reason": reason, "device": run.owner}
    batch = run.first_batch_size or run.batch_size
    changes = {"memory_need": need, "batch_size": batch, "max_attempts": run.max_attempts + 1}
    back_to_queue(run.pk, text, progress={}, **changes)
    return RunState.QUEUED


def _memory(run: Run) -> int:
    """What the run had, on all its devices together."""
    had = sum(Device.objects.filter(run=run).values_list("memory", flat=True))
    return max(had, run.memory_need)


def _somewhere(run: Run, need: int) -> bool:
    """Whether a device that is up, or several of one node, have ``need`` bytes, the data and the labels."""
    fleet = Fleet()
    able = [[device] for device in fleet.devices if device.memory >= need]
    nodes = {found[0].node for found in [*able, *fleet.groups(need, fleet.devices)]}
    this, holdings = Run.objects.filter(pk=run.pk), Holdings()
    return any(satisfied(run.requires, node) and this.filter(holdings.all_on(node.pk)).exists() for node in nodes)
