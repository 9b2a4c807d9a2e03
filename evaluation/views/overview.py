"""What the page of one evaluation shows, gathered from its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.groups import GroupCell, GroupTree, group_cells
from evaluation.models import Cell, Device, Evaluation, EvaluationCell, Run
from evaluation.progress import Summary, percent, run_seconds_left
from evaluation.shares import Share, cells_of, running_of, shares, sum_up, time_left
from evaluation.templatetags.evaluation_format import state_word
from evaluation.views.matrix import Matrix, Square, lay_out
from evaluation.waiting import Waiting
from modelcards.models import Checkpoint

ORDER = ("running", "failed", "queued", "cancelled", "done")
OPEN_AT_MOST = 2
DRAWN_AT_MOST = 300
"""Cells of one part: what is drawn of each is asked for every two seconds while the evaluation moves."""


@dataclass(frozen=True)
class CellRow:
    """A cell in the table of its run."""

    cell: Cell
    percent: int
    asked: tuple[int, ...]
    reused: bool


@dataclass(frozen=True)
class RunPanel:
    """One run with this evaluation's cells of it; ``run`` is None for cells whose run is gone."""

    run: Run | None
    name: str
    rows: tuple[CellRow, ...]
    summary: Summary
    waiting: str
    seconds_left: float | None
    unfolded: bool


@dataclass(frozen=True)
class Failure:
    """Cells of one run that failed for one reason."""

    name: str
    cells: tuple[Cell, ...]
    reason: str
    run: Run | None


@dataclass(frozen=True)
class DeviceRow:
    """A device that is up: what of this evaluation it does, or whether it does something else."""

    device: Device
    run: Run | None
    busy: bool


def overview(evaluation: Evaluation, number: str | int | None = 1) -> dict[str, Any]:
    """The context of the live part. Figures are of all cells; what is drawn cell by cell is part ``number`` of them."""
    page = Paginator(wanted(evaluation), DRAWN_AT_MOST).get_page(number)
    wants = list(page)
    for want in wants:
        if want.cell.run is not None:  # all cells of a run are of its checkpoint, which is there already
            want.cell.run.checkpoint = want.cell.checkpoint
    counted = shares(cells_of(evaluation))
    running = running_of(counted)
    whole = sum_up(counted, running, time_left(counted, running))
    cells = list({want.cell_id: want.cell for want in wants}.values())
    waiting = Waiting({cell.run for cell in cells})
    panels = _panels(wants, waiting, counted, running)
    refused = _refusals(evaluation)
    failed = _failed(evaluation) if whole.failed else []
    return {
        "evaluation": evaluation,
        "page": page,
        "summary": whole,
        "matrix": _matrix(wants, refused if page.paginator.num_pages == 1 else [], several_seeds(evaluation)),
        "panels": panels,
        "failures": _failures(failed),
        "further_failed": whole.failed - len(failed),
        "refused": refused,
        "devices": _devices(waiting, running, {part.run for part in counted}),
        "log_run": _log_run(panels),
        "groups": _groups(evaluation, cells, page),
        "seeds": several_seeds(evaluation),
        "models": _models(counted),
    }


def wanted(evaluation: Evaluation) -> QuerySet[EvaluationCell]:
    """What an evaluation wants, in the order in which it was asked for."""
    related = evaluation.wants.select_related("cell__task", "cell__checkpoint__card", "cell__run")
    return related.defer("cell__run__log_tail").order_by("pk")


def _failed(evaluation: Evaluation) -> list[Cell]:
    """The first cells that failed, wherever they are."""
    failed = cells_of(evaluation).filter(state="failed").select_related("checkpoint__card", "task", "run")
    return list(failed.order_by("pk")[:DRAWN_AT_MOST])


def _models(counted: Sequence[Share]) -> list[str]:
    """Addresses of the cards that have cells here, in a stable order."""
    checkpoints = dict.fromkeys(part.checkpoint for part in sorted(counted, key=lambda part: part.checkpoint))
    found = Checkpoint.objects.filter(pk__in=checkpoints).values_list("pk", "card__slug").order_by("pk")
    return list(dict.fromkeys(slug for _pk, slug in found))


def _groups(evaluation: Evaluation, cells: list[Cell], page: Page[EvaluationCell]) -> list[GroupCell]:
    """The groups that were asked for, and those below them, as each model that is drawn answers them.

    A part may end in the middle of a model, and a group needs it whole.
    """
    tree = GroupTree.of(str(name) for name in evaluation.request.get("tasks") or [])
    if not tree.groups():
        return []
    if page.paginator.num_pages > 1:
        theirs = cells_of(evaluation).filter(checkpoint__in={cell.checkpoint_id for cell in cells})
        cells = list(theirs.select_related("checkpoint__card", "task").order_by("pk"))
    prefetch_related_objects([cell for cell in cells if cell.state == "done"], "scores")
    found = group_cells(tree, cells)
    return sorted(found, key=lambda g: (g.task.name, g.checkpoint.card.name, g.num_fewshot, g.seed))


def model_name(cell: Cell) -> str:
    """The card's name, with the revision where it is not the usual one."""
    checkpoint = cell.checkpoint
    return checkpoint.card.name if checkpoint.revision == "main" else f"{checkpoint.card.name} @ {checkpoint.revision}"


def _refusals(evaluation: Evaluation) -> list[dict[str, Any]]:
    """What was refused when the evaluation was submitted, with the names of the models."""
    entries = [entry for entry in evaluation.request.get("refused") or [] if isinstance(entry, dict)]
    names = dict(evaluation.cards.values_list("slug", "name")) if entries else {}
    return [entry | {"name": _named(str(entry.get("model")), names)} for entry in entries]


def _named(model: str, names: dict[str, str]) -> str:
    """The card's name of ``slug`` or ``slug@revision``."""
    slug, at, revision = model.partition("@")
    name = names.get(slug, slug)
    return f"{name} @ {revision}" if at and revision != "main" else name


def several_seeds(evaluation: Evaluation) -> bool:
    """Whether the evaluation asks for more than one seed."""
    return isinstance(seed := evaluation.request.get("seed"), list) and len(seed) > 1


def _matrix(wants: Sequence[EvaluationCell], refused: Sequence[dict[str, Any]], seeds: bool) -> Matrix:
    """Cells that are there, then what was refused when the evaluation was submitted."""
    return lay_out([*(_square(want, seeds) for want in wants), *(_refused(entry, seeds) for entry in refused)])


def _square(want: EvaluationCell, seeds: bool) -> Square:
    cell, name = want.cell, model_name(want.cell)
    done = percent(cell)
    said = f"{state_word(cell.state)}, {done} %" if cell.state == "running" else state_word(cell.state)
    if cell.num_fewshot != want.asked_fewshot:
        said += _(" (the task fixes %(shots)d shots)") % {"shots": cell.num_fewshot}
    title = f"{name}, {cell.task.name}, {want.asked_fewshot}-shot: {said}"
    title += _(" (seed %(seed)d)") % {"seed": cell.settings["seed"]} if seeds else ""
    place = ("evaluation:samples", cell.pk) if cell.state == "done" else ("evaluation:run", cell.run_id)
    url = reverse(place[0], args=[place[1]]) if place[1] else ""
    text = str(done) if cell.state == "running" else ""
    seed = int(cell.settings["seed"]) if seeds else None
    return Square(name, cell.task.name, want.asked_fewshot, cell.state, text, title, url, done, seed)


def _refused(entry: dict[str, Any], seeds: bool) -> Square:
    name, task, shots = entry["name"], str(entry.get("task")), int(entry.get("num_fewshot") or 0)
    seed = int(entry["seed"]) if seeds and "seed" in entry else None
    return Square(name, task, shots, "refused", "", f"{name}, {task}, {shots}-shot: {entry.get('reason')}", seed=seed)


def _panels(
    wants: Sequence[EvaluationCell], waiting: Waiting, counted: Sequence[Share], running: Mapping[int, Run]
) -> list[RunPanel]:
    """The runs of what is drawn, each with the counts of all its cells that the evaluation wants."""
    groups: dict[int | None, list[EvaluationCell]] = {}
    for want in wants:
        groups.setdefault(want.cell.run_id, []).append(want)
    of_run: dict[int | None, list[Share]] = {}
    for part in counted:
        of_run.setdefault(part.run, []).append(part)
    # A run that came between the two reads is counted at the next look.
    sums = {run: sum_up(of_run.get(run, ()), running) for run in groups}
    ranked = sorted(groups.items(), key=lambda group: ORDER.index(sums[group[0]].state))
    few = len(ranked) <= OPEN_AT_MOST
    return [_panel(group, waiting, sums[run], few or place < OPEN_AT_MOST) for place, (run, group) in enumerate(ranked)]


def _panel(wants: Sequence[EvaluationCell], waiting: Waiting, counts: Summary, unfolded: bool) -> RunPanel:
    asked: dict[int, list[int]] = {}
    for want in wants:
        asked.setdefault(want.cell_id, []).append(want.asked_fewshot)
    first = {want.cell_id: want for want in reversed(wants)}
    rows = tuple(
        CellRow(first[pk].cell, percent(first[pk].cell), tuple(sorted(shots)), first[pk].reused)
        for pk, shots in asked.items()
    )
    run = wants[0].cell.run
    return RunPanel(
        run=run,
        name=model_name(wants[0].cell),
        rows=rows,
        summary=counts,
        waiting=waiting.reason(run),
        seconds_left=run_seconds_left(run) if run else None,
        unfolded=unfolded,
    )


def _failures(cells: Sequence[Cell]) -> list[Failure]:
    groups: dict[tuple[int | None, str], list[Cell]] = {}
    for cell in cells:
        if cell.state == "failed":
            groups.setdefault((cell.run_id, cell.reason or (cell.run.reason if cell.run else "")), []).append(cell)
    return [
        Failure(model_name(group[0]), tuple(group), reason or _("no reason was given"), group[0].run)
        for (_run, reason), group in groups.items()
    ]


def _devices(waiting: Waiting, running: Mapping[int, Run], ours: set[int | None]) -> list[DeviceRow]:
    at_work = {run.owner: run for pk, run in running.items() if pk in ours}
    return [DeviceRow(each, at_work.get(str(each)), str(each) in waiting.busy) for each in waiting.devices]


def _log_run(panels: Sequence[RunPanel]) -> Run | None:
    """The run whose log is worth seeing first: one that runs, else one that failed, else the first that spoke."""
    runs = [panel.run for panel in panels if panel.run]
    for state in ("running", "failed"):
        for run in runs:
            if run.state == state:
                return run
    return Run.objects.filter(pk__in=[run.pk for run in runs]).exclude(log_tail="").order_by("pk").first()
