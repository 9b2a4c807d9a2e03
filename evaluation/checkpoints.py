"""Where a checkpoint's files lie on this machine, and what a light process can tell of them."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from evaluation.core.checkpoints import CheckpointError, CheckpointReport, inspect_checkpoint
from evaluation.core.families import ENCODER_ONLY
from evaluation.core.memory import BYTES, MIB, USUAL_BATCH, Allowance, Sizes, memory_estimate
from modelcards.models import Checkpoint

KEPT = 1000


class CheckpointAbsentError(CheckpointError):
    """The files are not to be had on this machine; another one may have them."""


def local_directory(checkpoint: Checkpoint) -> Path:
    """The directory of a checkpoint with a path, which must lie below one of ``HUB_CHECKPOINT_DIRS``.

    Symbolic links are followed before the check. Raises ``CheckpointAbsentError`` when it lies elsewhere or not at all.
    """
    if not checkpoint.path:
        raise CheckpointError(_("Its weights are not here: only imported results name them."))
    roots = [Path(root).resolve() for root in settings.HUB_CHECKPOINT_DIRS]
    found = [(root / checkpoint.path).resolve() for root in roots]
    below = [path for path in found if any(path.is_relative_to(root) and path != root for root in roots)]
    if not below:
        raise CheckpointAbsentError(_("Its path lies outside the checkpoint directories of this site."))
    for path in below:
        if path.is_dir():
            return path
    raise CheckpointAbsentError(
        _("There is no checkpoint directory %(path)s on this machine.") % {"path": checkpoint.path}
    )


def inspect(checkpoint: Checkpoint) -> CheckpointReport:
    """What the files say, weights unread. Raises ``CheckpointError``: a sentence without this machine's paths."""
    directory = local_directory(checkpoint)
    try:
        return _inspected(directory, _state(directory))
    except CheckpointError as error:
        raise CheckpointError(str(error).replace(str(directory), checkpoint.path)) from None


@lru_cache(maxsize=KEPT)
def _inspected(directory: Path, _files: frozenset[tuple[str, int, int]]) -> CheckpointReport:
    """A large checkpoint has hundreds of tensors in dozens of files, and each page of a plan asks for all models."""
    return inspect_checkpoint(directory)


def _state(directory: Path) -> frozenset[tuple[str, int, int]]:
    """Names, sizes and times of the files, links followed: it is read anew when any of these changes."""
    found: set[tuple[str, int, int]] = set()
    with suppress(OSError):  # reading it will tell
        for name in os.listdir(directory):
            found.add((name, *_look(directory / name)))
    return frozenset(found)


def _look(file: Path) -> tuple[int, int]:
    try:
        seen = file.stat()
    except OSError:  # a link to nowhere
        return -1, -1
    return seen.st_size, seen.st_ctime_ns


def memory_need(report: CheckpointReport, dtype: str, batch_size: str = "16") -> int:
    """Estimated bytes of device memory, by the formula of ``evaluation.core.memory``."""
    each = BYTES.get(dtype)
    return memory_estimate(
        weights=report.parameters * each if each else report.bytes,
        each=each or BYTES.get(report.dtype, 2),
        sizes=report.sizes,
        batch=_batch(batch_size),
        context=report.max_length,
        cached=report.architecture_family != ENCODER_ONLY,
        allowance=_allowance(),
    )


def memory_guess(parameters: int | None, dtype: str) -> int:
    """The same for weights that are not here, from what the card says; 0 where it does not say."""
    if not parameters:
        return 0
    each = BYTES.get(dtype, 2)
    return memory_estimate(weights=parameters * each, each=each, sizes=Sizes(), allowance=_allowance())


def _batch(batch_size: str) -> int:
    return int(batch_size) if batch_size.isdecimal() else USUAL_BATCH


def _allowance() -> Allowance:
    return Allowance(
        context=settings.HUB_MEMORY_CONTEXT,
        spare=settings.HUB_MEMORY_SPARE_PERCENT / 100,
        working=settings.HUB_MEMORY_WORKING_MB * MIB,
    )
