"""``GET compare``: the comparison page's table as data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from evaluation.comparison.choice import MOST, read_choice
from evaluation.comparison.contenders import contenders
from evaluation.comparison.facts import fact_rows
from evaluation.comparison.pairs import difference
from evaluation.comparison.scores import Subjects, Told, gather
from evaluation.comparison.table import TableCell, TableRow, table
from modelcards.rest import ProblemOut, missing, wrong_fields

router = Router(tags=["compare"])


class VerdictOut(Schema):
    """Against the baseline: ``better``, ``worse``, ``same`` (no difference shown) or ``unknown``, and why."""

    kind: str
    delta: float
    p: float | None
    p_adjusted: float | None
    reason: str


class ComparedScoreOut(Schema):
    """One model in one row; ``value`` null: there is none."""

    model: str
    value: float | None
    stderr: float | None
    n: int | None
    interval: tuple[float, float] | None
    origin: str
    source: str
    comparable_key: str
    run: int | None
    verdict: VerdictOut | None


class ComparedRowOut(Schema):
    """One task or group at one shot count and metric. ``chance``: what a blind guess scores; ``parts``: of how many
    tasks the group's score is made, 0 for a task."""

    name: str
    task: str
    num_fewshot: int
    metric: str
    filter: str
    chance: float | None
    parts: int
    scores: list[ComparedScoreOut]


class ComparedFactOut(Schema):
    """One field of all models, as the card pages write it; blank where not stated."""

    name: str
    values: list[str]
    same: bool


class ComparisonOut(Schema):
    """Facts and scores of the models in the order asked for. Verdicts are corrected by Holm over the whole table."""

    models: list[str]
    baseline: str
    facts: list[ComparedFactOut]
    rows: list[ComparedRowOut]


QUERY = [
    {"in": "query", "name": name, "required": name == "models", "schema": {"type": "string"}}
    for name in ("models", "baseline", "shots", "metrics", "parts")
]


@router.get(
    "compare",
    response={200: ComparisonOut, 404: ProblemOut, 422: ProblemOut},
    summary="Models side by side",
    openapi_extra={"parameters": QUERY},
)
def compare(request: HttpRequest) -> dict[str, Any]:
    """``models=a,b``: two to six slugs, or ``slug@revision``; the same names as the page at ``/compare/``.

    The parts of a group of twelve tasks or more are left out, unless ``parts=all``.
    """
    choice = read_choice(request.GET, request.GET.getlist("models"))
    models, unknown = contenders(request.user, choice)
    if unknown:
        raise missing(_("No such model, or not open to you: %(names)s") % {"names": ", ".join(unknown)[:300]})
    if choice.surplus or len(models) < 2:
        reason = _("Name two to %(most)d models, such as models=gpt-2,llama-7b") % {"most": MOST}
        raise wrong_fields({"models": [reason]})
    subjects = Subjects()
    rows = table(models, gather(request.user, models, subjects), subjects, difference, choice)
    return {
        "models": [one.asked for one in models],
        "baseline": next(one.asked for one in models if one.baseline),
        "facts": [
            {"name": str(row.name), "values": [cell.value for cell in row.cells], "same": row.same}
            for row in fact_rows(models)
        ],
        "rows": [row_out(row) for row in rows if choice.shots in (None, row.key.num_fewshot)],
    }


def row_out(row: TableRow) -> dict[str, Any]:
    """A row as data."""
    return {
        "name": row.name,
        "task": row.task,
        "num_fewshot": row.key.num_fewshot,
        "metric": row.key.metric,
        "filter": row.key.filter,
        "chance": row.chance,
        "parts": row.parts,
        "scores": [score_out(cell) for cell in row.cells],
    }


def score_out(cell: TableCell) -> dict[str, Any]:
    """One model's entry as data."""
    measured = cell.measured
    return {
        "model": cell.model.asked,
        "value": cell.shown.value if cell.shown else None,
        "stderr": measured.stderr if measured else None,
        "n": measured.n if measured else None,
        "interval": (cell.interval.low, cell.interval.high) if cell.interval else None,
        "origin": cell.origin,
        "source": cell.shown.source if isinstance(cell.shown, Told) else "",
        "comparable_key": measured.comparable_key if measured else "",
        "run": measured.run if measured else None,
        "verdict": verdict_out(cell),
    }


def verdict_out(cell: TableCell) -> dict[str, Any] | None:
    """The verdict as data; None for the baseline and where a value is missing."""
    if cell.verdict is None:
        return None
    found = cell.verdict
    p = found.difference.p if found.difference else None
    return {
        "kind": found.kind,
        "delta": found.delta,
        "p": p,
        "p_adjusted": found.p_adjusted,
        "reason": found.reason,
    }
