"""The verdict on every cell of a request: it looks once at each checkpoint, each task and the cells that stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from evaluation.actions.refuse import CheckpointVerdict, Refusal, checkpoint_verdict, pair_refusal, task_refusal
from evaluation.actions.resolve import Named
from evaluation.core.request import EvaluationRequest, settings_key
from evaluation.models import Cell, CellState, Task
from modelcards.models import Checkpoint

Verdict = Literal["run", "reuse", "refused"]
Key = tuple[int, int, int, int]
LONGEST_REASON = 200
OF_CELL = (
    "checkpoint",
    "task",
    "num_fewshot",
    "settings_key",
    "generation",
    "state",
    "reason",
    "weights",
    "task_content",
)


@dataclass(frozen=True)
class PlannedCell:
    """One model x task x asked shot count x seed. ``checkpoint`` is ``None`` only where the card has none (refused).

    Of one that would run ``nodes`` says how many of those that are up could take it; ``waits``: why none could, and
    ``lacks`` the same in a few words.
    """

    model: str
    checkpoint: Checkpoint | None
    task: Task
    asked_fewshot: int
    num_fewshot: int
    settings: dict[str, Any]
    verdict: Verdict
    reason: str = ""
    field: str = ""
    cell: Cell | None = None
    generation: int = 0
    documents: int | None = None
    memory_need: int = 0
    waits: str = ""
    lacks: str = ""
    nodes: int = 0

    @property
    def key(self) -> Key:
        """What tells the cells of one request apart."""
        return (self.checkpoint.pk if self.checkpoint else 0, self.task.pk, self.num_fewshot, self.seed)

    @property
    def seed(self) -> int:
        """Its seed."""
        return int(self.settings["seed"])


class Planner:
    """Crosses the models, tasks, shots and seeds of a request."""

    def __init__(self, request: EvaluationRequest, models: list[Named], tasks: list[Task]) -> None:
        self.request = request
        self.models = models
        self.tasks = tasks
        self.settings = {seed: request.settings(seed) for seed in request.seed}
        self.standing = _standing(models, tasks, {settings_key(each): seed for seed, each in self.settings.items()})
        self.seen: set[Key] = set()

    def cells(self) -> tuple[PlannedCell, ...]:
        """Every cell in the order models, tasks, shots, seeds."""
        refused = {task.pk: task_refusal(task) for task in self.tasks}
        asked = [(shots, seed) for shots in self.request.num_fewshot for seed in self.request.seed]
        found: list[PlannedCell] = []
        for model in self.models:
            known = self._model(model)
            for task in self.tasks:
                refusal = known.refusal or refused[task.pk] or pair_refusal(known, task, self.request.chat_template)
                found += [self._cell(model, task, shots, seed, refusal, known.memory_need) for shots, seed in asked]
        return tuple(found)

    def _model(self, model: Named) -> CheckpointVerdict:
        if model.checkpoint is None:
            return CheckpointVerdict(Refusal("models", _("No checkpoint here: the card has no weights on this site.")))
        asked = self.request
        return checkpoint_verdict(
            model.checkpoint, asked.dtype, asked.chat_template, asked.batch_size, backend=asked.backend
        )

    def _cell(self, model: Named, task: Task, asked: int, seed: int, refusal: Refusal | None, need: int) -> PlannedCell:
        used = asked if task.fixed_fewshot is None else task.fixed_fewshot
        documents = task.documents
        if documents is not None and self.request.limit is not None:
            documents = min(documents, self.request.limit)
        key = (model.checkpoint.pk if model.checkpoint else 0, task.pk, used, seed)
        verdict, reason, field, cell, generation = self._verdict(key, model.checkpoint, task, refusal)
        return PlannedCell(
            model=model.name,
            checkpoint=model.checkpoint,
            task=task,
            asked_fewshot=asked,
            num_fewshot=used,
            settings=self.settings[seed],
            verdict=verdict,
            reason=reason,
            field=field,
            cell=cell,
            generation=generation,
            documents=documents,
            memory_need=need,
        )

    def _verdict(
        self, key: Key, checkpoint: Checkpoint | None, task: Task, refusal: Refusal | None
    ) -> tuple[Verdict, str, str, Cell | None, int]:
        verdict, reason, cell, generation = self._found(self.standing.get(key, []), checkpoint, task)
        if verdict == "reuse" and cell is not None and cell.state == CellState.DONE:
            self.seen.add(key)
            return verdict, reason, "", cell, generation
        if refusal is not None:
            return "refused", refusal.reason, refusal.field, None, 0
        if key in self.seen:
            reason = _("The task fixes %(shots)d shots, so this is the same cell.") % {"shots": key[2]}
            return "reuse", reason, "", cell, generation
        self.seen.add(key)
        return verdict, reason, "", cell, generation

    def _found(
        self, cells: list[Cell], checkpoint: Checkpoint | None, task: Task
    ) -> tuple[Verdict, str, Cell | None, int]:
        """What the generations that stand, newest first, mean for a cell that can run."""
        if not cells:
            return "run", "", None, 0
        last = cells[0]
        if self.request.force:
            return "run", _("Asked for again."), None, last.generation + 1
        for cell in cells:
            if cell.state in (CellState.QUEUED, CellState.RUNNING):
                return "reuse", _("Under way."), cell, cell.generation
            if cell.state == CellState.DONE and not _outdated(cell, checkpoint, task):
                return "reuse", _("Already measured."), cell, cell.generation
        if last.state == CellState.DONE:
            return "run", _outdated(last, checkpoint, task), None, last.generation + 1
        return "run", _before(last), last, last.generation


def _before(cell: Cell) -> str:
    """What became of a cell that ended badly and would run again."""
    if cell.state == CellState.CANCELLED:
        return _("Cancelled before, runs again.")
    if not cell.reason:
        return _("Failed before, runs again.")
    return _("Failed before, runs again. It failed with: %(reason)s") % {"reason": cell.reason[:LONGEST_REASON]}


def _outdated(cell: Cell, checkpoint: Checkpoint | None, task: Task) -> str:
    """Why a done cell does not answer for what is there now: other weights or another task; blank if it does."""
    if checkpoint and checkpoint.sha256 and cell.weights and cell.weights != checkpoint.sha256:
        return _("The weights are others than those that were measured.")
    if task.content and cell.task_content and cell.task_content != task.content:
        return _("The task or its data has changed since it was measured.")
    return ""


def _standing(models: list[Named], tasks: list[Task], seeds: dict[str, int]) -> dict[Key, list[Cell]]:
    """All generations of every cell of these models and tasks under these settings, newest first."""
    checkpoints = [model.checkpoint for model in models if model.checkpoint]
    rows = Cell.objects.filter(checkpoint__in=checkpoints, task__in=tasks, settings_key__in=seeds)
    found: dict[Key, list[Cell]] = {}
    for cell in rows.only(*OF_CELL).order_by("-generation"):
        key = (cell.checkpoint_id, cell.task_id, cell.num_fewshot, seeds[cell.settings_key])
        found.setdefault(key, []).append(cell)
    return found
