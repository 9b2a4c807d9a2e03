"""Shapes of evaluation on the wire. Accuracies are fractions in 0..1; times are UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from evaluation.actions import Plan, PlannedCell
from evaluation.groups import GroupCell, GroupTree, group_cells
from evaluation.models import Attempt, Cell, Evaluation, EvaluationCell, Run, Score, Task
from evaluation.waiting import Waiting


class CellOut(Schema):
    """A cell: checkpoint, task, shots really used and settings."""

    id: int
    model: str
    checkpoint: str
    task: str
    num_fewshot: int
    state: str
    reason: str
    run: int | None
    documents_done: int
    documents_total: int | None
    generation: int
    settings: dict[str, Any]
    made_with: dict[str, Any]

    @staticmethod
    def resolve_model(cell: Cell) -> str:
        return cell.checkpoint.card.slug

    @staticmethod
    def resolve_checkpoint(cell: Cell) -> str:
        return cell.checkpoint.revision

    @staticmethod
    def resolve_task(cell: Cell) -> str:
        return cell.task.name

    @staticmethod
    def resolve_run(cell: Cell) -> int | None:
        return cell.run_id


class WantedCellOut(Schema):
    """A cell as an evaluation asked for it; ``reused``: it was there, or under way, before."""

    asked_fewshot: int
    reused: bool
    cell: CellOut


class GroupScoreOut(Schema):
    """One metric of a group, made of ``parts`` of its tasks as lm-eval makes it."""

    metric: str
    filter: str
    value: float
    stderr: float | None
    n: int
    parts: int
    comparable_key: str


class GroupOut(Schema):
    """A group as one model answers it. ``scores`` are there once all ``tasks`` of it are done."""

    group: str
    model: str
    checkpoint: str
    num_fewshot: int
    seed: int
    tasks: int
    done: int
    scores: list[GroupScoreOut]

    @staticmethod
    def resolve_group(found: GroupCell) -> str:
        return found.task.name

    @staticmethod
    def resolve_model(found: GroupCell) -> str:
        return found.checkpoint.card.slug

    @staticmethod
    def resolve_checkpoint(found: GroupCell) -> str:
        return found.checkpoint.revision


class PlannedCellOut(Schema):
    """What would become of one cell. ``waits``: why no device that is up could take it now; blank: one could.

    ``nodes``: how many of those that are up could take it; ``memory_need``: estimated bytes of device memory.
    """

    model: str
    task: str
    asked_fewshot: int
    num_fewshot: int
    seed: int
    verdict: str
    reason: str
    waits: str
    nodes: int
    memory_need: int
    cell: int | None
    documents: int | None

    @staticmethod
    def resolve_task(planned: PlannedCell) -> str:
        return planned.task.name

    @staticmethod
    def resolve_cell(planned: PlannedCell) -> int | None:
        return planned.cell.pk if planned.cell else None


class PlanOut(Schema):
    """What would happen. ``seconds``: how long the ``devices`` that could take it need together; null: not known.

    ``by_others``: partly from the speed of other models, scaled by parameters.
    """

    run: int
    reuse: int
    refused: int
    waiting: int
    seconds: float | None
    by_others: bool
    devices: int
    nodes: int
    cells: list[PlannedCellOut]

    @staticmethod
    def resolve_run(plan: Plan) -> int:
        return plan.count("run")

    @staticmethod
    def resolve_reuse(plan: Plan) -> int:
        return plan.count("reuse")

    @staticmethod
    def resolve_refused(plan: Plan) -> int:
        return plan.count("refused")


class EvaluationOut(Schema):
    """What a person submitted, and how many of its cells stand where."""

    id: int
    note: str
    priority: int
    requested_by: str | None
    created_at: datetime
    cancelled_at: datetime | None
    cells_total: int
    cells_done: int
    cells_failed: int
    cells_ended: int

    @staticmethod
    def resolve_requested_by(evaluation: Evaluation) -> str | None:
        return evaluation.requested_by.get_username() if evaluation.requested_by else None


class EvaluationDetailOut(EvaluationOut):
    """With the request as it was made, and every cell with its state and reason."""

    request: dict[str, Any]
    wants: list[WantedCellOut]
    groups: list[GroupOut] = []
    woken: bool = True

    @staticmethod
    def resolve_wants(evaluation: Evaluation) -> list[EvaluationCell]:
        related = ("cell__checkpoint__card", "cell__task")
        return list(evaluation.wants.select_related(*related).order_by("pk"))

    @staticmethod
    def resolve_groups(evaluation: Evaluation) -> list[GroupCell]:
        cells = evaluation.cells.select_related("checkpoint__card", "task").prefetch_related("scores").order_by("pk")
        tree = GroupTree.of(map(str, evaluation.request.get("tasks") or []))
        return group_cells(tree, dict.fromkeys(cells)) if tree.groups() else []


class RunOut(Schema):
    """Cells of one checkpoint that go to one device together."""

    id: int
    model: str
    checkpoint: str
    state: str
    attempt: int
    owner: str
    priority: int
    requires: list[str]
    reason: str
    requested_by: str | None
    cancel_requested: bool
    progress: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @staticmethod
    def resolve_model(run: Run) -> str:
        return run.checkpoint.card.slug

    @staticmethod
    def resolve_checkpoint(run: Run) -> str:
        return run.checkpoint.revision

    @staticmethod
    def resolve_requires(run: Run) -> list[str]:
        return run.requires.split()

    @staticmethod
    def resolve_requested_by(run: Run) -> str | None:
        return run.requested_by.get_username() if run.requested_by else None


class AttemptOut(Schema):
    """One claim of a run. ``outcome``: the run's state after it (``queued``: it went back); null while under way.

    ``use``: of the first of ``devices``, by second of the attempt: bytes of memory and load in 0..1, null: not known.
    """

    number: int
    devices: list[str]
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None
    reason: str
    use: list[tuple[int, int | None, float | None]]

    @staticmethod
    def resolve_outcome(attempt: Attempt) -> str | None:
        return attempt.outcome or None


class RunDetailOut(RunOut):
    """With its attempts, its cells and the end of its log. ``waiting``: why it waits; blank unless it is queued."""

    waiting: str
    attempts: list[AttemptOut]
    cells: list[CellOut]
    log_tail: str

    @staticmethod
    def resolve_attempts(run: Run) -> list[Attempt]:
        return list(run.attempts.order_by("number"))

    @staticmethod
    def resolve_waiting(run: Run) -> str:
        return Waiting([run]).reason(run)

    @staticmethod
    def resolve_cells(run: Run) -> list[Cell]:
        return list(run.cells.select_related("checkpoint__card", "task").order_by("pk"))


class ScoreOut(Schema):
    """One metric's value and where it comes from. Only scores with the same ``comparable_key`` may be ranked.

    ``parts``: of how many tasks a group's score is made, which has no ``run`` of its own; 0: it is of a task.
    """

    model: str
    checkpoint: str | None
    task: str
    benchmark: str | None
    metric: str
    filter: str
    num_fewshot: int
    value: float
    stderr: float | None
    n: int | None
    higher_is_better: bool | None
    origin: str
    source: str
    confidence: str
    comparable_key: str
    limit: int | None
    run: int | None
    parts: int

    @staticmethod
    def resolve_model(score: Score) -> str:
        return score.card.slug

    @staticmethod
    def resolve_checkpoint(score: Score) -> str | None:
        return score.checkpoint.revision if score.checkpoint else None

    @staticmethod
    def resolve_task(score: Score) -> str:
        return score.task_name

    @staticmethod
    def resolve_benchmark(score: Score) -> str | None:
        return score.benchmark.slug if score.benchmark else None

    @staticmethod
    def resolve_limit(score: Score) -> int | None:
        return score.cell.settings.get("limit") if score.cell else None

    @staticmethod
    def resolve_run(score: Score) -> int | None:
        return score.cell.run_id if score.cell and not score.parts else None

    @staticmethod
    def resolve_parts(score: Score) -> int:
        return len(score.parts)


class TaskOut(Schema):
    """A task or group that the harness knows. ``data_reason`` says why its data is on no node; blank: it is.

    ``chance``: accuracy of a blind guess, counted from the choices of its documents; ``passage_field``: the field by
    which documents share a text.
    """

    name: str
    kind: str
    members: list[str]
    shipped: bool
    description: str
    output_type: str
    dataset: str
    fixed_fewshot: int | None
    metrics: list[Any]
    runs_code: bool
    documents: int | None
    data_reason: str
    chance: float | None
    passage_field: str

    @staticmethod
    def resolve_members(task: Task) -> list[str]:
        return list(task.members)
