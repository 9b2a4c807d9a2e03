"""The cells, scores and samples of one results file. Called within the import's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.actions.chance_note import chance_note
from evaluation.actions.prompts_store import prompts_store
from evaluation.core.comparable import canonical
from evaluation.core.request import settings_key
from evaluation.files import prompts_file
from evaluation.models import (
    Benchmark,
    Cell,
    CellState,
    ImportedCell,
    Origin,
    ResultFile,
    SampleSet,
    Score,
    Task,
)
from evaluation.results.comparing import measured_keys
from evaluation.results.keys import stated_key
from evaluation.results.samples import Written
from evaluation.results.shapes import Results, StatedTask
from modelcards.exchange.report import Change

LARGEST_CONFIG = 200_000
SCORING = {"generate_until": "generated"}
Values = dict[tuple[str, str], tuple[float, float | None]]


@dataclass
class Stored:
    """What came of a file: the scores that are new or other, how many cells are new, and scores that were here."""

    changes: list[Change] = field(default_factory=list)
    fresh: int = 0
    known: int = 0


def cells_store(*, file: ResultFile, results: Results, samples: Mapping[str, Written], dry: bool) -> Stored:
    """Store what is not here yet. The same values again change nothing; other values are a new generation of the cell.

    ``dry``: no file goes into the storage; the rows are the caller's to roll back.
    """
    return _Store(file, results, samples, dry).store()


class _Store:
    def __init__(self, file: ResultFile, results: Results, samples: Mapping[str, Written], dry: bool) -> None:
        self.file, self.results, self.samples, self.dry = file, results, samples, dry
        self.checkpoint = file.checkpoint
        self.tasks = _tasks(results.tasks)
        self.benchmarks = _benchmarks(results.tasks)
        self.standing = self.read_standing()
        self.stored = Stored()
        self.cells: list[Cell] = []
        self.scores: list[Score] = []

    def store(self) -> Stored:
        taken = [(task, self.take(task)) for task in self.results.tasks]
        Cell.objects.bulk_create(self.cells, batch_size=500)
        ImportedCell.objects.bulk_create(
            [ImportedCell(cell=cell, stated=self.file.stated, file=self.file) for cell in self.cells], batch_size=500
        )
        Score.objects.bulk_create(self.scores, batch_size=500)
        for task, cell in taken:
            self.add_samples(task, cell)
        return self.stored

    def read_standing(self) -> dict[tuple[int, int, str], list[Cell]]:
        """The imported cells of this checkpoint and these tasks, newest generation first, with their scores."""
        rows = Cell.objects.filter(checkpoint=self.checkpoint, task__in=[task.pk for task in self.tasks.values()])
        found: dict[tuple[int, int, str], list[Cell]] = {}
        for cell in rows.prefetch_related("scores").order_by("-generation"):
            found.setdefault((cell.task_id, cell.num_fewshot, cell.settings_key), []).append(cell)
        return found

    def take(self, task: StatedTask) -> Cell:
        """The cell of a task, with the scores that it lacks; both are stored later, all together."""
        settings = self.settings(task)
        row = self.tasks[task.name]
        standing = self.standing.get((row.pk, task.num_fewshot, settings_key(settings)), [])
        values: Values = {(one.metric, one.filter): (one.value, one.stderr) for one in task.metrics}
        same = next((cell for cell in standing if _agrees(cell, values)), None)
        cell = same or self.make_cell(task, row, settings, standing)
        present = _values(cell) if same else {}
        older = _values(standing[0]) if standing and not same else {}
        self.add_scores(task, cell, present, older)
        return cell

    def settings(self, task: StatedTask) -> dict[str, Any]:
        """What tells an imported cell from every other one; a cell of our own never has the same."""
        told = {"model": self.results.model.name, "harness": self.results.harness, "version": task.version}
        return {
            "limit": task.limit,
            "dtype": self.results.model.dtype,
            **self.results.settings,
            "imported": told,
        }

    def make_cell(self, task: StatedTask, row: Task, settings: dict[str, Any], standing: Sequence[Cell]) -> Cell:
        cell = Cell(
            checkpoint=self.checkpoint,
            task=row,
            num_fewshot=task.num_fewshot,
            settings=settings,
            settings_key=settings_key(settings),
            generation=standing[0].generation + 1 if standing else 0,
            state=CellState.DONE,
            documents_done=task.n or 0,
            documents_total=task.n,
            made_with=self.made_with(task),
            ended_at=self.results.made_at or timezone.now(),
        )
        self.cells.append(cell)
        self.stored.fresh += not standing
        return cell

    def made_with(self, task: StatedTask) -> dict[str, Any]:
        """The record of the file, under the names that our own runs use where they mean the same."""
        record = self.results.record
        config = task.config if len(canonical(task.config)) <= LARGEST_CONFIG else {}
        versions = {"lm_eval": record.get("lm_eval_version"), "transformers": record.get("transformers_version")}
        told = {
            **record,
            "imported": self.file.name,
            "harness": self.results.harness,
            "task_config": config,
            "task_version": task.version,
            "dtype": self.results.model.dtype,
            "limit": task.limit,
            "chat_template": self.results.settings.get("chat_template"),
            "versions": {name: version for name, version in versions.items() if version},
            "model_args": dict(self.results.model.arguments),
        }
        if task.output_type:
            told["scoring"] = SCORING.get(task.output_type, "loglikelihood")
        return told

    def add_scores(self, task: StatedTask, cell: Cell, present: Values, older: Values) -> None:
        """The scores that the cell does not have; ``older``: values of the generation before."""
        keys = measured_keys(self.results, task, self.samples.get(task.name))
        for one in task.metrics:
            name = (one.metric, one.filter)
            if name in present:
                self.stored.known += 1
                continue
            label = f"{task.name}, {one.metric}{f', {one.filter}' if one.filter not in ('', 'none') else ''}"
            before = str(older[name][0]) if name in older else ""
            shots = _("%(label)s, %(n)d-shot") % {"label": label, "n": task.num_fewshot}
            self.stored.changes.append(Change(shots, before, repr(one.value)))
            self.scores.append(
                Score(
                    card_id=self.checkpoint.card_id,
                    checkpoint=self.checkpoint,
                    cell=cell,
                    benchmark=self.benchmarks.get(task.name) or self.benchmarks.get(task.plain),
                    task_name=task.name,
                    num_fewshot=task.num_fewshot,
                    metric=one.metric,
                    filter=one.filter,
                    value=one.value,
                    stderr=one.stderr,
                    n=task.n,
                    higher_is_better=one.higher_is_better,
                    origin=Origin.IMPORTED,
                    source=source_of(self.file),
                    confidence="unchecked",
                    comparable_key=keys.get(name) or stated_key(self.results, task, one),
                )
            )

    def add_samples(self, task: StatedTask, cell: Cell) -> None:
        written = self.samples.get(task.name)
        if written is None or SampleSet.objects.filter(cell=cell).exists():
            return
        self.stored.changes.append(Change(_("%(task)s, samples") % {"task": task.name}, "", str(written.prompts_rows)))
        prompts, made = prompts_store(
            key=written.key,
            task=cell.task,
            num_fewshot=cell.num_fewshot,
            file=prompts_file(written.key),
            sha256=written.prompts_sha256,
            rows=written.prompts_rows,
        )
        if cell.task.chance is None and not cell.made_with.get("limit"):
            chance_note(task=cell.task, level=written.chance)
        name = f"samples/imported/{cell.pk}-{self.file.sha256[:16]}.parquet"
        SampleSet.objects.create(
            cell=cell, prompts=prompts, file=name, sha256=written.outcomes_sha256, rows=written.outcomes_rows
        )
        if not self.dry:
            _keep(name, written.outcomes)
            if made or not default_storage.exists(prompts.file):
                _keep(prompts.file, written.prompts)


def source_of(file: ResultFile) -> str:
    """What a page names as the source of a file's scores."""
    return f"lm-eval {file.harness} results, {file.name.rpartition('/')[2][-200:]}"


def _keep(name: str, path: Any) -> None:
    """Put a file into the storage; one that an import left behind when its transaction failed is replaced."""
    if default_storage.exists(name):
        default_storage.delete(name)
    with path.open("rb") as file:
        default_storage.save(name, File(file))


def _values(cell: Cell) -> Values:
    return {(score.metric, score.filter): (score.value, score.stderr) for score in cell.scores.all()}


def _agrees(cell: Cell, values: Values) -> bool:
    """Whether what both state is equal, and there is something that both state."""
    present = _values(cell)
    both = set(present) & set(values)
    return bool(both) and all(present[name] == values[name] for name in both)


def _tasks(stated: Sequence[StatedTask]) -> dict[str, Task]:
    """Rows of the named tasks; those that the site does not know are made, and say why they cannot run here."""
    names = [task.name for task in stated]
    found = {task.name: task for task in Task.objects.filter(name__in=names)}
    reason = _("Known only from imported results.")
    fresh = [
        Task(
            name=task.name,
            kind=task.kind,
            members=list(task.members),
            output_type=task.output_type[:40],
            version=task.version,
            data_reason=reason,
        )
        for task in stated
        if task.name not in found
    ]
    Task.objects.bulk_create(fresh, ignore_conflicts=True)
    return found if not fresh else {task.name: task for task in Task.objects.filter(name__in=names)}


def _benchmarks(stated: Sequence[StatedTask]) -> dict[str, Benchmark]:
    """The benchmark of each task name, with and without the version behind it."""
    names = {name for task in stated for name in (task.name, task.plain)}
    rows = Benchmark.objects.filter(task_name__in=names).order_by("-pk")
    return {row.task_name: row for row in rows}
