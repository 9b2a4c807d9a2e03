"""What decides an answer besides the request itself: the checkpoint, how it is run, and the task that asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from evaluation.core.answers import AnswerStore
from evaluation.core.checkpoints import checkpoint_sha256
from evaluation.core.comparable import Digest, resolved_configuration
from evaluation.core.protocol import TRANSFORMERS, CellSpec
from evaluation.runner.describe import versions
from evaluation.runner.kept import KeepingLM, KeptAnswers

if TYPE_CHECKING:
    from evaluation.runner.cell import CellWork


def keeping(task: Any, cell: CellSpec, work: CellWork) -> tuple[Any, KeptAnswers | None]:
    """The model to ask for this cell, and what is kept of its answers; the model itself where nothing is kept.

    Kept are answers of checkpoints on this machine alone: what a server loads is not known by its files.
    """
    lm, folder = work.loaded.lm, checkpoint_folder(work)
    if work.store is None or folder is None or not work.store.usable:
        return lm, None
    weights = work.store.hash_of(stamp(folder), lambda: checkpoint_sha256(folder, work.pulse.beat))
    kept = KeptAnswers(work.store, work.pulse, context(weights, task, cell, work), company(work))
    return KeepingLM(lm, kept), kept


def checkpoint_folder(work: CellWork) -> Path | None:
    """The directory of the loaded checkpoint, if it is one of this machine."""
    report = getattr(work.loaded, "report", None)
    folder = Path(report.path) if report is not None and report.path else None
    return folder if folder is not None and folder.is_dir() else None


def context(weights: str, task: Any, cell: CellSpec, work: CellWork) -> list[object]:
    """Two cells with an equal one may use each other's answers."""
    made_by = versions()
    config = resolved_configuration(task.config.to_dict(keep_callable=True), "")
    template = getattr(getattr(work.loaded.lm, "tokenizer", None), "chat_template", None)
    return [
        weights,
        work.loaded.dtype,
        work.loaded.scoring,
        [made_by[name] for name in ("lm_eval", "transformers", "torch", "arboretum")] + _engine(work, made_by),
        torch.device(work.spec.device).type,
        str(template) if cell.chat_template else "",
        cell.system_instruction,
        task.task_name,
        str(task.VERSION),
        Digest([config]).hexdigest(),
        cell.fresh,
    ]


def _engine(work: CellWork, made_by: dict[str, str]) -> list[str]:
    """The version of what computed, where that was not transformers."""
    return [] if work.loaded.backend == TRANSFORMERS else [work.loaded.backend, made_by[work.loaded.backend]]


def company(work: CellWork) -> list[object]:
    """What makes the last digits of an answer, together with the requests of its batch."""
    device = torch.device(work.spec.device)
    kind = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} threads"
    return [work.loaded.batch_size, kind]


def stamp(folder: Path) -> str:
    """Changes when a file of the directory does: names, sizes, times and places on the disk."""
    total = hashlib.sha256(str(folder.resolve()).encode())
    for file in sorted(folder.iterdir()):
        if file.is_file():
            about = file.stat()
            total.update(f"\0{file.name}\0{about.st_size}\0{about.st_mtime_ns}\0{about.st_ino}".encode())
    return total.hexdigest()


def open_store(file: str, most_bytes: int, say: Callable[[str], None]) -> AnswerStore | None:
    """The store of a run; ``None`` where none was named."""
    return AnswerStore(Path(file), most_bytes, say) if file and most_bytes > 0 else None


def sentence(kept: KeptAnswers) -> str:
    """How many answers were there already, for the log; empty for none."""
    if not kept.reused:
        return ""
    text = f"{kept.reused:,} of {kept.requests:,} answers were kept from before."
    if kept.elsewhere:
        text += f" {kept.elsewhere:,} of them come from other batches, so that last digits may differ."
    return text
