"""What the page of one evaluation shows, gathered from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.actions.estimate import Speeds
from evaluation.groups import GroupCell, GroupTree, group_cells
from evaluation.models import Cell, Device, Evaluation, EvaluationCell, Run
from evaluation.progress import Summary, percent, run_seconds_left, summary
from evaluation.templatetags.evaluation_format import state_word
from evaluation.views.matrix import Matrix, Square, lay_out
from evaluation.waiting import Waiting

ORDER = ("running", "failed", "queued", "cancelled", "done")
OPEN_AT_MOST = 2


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


def overview(evaluation: Evaluation) -> dict[str, Any]:
    """The context of the live part."""
    wants = list(evaluation.wants.select_related("cell__task", "cell__checkpoint__card", "cell__run").order_by("pk"))
    cells = list({want.cell_id: want.cell for want in wants}.values())
    waiting = Waiting({cell.run for cell in cells})
    whole = summary(cells, Speeds({cell.checkpoint for cell in cells}, waiting.devices) if _moving(cells) else None)
    panels = _panels(wants, waiting)
    refused = _refusals(evaluation)
    return {
        "evaluation": evaluation,
        "summary": whole,
        "matrix": _matrix(wants, refused, several_seeds(evaluation)),
        "panels": panels,
        "failures": _failures(cells),
        "refused": refused,
        "devices": _devices(waiting, panels),
        "log_run": _log_run(panels),
        "groups": asked_groups(evaluation, cells),
        "seeds": several_seeds(evaluation),
        "models": list(dict.fromkeys(cell.checkpoint.card.slug for cell in cells)),
    }


def asked_groups(evaluation: Evaluation, cells: Sequence[Cell]) -> list[GroupCell]:
    """The groups that were asked for, and those below them, as each model answers them."""
    tree = GroupTree.of(str(name) for name in evaluation.request.get("tasks") or [])
    if not tree.groups():
        return []
    prefetch_related_objects([cell for cell in cells if cell.state == "done"], "scores")
    found = group_cells(tree, cells)
    return sorted(found, key=lambda g: (g.task.name, g.checkpoint.card.name, g.num_fewshot, g.seed))


def _moving(cells: Sequence[Cell]) -> bool:
    return any(cell.state in ("queued", "running") for cell in cells)


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


def _panels(wants: Sequence[EvaluationCell], waiting: Waiting) -> list[RunPanel]:
    groups: dict[int | None, list[EvaluationCell]] = {}
    for want in wants:
        groups.setdefault(want.cell.run_id, []).append(want)
    ranked = sorted(groups.values(), key=lambda group: ORDER.index(summary([w.cell for w in group]).state))
    few = len(ranked) <= OPEN_AT_MOST
    return [_panel(group, waiting, few or place < OPEN_AT_MOST) for place, group in enumerate(ranked)]


def _panel(wants: Sequence[EvaluationCell], waiting: Waiting, unfolded: bool) -> RunPanel:
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
        summary=summary([row.cell for row in rows]),
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


def _devices(waiting: Waiting, panels: Sequence[RunPanel]) -> list[DeviceRow]:
    ours = {panel.run.owner: panel.run for panel in panels if panel.run and panel.run.state == "running"}
    return [DeviceRow(each, ours.get(str(each)), str(each) in waiting.busy) for each in waiting.devices]


def _log_run(panels: Sequence[RunPanel]) -> Run | None:
    """The run whose log is worth seeing first: one that runs, else one that failed, else the first that spoke."""
    runs = [panel.run for panel in panels if panel.run]
    for state in ("running", "failed"):
        for run in runs:
            if run.state == state:
                return run
    return next((run for run in runs if run.log_tail), None)
