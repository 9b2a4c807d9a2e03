"""Where a checkpoint's files lie on this machine, and what a light process can tell of them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from evaluation.core.checkpoints import CheckpointError, CheckpointReport, inspect_checkpoint
from modelcards.models import Checkpoint

BYTES_PER_PARAMETER = {"float32": 4, "bfloat16": 2, "float16": 2}
WORKING_MEMORY = 256 * 2**20


def local_directory(checkpoint: Checkpoint) -> Path:
    """The directory of a checkpoint with a path, which must lie below one of ``HUB_CHECKPOINT_DIRS``.

    Symbolic links are followed before the check. Raises ``CheckpointError`` when it lies elsewhere or is not there.
    """
    roots = [Path(root).resolve() for root in settings.HUB_CHECKPOINT_DIRS]
    found = [(root / checkpoint.path).resolve() for root in roots]
    below = [path for path in found if any(path.is_relative_to(root) and path != root for root in roots)]
    if not below:
        raise CheckpointError(_("Its path lies outside the checkpoint directories of this site."))
    for path in below:
        if path.is_dir():
            return path
    raise CheckpointError(_("There is no checkpoint directory %(path)s on this machine.") % {"path": checkpoint.path})


def inspect(checkpoint: Checkpoint) -> CheckpointReport:
    """What the files say, weights unread. Raises ``CheckpointError``: a sentence without this machine's paths."""
    directory = local_directory(checkpoint)
    try:
        return inspect_checkpoint(directory)
    except CheckpointError as error:
        raise CheckpointError(str(error).replace(str(directory), checkpoint.path)) from None


def memory_need(report: CheckpointReport, dtype: str) -> int:
    """Estimated bytes of device memory: weights at the asked precision plus a fifth, plus a quarter GiB to work in."""
    each = BYTES_PER_PARAMETER.get(dtype)
    return _with_room(report.parameters * each if each else report.bytes)


def memory_guess(parameters: int | None, dtype: str) -> int:
    """The same for weights that are not here, from what the card says; 0 where it does not say."""
    return _with_room(parameters * BYTES_PER_PARAMETER.get(dtype, 2)) if parameters else 0


def _with_room(weights: int) -> int:
    return int(weights * 1.2) + WORKING_MEMORY
