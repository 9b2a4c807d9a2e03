"""A node cannot have a checkpoint: its run goes back for another node, and this one takes none like it for a while."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Now

from evaluation.actions.cell_write import own_cells
from evaluation.actions.lease import Lease, held
from evaluation.actions.run_end import back_to_queue, close
from evaluation.checkpoints import local_directory
from evaluation.core.checkpoints import CheckpointError
from evaluation.models import Lack, Node, Run, RunState
from modelcards.models import Checkpoint

AGAIN_AFTER = timedelta(minutes=30)
"""A hub is asked again after this long: it may have been away, or access was granted meanwhile."""


def run_elsewhere(*, lease: Lease, node: Node, reason: str, gated: bool = False, log_tail: str = "") -> str:
    """Give a run back whose checkpoint ``node`` cannot have; returns its state. Raises ``LeaseLost``.

    Not counted as an attempt. Until the node has the files, or is to try again, it claims no run of this checkpoint.
    ``gated``: the hub said that the repository is; from now on only nodes with a token take its runs.
    """
    with held(lease, log_tail=log_tail):
        if not own_cells(lease).exists():
            return close(lease.run)
        checkpoint = Run.objects.select_related("checkpoint").get(pk=lease.run).checkpoint
        until = Now() + AGAIN_AFTER if checkpoint.repo_id else None
        Lack.objects.update_or_create(
            node=node, checkpoint=checkpoint, defaults={"reason": reason, "at": Now(), "until": until}
        )
        if gated:
            Checkpoint.objects.filter(repo_id=checkpoint.repo_id).exclude(gated=True).update(gated=True)
        back_to_queue(lease.run, f"{node.name}: {reason}", progress={}, max_attempts=F("max_attempts") + 1)
        return RunState.QUEUED


def lacks_review(*, node: Node) -> int:
    """Forget what ``node`` lacked and has now, or is to try again; returns how many. Called on the node itself."""
    over = Lack.objects.filter(Q(until__lte=Now()), node=node).delete()[0]
    there = [lack.pk for lack in _without_directory(node) if _is_there(lack.checkpoint)]
    return over + (Lack.objects.filter(pk__in=there).delete()[0] if there else 0)


def lacks_forget(*, node: Node) -> None:
    """The node starts anew, perhaps with other directories or a token: it tries everything again."""
    Lack.objects.filter(node=node).delete()


def _without_directory(node: Node) -> list[Lack]:
    return list(Lack.objects.filter(node=node, until=None).select_related("checkpoint"))


def _is_there(checkpoint: Checkpoint) -> bool:
    try:
        local_directory(checkpoint)
    except CheckpointError:
        return False
    return True
