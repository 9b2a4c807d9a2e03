"""What would happen if a request were submitted: run, reuse or refuse, cell by cell. Writes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from evaluation.actions.estimate import Speeds
from evaluation.actions.planner import PlannedCell, Planner, Verdict
from evaluation.actions.resolve import Named, resolve_models, resolve_tasks
from evaluation.actions.takers import Takers
from evaluation.core.request import MAX_CELLS, EvaluationRequest, RequestError, too_many
from evaluation.models import Device, Task
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Plan:
    """The cells of a request. ``seconds``: estimate for those that run, ``None`` where not known; ``by_others``:
    partly from the speed of other models.

    ``devices`` are those that are up and could take at least one of the cells that run, on ``nodes`` machines.
    """

    request: EvaluationRequest
    cells: tuple[PlannedCell, ...]
    seconds: float | None
    devices: int
    nodes: int
    by_others: bool = False

    def count(self, verdict: Verdict) -> int:
        """How many cells end in ``verdict``."""
        return Counter(cell.verdict for cell in self.cells)[verdict]

    @property
    def waiting(self) -> int:
        """How many of the cells that run would wait, since no device that is up could take them."""
        return sum(bool(cell.waits) for cell in self.cells)


def evaluation_plan(*, user: Reader, request: EvaluationRequest) -> Plan:
    """Resolve names, collapse shots that a task fixes, find cells that are there already.

    Raises ``RequestError`` by field for names that ``user`` cannot see and for requests that are too large.
    """
    planner = planner_of(user=user, request=request)
    takers = Takers(planner.tasks, request.labels)
    cells = tuple(_placed(cell, takers) for cell in planner.cells())
    runs = [cell for cell in cells if cell.verdict == "run"]
    devices = takers.of_any((cell.memory_need, cell.task, cell.checkpoint) for cell in runs)
    nodes = len({device.node_id for device in devices})
    seconds, by_others = _time(runs, devices)
    return Plan(request, cells, seconds, len(devices), nodes, by_others)


def planner_of(*, user: Reader, request: EvaluationRequest) -> Planner:
    """What tells the verdict on every cell, names resolved; devices and time are not looked at. Raises as the plan."""
    models, tasks = _resolve(user, request)
    total = len(models) * len(tasks) * len(request.num_fewshot) * len(request.seed)
    if total > MAX_CELLS:
        raise RequestError({"tasks": [too_many(total)]})
    return Planner(request, models, tasks)


def _placed(cell: PlannedCell, takers: Takers) -> PlannedCell:
    """A cell that would run, with how many nodes could take it, and why none could."""
    if cell.verdict != "run":
        return cell
    what = (cell.memory_need, cell.task, cell.checkpoint)
    lack = takers.lack(*what)
    return replace(cell, waits=lack.reason, lacks=lack.short, nodes=takers.nodes(*what))


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


def _time(runs: list[PlannedCell], devices: list[Device]) -> tuple[float | None, bool]:
    """Seconds of the cells that run, spread over the devices (0 when none runs), and whether others told some of it."""
    if not runs:
        return 0.0, False
    asked = [(cell.checkpoint, cell.task, cell.documents) for cell in runs if cell.checkpoint]
    speeds = Speeds({checkpoint for checkpoint, _task, _documents in asked}, devices)
    known = [speeds.seconds(*cell) for cell in asked]
    total = [seconds for seconds in known if seconds is not None]
    if len(total) < len(runs):
        return None, False
    side_by_side = min(len(devices), len({checkpoint for checkpoint, _task, _documents in asked})) or 1
    return sum(total) / side_by_side, not all(speeds.measured(model, task) for model, task, _documents in asked)
