"""Why a cell or a run cannot be scored: a cause that a machine reads and a sentence for a person."""

from __future__ import annotations

import traceback

from evaluation.core.checkpoints import CheckpointError

DETAIL_LIMIT = 8_000


class ScoringError(Exception):
    """Carries ``cause`` (task, data, checkpoint, memory, refused, internal) and ``reason``, a sentence."""

    def __init__(self, cause: str, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason


class CancelError(Exception):
    """The asker no longer wants this cell or run."""


def explain(error: BaseException) -> ScoringError:
    """The cause and the sentence for any exception that came out of loading or scoring."""
    if isinstance(error, ScoringError):
        return error
    if isinstance(error, CheckpointError):
        return ScoringError("checkpoint", str(error))
    if out_of_memory(error):
        return ScoringError("memory", f"The device has not enough memory for this batch: {_first_line(error)}")
    return ScoringError("internal", f"{type(error).__name__}: {_first_line(error)}")


def out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` says that memory ran out, on the device or on the host."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in text or "not enough memory" in text)


def device_fault(error: BaseException) -> bool:
    """Whether the accelerator itself failed; after that every further call of the process fails too."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = str(error)
    return (
        isinstance(error, RuntimeError) and not out_of_memory(error) and ("CUDA error" in text or "HIP error" in text)
    )


def detail(error: BaseException) -> str:
    """The traceback, its end kept, for the log and for who mends it."""
    return "".join(traceback.format_exception(error))[-DETAIL_LIMIT:]


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:400] if lines else "no further word"
