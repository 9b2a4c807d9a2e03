"""What would happen if the form were queued now, told as figures, a matrix and reasons. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.actions.plan import Plan, evaluation_plan
from evaluation.actions.planner import PlannedCell
from evaluation.core.request import EvaluationRequest, RequestError
from evaluation.forms import Draft
from evaluation.templatetags.evaluation_format import size
from evaluation.views.matrix import Matrix, Note, Square, lay_out
from modelcards.querysets import Reader

LARGEST_MATRIX = 1500


@dataclass(frozen=True)
class Reason:
    """One reason, and the cells that it holds for."""

    text: str
    verdict: str
    cells: int


@dataclass(frozen=True)
class Preview:
    """``plan`` is None while something is missing or wrong; ``errors`` are by field."""

    plan: Plan | None = None
    errors: dict[str, list[str]] | None = None
    matrix: Matrix | None = None
    reasons: tuple[Reason, ...] = ()
    runs: int = 0
    reused: int = 0
    refused: int = 0
    documents: int | None = None

    @property
    def queueable(self) -> bool:
        """Whether queueing would answer anything at all."""
        return self.runs + self.reused > 0


def preview(user: Reader, draft: Draft) -> Preview:
    """The plan of a draft. Empty while no model or no task is chosen, unless something else is wrong."""
    mapping = draft.mapping()
    try:
        request = EvaluationRequest.from_json(mapping)
        plan = evaluation_plan(user=user, request=request)
    except RequestError as wrong:
        unfilled = {name for name in ("models", "tasks") if not mapping[name]}
        return Preview(errors={name: texts for name, texts in wrong.errors.items() if name not in unfilled})
    return Preview(
        plan=plan,
        errors={},
        matrix=lay_out((_square(cell, len(request.seed) > 1) for cell in plan.cells), _notes(plan))
        if len(plan.cells) <= LARGEST_MATRIX
        else None,
        reasons=_reasons(plan),
        runs=plan.count("run"),
        reused=plan.count("reuse"),
        refused=plan.count("refused"),
        documents=_documents(plan),
    )


def _square(cell: PlannedCell, seeds: bool) -> Square:
    words = {"run": _("would run"), "reuse": _("reused"), "refused": _("refused")}
    words["wait"] = _("would wait")
    state = "wait" if cell.waits else cell.verdict
    said = ": ".join(filter(None, (words[state], cell.reason, cell.waits, _able(cell))))
    name = _name(cell)
    title = _("%(model)s, %(task)s, %(shots)d-shot: %(said)s") % {
        "model": name,
        "task": cell.task.name,
        "shots": cell.asked_fewshot,
        "said": said,
    }
    title += _(" (seed %(seed)d)") % {"seed": cell.seed} if seeds else ""
    url = reverse("evaluation:samples", args=[cell.cell.pk]) if cell.cell and cell.cell.state == "done" else ""
    return Square(name, cell.task.name, cell.asked_fewshot, state, "", title, url, seed=cell.seed if seeds else None)


def _able(cell: PlannedCell) -> str:
    text = ngettext("%(n)d node could take it", "%(n)d nodes could take it", cell.nodes)
    return text % {"n": cell.nodes} if cell.nodes else ""


def _notes(plan: Plan) -> dict[str, Note]:
    """By model what it needs of a device, and how many nodes could take it."""
    rows: dict[str, list[PlannedCell]] = {}
    for cell in plan.cells:
        if cell.verdict == "run":
            rows.setdefault(_name(cell), []).append(cell)
    return {name: _note(cells) for name, cells in rows.items()}


def _note(cells: Sequence[PlannedCell]) -> Note:
    need = max(cell.memory_need for cell in cells)
    counts = [cell.nodes for cell in cells if cell.nodes]
    lacking = [cell for cell in cells if cell.waits]
    parts = [_unbroken(size(need))] if need else []
    if counts:
        parts.append(_unbroken(_nodes(min(counts), max(counts))))
    parts += dict.fromkeys(cell.lacks for cell in lacking)
    title = _("Needs about %(need)s of device memory.") % {"need": size(need)} if need else ""
    told = dict.fromkeys(cell.waits for cell in lacking)
    return Note(" · ".join(parts), " ".join(told) or title, bool(lacking))


def _unbroken(words: str) -> str:
    """A number stays on the line of what it counts."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def _nodes(least: int, most: int) -> str:
    """How many nodes could take the cells of a row, which need not be the same for all."""
    if least == most:
        return ngettext("%(n)d node", "%(n)d nodes", most) % {"n": most}
    return _("%(least)d to %(most)d nodes") % {"least": least, "most": most}


def _name(cell: PlannedCell) -> str:
    """The card's name where the cell has a checkpoint, with the revision where it is not the usual one."""
    if cell.checkpoint is None:
        return cell.model
    name, revision = cell.checkpoint.card.name, cell.checkpoint.revision
    return name if revision == "main" else f"{name} @ {revision}"


def _reasons(plan: Plan) -> tuple[Reason, ...]:
    """Each reason once, refusals first, the most frequent of each kind first."""
    counted: Counter[tuple[str, str]] = Counter()
    for cell in plan.cells:
        if cell.reason:
            counted[cell.verdict, _whose(cell) + cell.reason] += 1
        if cell.waits:
            counted["wait", f"{_name(cell)}: {cell.waits}"] += 1
    order = {"refused": 0, "wait": 1, "reuse": 2, "run": 3}
    ranked = sorted(counted.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1]))
    return tuple(Reason(text, verdict, count) for (verdict, text), count in ranked)


def _whose(cell: PlannedCell) -> str:
    """The model or task that a refusal is about; reuse needs no name."""
    if cell.verdict != "refused":
        return ""
    return f"{_name(cell)}: " if cell.field == "models" else f"{cell.task.name}: "


def _documents(plan: Plan) -> int | None:
    """Documents of the cells that would run; None where a task's number is not known."""
    counts = [cell.documents for cell in plan.cells if cell.verdict == "run"]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
