"""Evaluation's part of the API. Every act goes through ``evaluation.actions``."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from evaluation import actions
from evaluation.core.request import EvaluationRequest
from evaluation.models import Evaluation, Run
from evaluation.schemas import (
    EvaluationDetailOut,
    EvaluationOut,
    PlanOut,
    RunDetailOut,
    RunOut,
    ScoreOut,
    TaskOut,
)
from evaluation.scorelist import Wish, listed
from evaluation.tasklist import find_tasks
from modelcards.rest import Page, Paging, ProblemOut, check_may_write, json_object, page_of

router = Router()
STATES = Literal["queued", "running", "done", "failed", "cancelled"]
REFUSALS = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 409: ProblemOut}
REQUEST_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["models", "tasks"],
                    "properties": {
                        "models": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "slug[@revision]",
                        },
                        "tasks": {"type": "array", "items": {"type": "string"}},
                        "num_fewshot": {"type": "array", "items": {"type": "integer"}, "default": [0]},
                        "limit": {"type": ["integer", "null"], "description": "Documents per task; null: all"},
                        "seed": {
                            "anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}],
                            "default": 1234,
                            "description": "Of the few-shot examples; several measure each cell under each",
                        },
                        "dtype": {"type": "string", "default": "float32"},
                        "backend": {
                            "type": "string",
                            "enum": ["hf", "vllm"],
                            "default": "hf",
                            "description": "What computes; vllm on nodes that have it",
                        },
                        "chat_template": {"type": "boolean", "default": False},
                        "system_instruction": {"type": ["string", "null"]},
                        "batch_size": {"type": "string", "default": "16"},
                        "generation_kwargs": {"type": "object"},
                        "requires": {
                            "type": "array",
                            "items": {"type": "string"},
                            "default": [],
                            "description": "Labels, or installed packages, that a node must have",
                        },
                        "priority": {"type": "integer", "default": 0},
                        "force": {"type": "boolean", "default": False},
                        "note": {"type": "string"},
                    },
                }
            }
        },
    }
}


@router.post(
    "evaluations",
    response={200: EvaluationDetailOut, 201: EvaluationDetailOut, **REFUSALS, 422: ProblemOut},
    summary="Queue an evaluation",
    tags=["evaluations"],
    openapi_extra=REQUEST_BODY,
)
def submit(request: HttpRequest) -> Status[Evaluation]:
    """201, or 200 when every cell was already there. ``woken`` false: work starts when Redis is back."""
    check_may_write(request)
    done = actions.evaluation_submit(user=request.user, request=EvaluationRequest.from_json(json_object(request)))
    evaluation = shown_evaluation(request, done.evaluation.pk)
    evaluation.woken = done.woken  # type: ignore[attr-defined]
    return Status(201 if done.created else 200, evaluation)


@router.post(
    "evaluations/plan",
    response={200: PlanOut, **REFUSALS, 422: ProblemOut},
    summary="What an evaluation would run, reuse and refuse",
    tags=["evaluations"],
    openapi_extra=REQUEST_BODY,
)
def plan(request: HttpRequest) -> actions.Plan:
    """The matrix of the same request, cell by cell, with the reasons. Writes nothing."""
    return actions.evaluation_plan(user=request.user, request=EvaluationRequest.from_json(json_object(request)))


class EvaluationFilter(Paging):
    """Which evaluations; ``mine``: of the one who asks."""

    state: STATES | None = None
    mine: bool = False


@router.get("evaluations", response=Page[EvaluationOut], summary="Evaluations, newest first", tags=["evaluations"])
def evaluations(request: HttpRequest, asked: Query[EvaluationFilter]) -> dict[str, Any]:
    """Those that hold no model hidden from the reader."""
    rows = Evaluation.objects.visible_to(request.user).for_list()
    if asked.mine:
        rows = rows.filter(requested_by=request.user.pk) if request.user.is_authenticated else rows.none()
    return page_of(request, rows.in_state(asked.state) if asked.state else rows, asked)


@router.get(
    "evaluations/{int:pk}",
    response={200: EvaluationDetailOut, 404: ProblemOut},
    summary="One evaluation with its cells",
    tags=["evaluations"],
)
def evaluation(request: HttpRequest, pk: int) -> Evaluation:
    """Each cell with its state, and the reason where it failed or waits."""
    return shown_evaluation(request, pk)


@router.post(
    "evaluations/{int:pk}/cancel",
    response={200: EvaluationDetailOut, **REFUSALS},
    summary="Cancel what is not done",
    tags=["evaluations"],
)
def cancel(request: HttpRequest, pk: int) -> Evaluation:
    """Cells that somebody else wants go on. 409 when all is done already."""
    check_may_write(request)
    actions.evaluation_cancel(user=request.user, evaluation=shown_evaluation(request, pk))
    return shown_evaluation(request, pk)


@router.post(
    "evaluations/{int:pk}/retry",
    response={200: EvaluationDetailOut, **REFUSALS},
    summary="Run the failed and cancelled cells again",
    tags=["evaluations"],
)
def retry(request: HttpRequest, pk: int) -> Evaluation:
    """409 when there is nothing to repeat. ``woken`` false: work starts when Redis is back."""
    check_may_write(request)
    done = actions.evaluation_retry(user=request.user, evaluation=shown_evaluation(request, pk))
    found = shown_evaluation(request, pk)
    found.woken = done.woken  # type: ignore[attr-defined]
    return found


class RunFilter(Paging):
    """Which runs."""

    state: STATES | None = None
    model: str = ""


@router.get("runs", response=Page[RunOut], summary="Runs, newest first", tags=["runs"])
def runs(request: HttpRequest, asked: Query[RunFilter]) -> dict[str, Any]:
    """Runs of models that the reader may see."""
    rows = Run.objects.visible_to(request.user).for_page().order_by("-pk")
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.model:
        rows = rows.filter(checkpoint__card__slug=asked.model)
    return page_of(request, rows, asked)


@router.get("runs/{int:pk}", response={200: RunDetailOut, 404: ProblemOut}, summary="One run", tags=["runs"])
def run(request: HttpRequest, pk: int) -> Run:
    """With its cells and the end of its log."""
    return get_object_or_404(Run.objects.visible_to(request.user).for_page(), pk=pk)


class ScoreFilter(Paging):
    """Which scores. ``model`` and ``task`` may be given more than once."""

    model: list[str] = []
    task: list[str] = []
    num_fewshot: int | None = Field(None, ge=0)
    origin: Literal["measured", "imported", "published"] | None = None


@router.get("scores", response=Page[ScoreOut], summary="Scores", tags=["scores"])
def scores(request: HttpRequest, asked: Query[ScoreFilter]) -> dict[str, Any]:
    """Published ones, and of the measured ones those of each cell's newest complete generation.

    Where a model or a task is named, groups whose tasks are all measured follow, aggregated as lm-eval does; ``parts``
    says of how many tasks.
    """
    wish = Wish(asked.model, asked.task, asked.num_fewshot, asked.origin)
    return page_of(request, listed(request.user, wish), asked)


class TaskFilter(Paging):
    """Which tasks."""

    search: str = Field("", description="Every word must occur in the name")
    kind: Literal["task", "group", "tag"] | None = None
    output_type: str = ""
    ready: bool = Field(False, description="Only those whose data is here and that run no code of their own")
    shipped: bool | None = None


@router.get("tasks", response=Page[TaskOut], summary="Tasks that can be asked for", tags=["tasks"])
def tasks(request: HttpRequest, asked: Query[TaskFilter]) -> dict[str, Any]:
    """The site's own first, then those whose name begins with what was searched for, by name."""
    rows = find_tasks(search=asked.search, kind=asked.kind or "", output_type=asked.output_type, ready=asked.ready)
    if asked.shipped is not None:
        rows = rows.filter(shipped=asked.shipped)
    return page_of(request, rows, asked)


def shown_evaluation(request: HttpRequest, pk: int) -> Evaluation:
    """An evaluation that the reader may see, with its counts; Http404 otherwise."""
    return get_object_or_404(Evaluation.objects.visible_to(request.user).for_list(), pk=pk)
