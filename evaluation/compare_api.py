"""``GET compare``: the comparison page's tables as data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from evaluation.comparison.choice import MOST, read_choice
from evaluation.comparison.contenders import contenders
from evaluation.comparison.reading import Comparison
from evaluation.comparison.reading import compare as compared
from evaluation.comparison.scores import Told
from evaluation.comparison.seeds import SeedLine
from evaluation.comparison.standing import Place, Standing
from evaluation.comparison.table import TableCell, TableRow
from evaluation.comparison.verdicts import Pair
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
    """One model in one row; ``value`` null: there is none.

    ``letters``: models of the row that share one cannot be told apart; ``ranks``: the best and the worst rank that the
    settled pairs leave it. Both only among models that were all tested against one another.
    """

    model: str
    value: float | None
    stderr: float | None
    n: int | None
    interval: tuple[float, float] | None
    origin: str
    source: str
    limit: int | None
    comparable_key: str
    run: int | None
    verdict: VerdictOut | None
    letters: str
    ranks: tuple[int, int] | None


class PairOut(Schema):
    """``first - second`` of two comparable scores.

    ``method``: ``paired-binary`` (McNemar, exact), ``paired-permutation`` (sign flips), ``paired-clustered`` (the same,
    whole passages at a time), ``two-proportions`` or ``two-means`` (not paired).

    ``p_adjusted``: after Holm over all pairs of the answer. ``only_first``, ``only_second``: documents on which the one
    alone is higher; ``agreement``: share of documents with the same value; ``detectable``: the smallest difference that
    a sample like this shows with 80 % power. Null where not known.
    """

    first: str
    second: str
    difference: float
    interval: tuple[float, float]
    p: float
    p_adjusted: float
    method: str
    n: int
    only_first: int | None
    only_second: int | None
    agreement: float | None
    detectable: float | None


class ComparedRowOut(Schema):
    """One task or group at one shot count and metric. ``chance``: what a blind guess scores; ``parts``: of how many
    tasks the group's score is made, 0 for a task; ``against``: the model that verdicts are against in this row."""

    name: str
    task: str
    num_fewshot: int
    metric: str
    filter: str
    higher_is_better: bool
    chance: float | None
    parts: int
    against: str | None
    scores: list[ComparedScoreOut]
    pairs: list[PairOut]


class ComparedFactOut(Schema):
    """One field of all models, as the card pages write it; blank where not stated."""

    name: str
    values: list[str]
    same: bool


class PlaceOut(Schema):
    """One model over all rows. ``average``: mean share of the way from a blind guess to all right; ``rank`` by it, with
    a 95 % bootstrap interval; ``win_rate``: mean share of the others that it beats; pairs that were settled."""

    model: str
    average: float | None
    rank: int | None
    rank_interval: tuple[int, int] | None
    win_rate: float | None
    won: int
    lost: int


class AskedOut(Schema):
    """A task at some shots. ``models``: those that lack a comparable value there; empty where the chance level is not
    known."""

    name: str
    num_fewshot: int
    models: list[str]


class StandingOut(Schema):
    """The models over all rows, the best first. ``used``: what the average is of, which all but those ``apart``
    have; ``left_out``: the rest. ``apart``: models that are comparable with the others nowhere."""

    places: list[PlaceOut]
    used: list[AskedOut]
    left_out: list[AskedOut]
    apart: list[str]


class SeedsOut(Schema):
    """One model on one task with several few-shot seeds: the value of each, their mean and standard deviation."""

    model: str
    name: str
    num_fewshot: int
    metric: str
    values: dict[str, float]
    mean: float
    sd: float


class ComparisonOut(Schema):
    """Facts and scores of the models in the order asked for. ``baseline`` is a model, or ``best``: of each row."""

    models: list[str]
    baseline: str
    facts: list[ComparedFactOut]
    rows: list[ComparedRowOut]
    standing: StandingOut | None
    seeds: list[SeedsOut]


QUERY = [
    {"in": "query", "name": name, "required": name == "models", "schema": {"type": "string"}}
    for name in ("models", "baseline", "shots", "metrics", "rows", "parts")
]


@router.get(
    "compare",
    response={200: ComparisonOut, 404: ProblemOut, 422: ProblemOut},
    summary="Models side by side",
    openapi_extra={"parameters": QUERY},
)
def compare(request: HttpRequest) -> dict[str, Any]:
    """``models=a,b``: two to eight slugs, or ``slug@revision``; the same names as the page at ``/compare/``.

    ``baseline``: one of them, or ``best``. Every two comparable scores of a row are tested; p-values are corrected by
    Holm over all rows of the answer. Tasks of one model alone come with ``rows=all``, further metrics with
    ``metrics=all``, the parts of a group of twelve tasks or more with ``parts=all``.
    """
    choice = read_choice(request.GET, request.GET.getlist("models"))
    lineup = contenders(request.user, choice)
    if lineup.unknown:
        names = ", ".join(lineup.unknown)[:300]
        raise missing(_("No such model, or not open to you: %(names)s") % {"names": names})
    if choice.repeated or lineup.twice:
        names = ", ".join((*choice.repeated, *lineup.twice))[:300]
        raise wrong_fields({"models": [_("Named twice: %(names)s") % {"names": names}]})
    if choice.surplus or len(lineup.models) < 2:
        reason = _("Name two to %(most)d models, such as models=gpt-2,llama-7b") % {"most": MOST}
        raise wrong_fields({"models": [reason]})
    return comparison_out(compared(request.user, choice, lineup))


def comparison_out(found: Comparison) -> dict[str, Any]:
    """The whole answer."""
    base, names = found.lineup.base, [one.asked for one in found.models]
    return {
        "models": names,
        "baseline": base.asked if base else "best",
        "facts": [
            {"name": str(row.name), "values": [cell.value for cell in row.cells], "same": row.same}
            for row in found.facts
        ],
        "rows": [row_out(row, names) for row in found.rows],
        "standing": standing_out(found.standing) if found.standing else None,
        "seeds": [seeds_out(line) for line in found.seeds],
    }


def row_out(row: TableRow, names: list[str]) -> dict[str, Any]:
    """A row as data."""
    return {
        "name": row.name,
        "task": row.task,
        "num_fewshot": row.key.num_fewshot,
        "metric": row.key.metric,
        "filter": row.key.filter,
        "higher_is_better": row.higher_is_better,
        "chance": row.chance,
        "parts": row.parts,
        "against": None if row.anchor is None else names[row.anchor],
        "scores": [score_out(cell) for cell in row.cells],
        "pairs": [pair_out(names[i], names[j], pair) for (i, j), pair in sorted(row.pairs.items()) if i < j],
    }


def pair_out(first: str, second: str, pair: Pair) -> dict[str, Any]:
    """Two models of a row as data."""
    found = pair.difference
    return {
        "first": first,
        "second": second,
        "difference": found.value,
        "interval": (found.interval.low, found.interval.high),
        "p": found.p,
        "p_adjusted": pair.p_adjusted,
        "method": found.method,
        "n": found.n,
        "only_first": found.only_first,
        "only_second": found.only_second,
        "agreement": found.agreement,
        "detectable": found.detectable,
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
        "limit": measured.limit if measured else None,
        "comparable_key": measured.comparable_key if measured else "",
        "run": measured.run if measured else None,
        "verdict": verdict_out(cell),
        "letters": cell.letters,
        "ranks": cell.ranks,
    }


def verdict_out(cell: TableCell) -> dict[str, Any] | None:
    """The verdict as data; None for the baseline and where a value is missing."""
    if cell.verdict is None:
        return None
    found = cell.verdict
    return {
        "kind": found.kind,
        "delta": found.delta,
        "p": found.pair.difference.p if found.pair else None,
        "p_adjusted": found.pair.p_adjusted if found.pair else None,
        "reason": found.reason,
    }


def standing_out(found: Standing) -> dict[str, Any]:
    """The models over all rows as data."""
    left_out = [(one.row, [model.asked for model in one.models]) for one in found.missing]
    asked = [*((row, []) for row in found.used), *left_out]
    told = [{"name": row.name, "num_fewshot": row.key.num_fewshot, "models": lacking} for row, lacking in asked]
    places = [place_out(one) for one in found.places]
    apart = [one.asked for one in found.apart]
    return {"places": places, "used": told[: len(found.used)], "left_out": told[len(found.used) :], "apart": apart}


def place_out(one: Place) -> dict[str, Any]:
    """A place as data."""
    return {
        "model": one.model.asked,
        "average": one.average,
        "rank": one.span.rank if one.span else None,
        "rank_interval": (one.span.low, one.span.high) if one.span else None,
        "win_rate": one.win_rate,
        "won": one.won,
        "lost": one.lost,
    }


def seeds_out(line: SeedLine) -> dict[str, Any]:
    """A spread over seeds as data."""
    return {
        "model": line.model.asked,
        "name": line.name,
        "num_fewshot": line.key.num_fewshot,
        "metric": line.key.metric,
        "values": {str(seed): one.value for seed, one in line.seeds},
        "mean": line.spread.mean,
        "sd": line.spread.sd,
    }
