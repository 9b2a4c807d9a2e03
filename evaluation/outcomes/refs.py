"""Where the samples of a cell lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.core.passages import passage_field

if TYPE_CHECKING:
    from evaluation.models import Cell, SampleSet


@dataclass(frozen=True)
class SampleRef:
    """The outcomes of one cell and the prompts that they answer, by name in the storage and SHA-256.

    ``prompts_key`` is equal for models that were asked the same. ``passage``: the field of a document that tells which
    text it is about, where several documents of the task share one; blank otherwise.
    """

    file: str
    sha256: str
    prompts_file: str
    prompts_sha256: str
    prompts_key: str
    task: str
    passage: str = ""


def sample_ref(cell: Cell) -> SampleRef | None:
    """The samples of ``cell``; None where it has none, or the retention rule has taken them.

    Reads ``cell.sample_set.prompts`` and ``cell.task``: select them along.
    """
    stored: SampleSet | None = getattr(cell, "sample_set", None)
    if stored is None or stored.removed_at is not None:
        return None
    prompts, task = stored.prompts, cell.task
    field = task.passage_field or passage_field(task.name)
    return SampleRef(stored.file, stored.sha256, prompts.file, prompts.sha256, prompts.key, task.name, field)


def sample_refs(cells: Sequence[Cell]) -> tuple[SampleRef, ...]:
    """Those of all ``cells``; empty where one of them has none."""
    found = [sample_ref(cell) for cell in cells]
    return tuple(one for one in found if one) if all(found) else ()
