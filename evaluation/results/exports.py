"""Results of our own runs as a zip, written while it is sent: for lm-eval's readers, or for Every Eval Ever."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence

from django.core.files.storage import default_storage

from evaluation.groups import GroupCell
from evaluation.models import Cell, SampleSet
from evaluation.querysets import CellQuerySet
from evaluation.results.everyeval import record, record_path
from evaluation.results.samplelines import sample_lines, task_hash
from evaluation.results.writing import Batch, batches, results_document
from evaluation.sidebyside.cells import kept_back
from modelcards.exchange.sink import Sink

KINDS = ("lm-eval", "every-eval-ever")
# Entries have the date of every other archive of the hub: the same scores give the same bytes on every day.
ENTRY_DATE = (1980, 1, 1, 0, 0, 0)


def exportable(cells: CellQuerySet) -> list[Cell]:
    """The cells of which there is something to write: done and run here."""
    rows = cells.filter(state="done", imported=None).select_related("checkpoint__card", "task", "sample_set__prompts")
    return list(rows.prefetch_related("scores", "checkpoint__card__organisations").order_by("pk"))


def harness_zip(cells: Sequence[Cell], groups: Sequence[GroupCell] = ()) -> Iterator[bytes]:
    """``<model>/results_<date>.json`` with ``<model>/samples_<task>_<date>.jsonl``, as lm-eval names and writes them.

    Samples of a benchmark whose prompts may not be shown are left out, and so are those that are no more there.
    """
    hidden = _hidden(cells)
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for batch in batches(cells, groups):
            hashes: dict[str, str] = {}
            for cell in batch.cells:
                stored = _samples(cell)
                if stored is None or cell.task.name in hidden:
                    continue
                hashes[cell.task.name] = task_hash(_lines(cell, stored))
                name = f"{batch.folder}/samples_{cell.task.name}_{batch.date}.jsonl"
                with archive.open(_entry(name), "w") as file:
                    for line in _lines(cell, stored):
                        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                        yield sink.drain()
            document = results_document(batch, hashes)
            text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
            archive.writestr(_entry(f"{batch.folder}/results_{batch.date}.json"), text)
            yield sink.drain()
    yield sink.drain()


def records_zip(cells: Sequence[Cell], organisation: str) -> Iterator[bytes]:
    """One record of Every Eval Ever for each batch, where its datastore would keep it."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for batch in batches(cells):
            text = record_text(batch, organisation)
            archive.writestr(_entry(record_path(batch, text)), text)
            yield sink.drain()
    yield sink.drain()


def record_text(batch: Batch, organisation: str) -> str:
    """A record as it stands in its file."""
    return json.dumps(record(batch, organisation), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _lines(cell: Cell, stored: SampleSet) -> Iterator[dict[str, object]]:
    output_type = str(cell.made_with.get("task_config", {}).get("output_type") or cell.task.output_type)
    with default_storage.open(stored.prompts.file) as prompts, default_storage.open(stored.file) as outcomes:
        yield from sample_lines(prompts, outcomes, output_type)  # type: ignore[arg-type]  # binary files


def _samples(cell: Cell) -> SampleSet | None:
    stored: SampleSet | None = getattr(cell, "sample_set", None)
    if stored is None or stored.removed_at is not None:
        return None
    return stored if all(default_storage.exists(name) for name in (stored.file, stored.prompts.file)) else None


def _hidden(cells: Sequence[Cell]) -> set[str]:
    """The tasks whose documents ask not to be published."""
    return {name for name in {cell.task.name for cell in cells} if kept_back(name)}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ENTRY_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
