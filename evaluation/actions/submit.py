"""Queue what a person asks for. Cells that are done or under way are shared, never repeated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.errors import ActionError
from evaluation.actions.permission import check_may_queue, is_staff
from evaluation.actions.plan import planner_of
from evaluation.actions.planner import Key, PlannedCell
from evaluation.actions.queue_cells import NOWHERE, Nodes, places, requeue
from evaluation.actions.resolve import Named
from evaluation.actions.wake import wake
from evaluation.core.request import EvaluationRequest, RequestError, settings_key
from evaluation.models import Cell, CellState, Evaluation, EvaluationCell, Run
from modelcards.querysets import Reader

NAMING = ("checkpoint_id", "task_id", "num_fewshot", "settings_key", "generation")
"""What tells one cell from all others."""


@dataclass(frozen=True)
class Submission:
    """``created``: something new runs. ``woken`` False: Redis was not reachable, work starts when it is back."""

    evaluation: Evaluation
    created: bool
    woken: bool


def evaluation_submit(*, user: Reader, request: EvaluationRequest, from_shell: bool = False) -> Submission:
    """Write the evaluation, its new cells and their runs in one transaction, then wake workers.

    Raises ``RequestError`` by field when nothing at all can be run or ``user`` may not set this priority,
    ``NotAllowed`` unless ``user`` is an evaluator (``from_shell``: whoever holds the machine's shell may queue in
    anybody's name). Cells that are refused beside others that run are kept in
    ``evaluation.request["refused"]`` with their reasons.
    """
    if not from_shell:
        check_may_queue(user)
    if request.priority > 0 and not is_staff(user):
        raise RequestError({"priority": [_("Only an administrator may put work before that of others.")]})
    planner = planner_of(user=user, request=request)
    cells = planner.cells()
    wanted = [cell for cell in cells if cell.verdict != "refused"]
    if not wanted:
        raise RequestError(_refusals(cells))
    made = _made(wanted)
    sent: list[bool] = []
    with transaction.atomic():
        evaluation = Evaluation.objects.create(
            requested_by_id=user.pk,
            request={**request.to_json(), "refused": _refused(cells)},
            note=request.note,
            priority=request.priority,
        )
        _name_cards(evaluation, planner.models)
        runs = _fill(evaluation, wanted, made, request)
        detail = {"models": list(request.models), "tasks": list(request.tasks), "runs": [run.pk for run in runs]}
        audit(who=user, action="evaluation submitted", target=f"evaluation {evaluation.pk}", detail=detail)
        if runs:
            transaction.on_commit(lambda: sent.append(wake(runs=runs)))
    return Submission(evaluation, created=bool(runs), woken=all(sent))


def _name_cards(evaluation: Evaluation, models: list[Named]) -> None:
    link = Evaluation.cards.through
    cards = {named.card.pk for named in models}
    link.objects.bulk_create(link(evaluation_id=evaluation.pk, modelcard_id=card) for card in sorted(cards))


def _refusals(cells: Iterable[PlannedCell]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for cell in cells:
        text = _("%(model)s on %(task)s: %(why)s") % {"model": cell.model, "task": cell.task, "why": cell.reason}
        texts = errors.setdefault(cell.field or "tasks", [])
        if text not in texts and len(texts) < 20:
            texts.append(text)
    return errors


def _refused(cells: Iterable[PlannedCell]) -> list[dict[str, object]]:
    return [
        {"model": c.model, "task": c.task.name, "num_fewshot": c.asked_fewshot, "seed": c.seed, "reason": c.reason}
        for c in cells
        if c.verdict == "refused"
    ]


def _fill(
    evaluation: Evaluation, wanted: list[PlannedCell], made: dict[Key, Cell], request: EvaluationRequest
) -> list[Run]:
    """Store the cells that were ``made`` or take those that stand, and link them; returns the runs that got work."""
    seeds = {settings_key(request.settings(seed)): seed for seed in request.seed}
    runs = _runs(evaluation, wanted, request)
    for key, cell in made.items():
        cell.run_id = runs[key].pk
    # An identical cell that another request has just made is shared: the insert skips it.
    Cell.objects.bulk_create(made.values(), ignore_conflicts=True)
    cells = _locked(wanted, seeds)
    again: dict[int, list[int]] = {}
    for planned in wanted:
        cell = cells[planned.key]
        if cell.state in (CellState.FAILED, CellState.CANCELLED):  # when planned, or since: it runs again
            run = runs.get(planned.key) or _run_for(evaluation, planned, request)
            runs[planned.key] = run
            again.setdefault(run.pk, []).append(cell.pk)
            cell.state, cell.run_id = CellState.QUEUED, run.pk
    mine = {run.pk: run for run in runs.values()}
    for pk, theirs in again.items():
        requeue(Cell.objects.filter(pk__in=theirs), mine[pk])
    EvaluationCell.objects.bulk_create(
        EvaluationCell(
            evaluation_id=evaluation.pk,
            cell_id=cells[planned.key].pk,
            asked_fewshot=planned.asked_fewshot,
            reused=cells[planned.key].run_id not in mine,
        )
        for planned in wanted
    )
    used = {cell.run_id for cell in cells.values() if cell.run_id is not None} & mine.keys()
    if len(used) < len(mine):
        Run.objects.filter(pk__in=mine.keys() - used).delete()
    return [mine[pk] for pk in sorted(used)]


def _runs(evaluation: Evaluation, wanted: list[PlannedCell], request: EvaluationRequest) -> dict[Key, Run]:
    """A run for every cell that is to run: one per checkpoint and set of nodes that hold the task's data."""
    where = places({planned.task for planned in wanted})
    runs: dict[tuple[int, Nodes], Run] = {}
    found: dict[Key, Run] = {}
    for planned in wanted:
        if planned.verdict != "run":
            continue
        assert planned.checkpoint is not None
        place = (planned.checkpoint.pk, where.get(planned.task.pk, NOWHERE))
        if place not in runs:
            runs[place] = _run_for(evaluation, planned, request)
        found[planned.key] = runs[place]
    return found


def _run_for(evaluation: Evaluation, planned: PlannedCell, request: EvaluationRequest) -> Run:
    assert planned.checkpoint is not None
    return Run.objects.create(
        checkpoint=planned.checkpoint,
        priority=request.priority,
        requested_by_id=evaluation.requested_by_id,
        batch_size=request.batch_size,
        memory_need=planned.memory_need,
        requires=request.labels,
    )


def _made(wanted: list[PlannedCell]) -> dict[Key, Cell]:
    """The cells that are new, without their runs, in one order for all who submit at the same time.

    Keys and not rows are set, and the settings hashed once: of ten thousand cells that is a second less.
    """
    new = {planned.key: planned for planned in wanted if planned.verdict == "run"}
    settings = {planned.seed: planned.settings for planned in new.values()}
    hashed = {seed: settings_key(of_seed) for seed, of_seed in settings.items()}
    return {key: _cell(new[key], hashed[new[key].seed]) for key in sorted(new)}


def _cell(planned: PlannedCell, key: str) -> Cell:
    checkpoint, task, shots, _seed = planned.key
    return Cell(
        checkpoint_id=checkpoint,
        task_id=task,
        num_fewshot=shots,
        settings=planned.settings,
        settings_key=key,
        generation=planned.generation,
        documents_total=planned.documents,
    )


def _locked(wanted: list[PlannedCell], seeds: dict[str, int]) -> dict[Key, Cell]:
    """The cells as they stand now, locked so that nobody cancels one before this evaluation is seen to want it."""
    generation = {planned.key: planned.generation for planned in wanted}
    rows = (
        Cell.objects.select_for_update(of=("self",))
        .filter(settings_key__in=seeds)
        .filter(checkpoint__in={p.key[0] for p in wanted}, task__in={p.key[1] for p in wanted})
        .only(*NAMING, "state", "run_id")
        .order_by("pk")
    )
    found = {key: cell for cell in rows if generation.get(key := _key(cell, seeds)) == cell.generation}
    if len(found) != len(generation):
        raise ActionError(_("A cell vanished while it was asked for; submit again."))
    return found


def _key(cell: Cell, seeds: dict[str, int]) -> Key:
    return (cell.checkpoint_id, cell.task_id, cell.num_fewshot, seeds[cell.settings_key])
