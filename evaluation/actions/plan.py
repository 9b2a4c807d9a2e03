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
    """The cells of a request. ``seconds``: estimate for those that run, ``None`` where not known.

    ``devices`` are those that are up and could take at least one of the cells that run, on ``nodes`` machines.
    """

    request: EvaluationRequest
    cells: tuple[PlannedCell, ...]
    seconds: float | None
    devices: int
    nodes: int

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
    models, tasks = _resolve(user, request)
    total = len(models) * len(tasks) * len(request.num_fewshot) * len(request.seed)
    if total > MAX_CELLS:
        raise RequestError({"tasks": [too_many(total)]})
    takers = Takers(tasks, request.labels)
    cells = tuple(_waiting(cell, takers) for cell in Planner(request, models, tasks).cells())
    runs = [cell for cell in cells if cell.verdict == "run"]
    devices = takers.of_any((cell.memory_need, cell.task) for cell in runs)
    return Plan(request, cells, _seconds(runs, devices), len(devices), len({device.node_id for device in devices}))


def _waiting(cell: PlannedCell, takers: Takers) -> PlannedCell:
    """The cell, saying why it would wait if no device that is up could take it."""
    waits = takers.lack(cell.memory_need, cell.task) if cell.verdict == "run" else ""
    return replace(cell, waits=waits) if waits else cell


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


def _seconds(runs: list[PlannedCell], devices: list[Device]) -> float | None:
    """Seconds of the cells that run, spread over the devices; 0 when none runs."""
    if not runs:
        return 0.0
    speeds = Speeds({cell.checkpoint for cell in runs if cell.checkpoint}, devices)
    known = [speeds.seconds(cell.checkpoint, cell.task, cell.documents) for cell in runs if cell.checkpoint]
    total = [seconds for seconds in known if seconds is not None]
    if len(total) < len(runs):
        return None
    return sum(total) / (min(len(devices), len({cell.checkpoint for cell in runs})) or 1)
