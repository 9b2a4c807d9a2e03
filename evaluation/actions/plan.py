"""What would happen if a request were submitted: run, reuse or refuse, cell by cell. Writes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.actions.estimate import Speeds
from evaluation.actions.refuse import CheckpointVerdict, Refusal, checkpoint_verdict, pair_refusal, task_refusal
from evaluation.actions.resolve import Named, resolve_models, resolve_tasks
from evaluation.core.request import EvaluationRequest, RequestError, settings_key
from evaluation.models import Cell, CellState, Device, Task
from modelcards.models import Checkpoint
from modelcards.querysets import Reader

Verdict = Literal["run", "reuse", "refused"]
MAX_CELLS = 5000
_BEFORE = {
    CellState.FAILED: gettext_lazy("Failed before, runs again."),
    CellState.CANCELLED: gettext_lazy("Cancelled before, runs again."),
}


@dataclass(frozen=True)
class PlannedCell:
    """One model x task x asked shot count. ``checkpoint`` is ``None`` only where the card has none (refused)."""

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

    @property
    def key(self) -> tuple[int, int, int]:
        """What tells the cells of one request apart."""
        return (self.checkpoint.pk if self.checkpoint else 0, self.task.pk, self.num_fewshot)


@dataclass(frozen=True)
class Plan:
    """The cells of a request. ``seconds``: estimate for those that run, ``None`` where not known."""

    request: EvaluationRequest
    cells: tuple[PlannedCell, ...]
    seconds: float | None
    devices: int

    def count(self, verdict: Verdict) -> int:
        """How many cells end in ``verdict``."""
        return Counter(cell.verdict for cell in self.cells)[verdict]


def evaluation_plan(*, user: Reader, request: EvaluationRequest) -> Plan:
    """Resolve names, collapse shots that a task fixes, find cells that are there already.

    Raises ``RequestError`` by field for names that ``user`` cannot see and for requests that are too large.
    """
    models, tasks = _resolve(user, request)
    total = len(models) * len(tasks) * len(request.num_fewshot)
    if total > MAX_CELLS:
        text = _("This asks for %(total)d cells; at most %(most)d go into one evaluation.")
        raise RequestError({"tasks": [text % {"total": total, "most": MAX_CELLS}]})
    cells = _Planner(request, models, tasks).cells()
    need = max((cell.memory_need for cell in cells if cell.verdict == "run"), default=0)
    devices = list(Device.objects.live().filter(draining=False, memory__gte=need))
    return Plan(request, cells, _seconds(cells, devices), len(devices))


def _resolve(user: Reader, request: EvaluationRequest) -> tuple[list[Named], list[Task]]:
    """Both lists, or the errors of both at once."""
    errors: dict[str, list[str]] = {}
    models: list[Named] = []
    tasks: list[Task] = []
    try:
        models = resolve_models(user, request.models)
    except RequestError as error:
        errors |= error.errors
    try:
        tasks = resolve_tasks(request.tasks)
    except RequestError as error:
        errors |= error.errors
    if errors:
        raise RequestError(errors)
    return models, tasks


class _Planner:
    """Looks once at each checkpoint, each task and the cells that stand."""

    def __init__(self, request: EvaluationRequest, models: list[Named], tasks: list[Task]) -> None:
        self.request = request
        self.models = models
        self.tasks = tasks
        self.settings = request.settings()
        self.standing = _standing(models, tasks, settings_key(self.settings))
        self.seen: set[tuple[int, int, int]] = set()

    def cells(self) -> tuple[PlannedCell, ...]:
        refused = {task.pk: task_refusal(task) for task in self.tasks}
        found: list[PlannedCell] = []
        for model in self.models:
            known = self._model(model)
            for task in self.tasks:
                refusal = known.refusal or refused[task.pk] or pair_refusal(known.family, task)
                shots = self.request.num_fewshot
                found += [self._cell(model, task, asked, refusal, known.memory_need) for asked in shots]
        return tuple(found)

    def _model(self, model: Named) -> CheckpointVerdict:
        if model.checkpoint is None:
            return CheckpointVerdict(Refusal("models", _("No checkpoint here: the card has no weights on this site.")))
        return checkpoint_verdict(model.checkpoint, self.request.dtype)

    def _cell(self, model: Named, task: Task, asked: int, refusal: Refusal | None, need: int) -> PlannedCell:
        used = asked if task.fixed_fewshot is None else task.fixed_fewshot
        documents = task.documents
        if documents is not None and self.request.limit is not None:
            documents = min(documents, self.request.limit)
        verdict, reason, field, cell, generation = self._verdict(model, task, used, refusal)
        return PlannedCell(
            model=model.name,
            checkpoint=model.checkpoint,
            task=task,
            asked_fewshot=asked,
            num_fewshot=used,
            settings=self.settings,
            verdict=verdict,
            reason=reason,
            field=field,
            cell=cell,
            generation=generation,
            documents=documents,
            memory_need=need,
        )

    def _verdict(
        self, model: Named, task: Task, used: int, refusal: Refusal | None
    ) -> tuple[Verdict, str, str, Cell | None, int]:
        key = (model.checkpoint.pk if model.checkpoint else 0, task.pk, used)
        verdict, reason, cell, generation = self._found(self.standing.get(key, []), model.checkpoint)
        if verdict == "reuse" and cell is not None and cell.state == CellState.DONE:
            self.seen.add(key)
            return verdict, reason, "", cell, generation
        if refusal is not None:
            return "refused", refusal.reason, refusal.field, None, 0
        if key in self.seen:
            reason = _("The task fixes %(shots)d shots, so this is the same cell.") % {"shots": used}
            return "reuse", reason, "", cell, generation
        self.seen.add(key)
        return verdict, reason, "", cell, generation

    def _found(self, cells: list[Cell], checkpoint: Checkpoint | None) -> tuple[Verdict, str, Cell | None, int]:
        """What the generations that stand, newest first, mean for a cell that can run."""
        if not cells:
            return "run", "", None, 0
        last = cells[0]
        if self.request.force:
            return "run", _("Asked for again."), None, last.generation + 1
        for cell in cells:
            if cell.state in (CellState.QUEUED, CellState.RUNNING):
                return "reuse", _("Under way."), cell, cell.generation
            if cell.state == CellState.DONE and not _outdated(cell, checkpoint):
                return "reuse", _("Already measured."), cell, cell.generation
        if last.state == CellState.DONE:
            return "run", _("The weights are others than those that were measured."), None, last.generation + 1
        return "run", str(_BEFORE[CellState(last.state)]), last, last.generation


def _outdated(cell: Cell, checkpoint: Checkpoint | None) -> bool:
    """Whether a done cell scored other weights than the checkpoint has now."""
    return bool(checkpoint and checkpoint.sha256 and cell.weights and cell.weights != checkpoint.sha256)


def _standing(models: list[Named], tasks: list[Task], key: str) -> dict[tuple[int, int, int], list[Cell]]:
    """All generations of every cell of these models and tasks under these settings, newest first."""
    checkpoints = [model.checkpoint for model in models if model.checkpoint]
    rows = Cell.objects.filter(checkpoint__in=checkpoints, task__in=tasks, settings_key=key).order_by("-generation")
    found: dict[tuple[int, int, int], list[Cell]] = {}
    for cell in rows:
        found.setdefault((cell.checkpoint_id, cell.task_id, cell.num_fewshot), []).append(cell)
    return found


def _seconds(cells: tuple[PlannedCell, ...], devices: list[Device]) -> float | None:
    """Seconds of the cells that run, spread over the devices; 0 when none runs."""
    runs = [cell for cell in cells if cell.verdict == "run"]
    if not runs:
        return 0.0
    speeds = Speeds({c.checkpoint for c in runs if c.checkpoint}, devices)
    total = 0.0
    for cell in runs:
        assert cell.checkpoint is not None
        seconds = speeds.seconds(cell.checkpoint, cell.task, cell.documents)
        if seconds is None:
            return None
        total += seconds
    spread = min(len(devices), len({cell.checkpoint for cell in runs})) or 1
    return total / spread
