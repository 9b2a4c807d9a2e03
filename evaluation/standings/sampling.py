"""The files that hold what was answered, document by document, for those rows that have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evaluation.models import Cell
from evaluation.outcomes import SampleRef, sample_refs
from evaluation.standings.rows import Row

Files = Mapping[Row, tuple[SampleRef, ...]]


def sample_files(rows: Iterable[Row]) -> Files:
    """Files by row; a row of which one part has none is left out."""
    cells_of = {row: row.parts or ((row.cell,) if row.cell else ()) for row in rows}
    wanted = {pk for cells in cells_of.values() for pk in cells}
    cells = Cell.objects.select_related("task", "sample_set__prompts").only(*_COLUMNS).in_bulk(wanted)
    found = {row: sample_refs([cells[pk] for pk in pks if pk in cells]) for row, pks in cells_of.items()}
    return {row: files for row, files in found.items() if files and len(files) == len(cells_of[row])}


_OF_SET = ("file", "sha256", "removed_at")
_OF_PROMPTS = ("file", "sha256", "key")
_COLUMNS = (
    *("task__name", "task__passage_field"),
    *(f"sample_set__{name}" for name in _OF_SET),
    *(f"sample_set__prompts__{name}" for name in _OF_PROMPTS),
)
