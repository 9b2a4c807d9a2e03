"""The queue in the API: what waits, why, and for how long; many runs cancelled, repeated or reprioritised at once."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from evaluation import actions
from evaluation.actions import Bulk
from evaluation.models import Run
from evaluation.queue.filters import STATES, QueueFilter
from evaluation.queue.listing import listing
from evaluation.queue.rows import QueueRow, queue_rows
from evaluation.schemas import RunOut
from modelcards.rest import Page, Paging, ProblemOut, check_may_write, json_object, next_page, wrong_fields

router = Router(tags=["queue"])
REFUSALS = {400: ProblemOut, 401: ProblemOut, 403: ProblemOut, 422: ProblemOut}
MOST_NAMED = 10_000
FILTER_FIELDS = ("state", "model", "task", "person", "node")


class Asked(Paging):
    """Which runs; without ``state`` those that are queued or running."""

    state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None
    model: str = ""
    task: str = ""
    person: str = ""
    node: str = ""


class QueuedOut(Schema):
    """A run with its place. ``seconds``: left for a running one, needed for a waiting one; null where not known.

    ``position`` counts all runs that go before it, be they of models that the reader may not see; null unless it is
    queued. ``waiting``: why it is not running yet.
    """

    run: RunOut
    position: int | None
    waiting: str
    seconds: float | None
    cells: int
    cells_over: int
    cells_failed: int
    percent: int

    @staticmethod
    def resolve_cells(row: QueueRow) -> int:
        return row.tally.cells

    @staticmethod
    def resolve_cells_over(row: QueueRow) -> int:
        return row.tally.over

    @staticmethod
    def resolve_cells_failed(row: QueueRow) -> int:
        return row.tally.states["failed"]

    @staticmethod
    def resolve_percent(row: QueueRow) -> int:
        return row.tally.percent


class ChangedOut(Schema):
    """``left``: why other runs stayed as they are, and how many. ``woken`` false: work starts when Redis is back."""

    changed: int
    left: dict[str, int]
    woken: bool


def body(*more: str) -> dict[str, Any]:
    """What the acts on many runs take, as OpenAPI says it."""
    match = {name: {"type": "string"} for name in FILTER_FIELDS}
    fields: dict[str, Any] = {
        "runs": {"type": "array", "items": {"type": "integer"}, "maxItems": MOST_NAMED},
        "match": {"type": "object", "properties": match, "description": "As GET queue filters; {}: all under way"},
    }
    fields |= {name: {"type": "integer"} for name in more}
    schema = {"type": "object", "properties": fields, "required": list(more), "description": "Either runs or match"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.get("queue", response=Page[QueuedOut], summary="The queue as it goes")
def queue(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """What runs, then what waits in its order; with an ended ``state`` those runs, newest first."""
    found = listing(request.user, QueueFilter.of(asked.dict()))
    end = asked.page * asked.page_size
    count = found.count
    rows = queue_rows(list(found.runs[end - asked.page_size : end]), found.positions)
    return {"count": count, "items": rows, "next": next_page(request, asked) if end < count else None}


@router.post("runs/cancel", response={200: ChangedOut, **REFUSALS}, summary="Cancel runs", openapi_extra=body())
def cancel(request: HttpRequest) -> Bulk:
    """What is done stays. Runs of others, and those whose cells somebody else wants, go on and are counted."""
    runs, _more = _chosen(request)
    return actions.runs_cancel(user=request.user, runs=runs)


@router.post(
    "runs/retry", response={200: ChangedOut, **REFUSALS}, summary="Run failed cells again", openapi_extra=body()
)
def retry(request: HttpRequest) -> Bulk:
    """Failed and cancelled cells of these runs go into new ones."""
    runs, _more = _chosen(request)
    return actions.runs_retry(user=request.user, runs=runs)


@router.post(
    "runs/priority",
    response={200: ChangedOut, 409: ProblemOut, **REFUSALS},
    summary="Put runs before or behind others",
    openapi_extra=body("priority"),
)
def priority(request: HttpRequest) -> Bulk:
    """Of those that wait. Below 0: behind others; above 0 only administrators may go."""
    runs, more = _chosen(request, "priority")
    wanted = more["priority"]
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise wrong_fields({"priority": [_("Give a whole number.")]})
    return actions.runs_reprioritise(user=request.user, runs=runs, priority=wanted)


def _chosen(request: HttpRequest, *more: str) -> tuple[list[int], dict[str, Any]]:
    """The runs that the body names or describes, and its further fields. 422 by field for what makes no sense."""
    check_may_write(request)
    given = json_object(request)
    unknown = given.keys() - {"runs", "match", *more}
    errors = {name: [_("There is no such field.")] for name in sorted(unknown)}
    errors |= {name: [_("This field is needed.")] for name in more if name not in given}
    if ("runs" in given) == ("match" in given):
        errors["runs"] = [_("Name the runs, or say with match which ones: one of the two.")]
    if errors:
        raise wrong_fields(errors)
    return (_named(request, given["runs"]) if "runs" in given else _matching(request, given["match"])), given


def _named(request: HttpRequest, runs: Any) -> list[int]:
    if not isinstance(runs, list) or len(runs) > MOST_NAMED or not all(map(_is_key, runs)):
        raise wrong_fields({"runs": [_("Give a list of at most %(n)d numbers of runs.") % {"n": MOST_NAMED}]})
    seen = set(Run.objects.visible_to(request.user).filter(pk__in=runs).values_list("pk", flat=True))
    if missing := [str(pk) for pk in runs if pk not in seen]:
        raise wrong_fields({"runs": [_("Not here, or not open to you: %(runs)s") % {"runs": ", ".join(missing[:20])}]})
    return sorted(seen)


def _is_key(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _matching(request: HttpRequest, match: Any) -> list[int]:
    if not isinstance(match, dict) or not all(isinstance(value, str) for value in match.values()):
        raise wrong_fields({"match": [_("Give an object of names and texts.")]})
    if unknown := sorted(match.keys() - set(FILTER_FIELDS)):
        raise wrong_fields({"match": [_("There is no filter %(names)s.") % {"names": ", ".join(unknown)}]})
    if match.get("state", "") not in ("", *STATES):
        raise wrong_fields({"match": [_("A state is one of %(states)s.") % {"states": ", ".join(STATES)}]})
    return list(QueueFilter.of(match).runs(request.user).values_list("pk", flat=True))
