"""What a message says. It is written down once, so that a receiver gets the same each time it is sent."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from evaluation.models import Cell, CellState, Evaluation

ENDED, TEST = "evaluation.ended", "test"
MOST_NAMES = 100
MOST_FAILURES = 20
LONGEST_REASON = 300


def ended_event(evaluation: Evaluation, at: datetime) -> dict[str, Any]:
    """That an evaluation is over: how many cells ended how, and the first that failed."""
    cells = Cell.objects.filter(pk__in=evaluation.wants.values("cell"))
    states = Counter(cells.values_list("state", flat=True))
    asked = evaluation.request
    data = {
        "evaluation": evaluation.pk,
        "url": site_url("evaluation:evaluation", evaluation.pk),
        "note": evaluation.note,
        "state": _state(evaluation, states),
        "cells": {"total": states.total(), **{state: states[state] for state in ("done", "failed", "cancelled")}},
        "refused": len(asked.get("refused", [])),
        "models": list(asked.get("models", []))[:MOST_NAMES],
        "tasks": list(asked.get("tasks", []))[:MOST_NAMES],
        "submitted_at": evaluation.created_at.isoformat(),
        "failures": [_failure(cell) for cell in _failed(cells)],
    }
    return {"type": ENDED, "timestamp": at.isoformat(), "data": data}


def trial_event(webhook: str, at: datetime) -> dict[str, Any]:
    """A message that a person sends to see whether it arrives."""
    return {
        "type": TEST,
        "timestamp": at.isoformat(),
        "data": {"webhook": webhook, "url": site_url("evaluation:notices")},
    }


def site_url(name: str, *arguments: object) -> str:
    """A page as the world knows it; blank in a process that has no pages."""
    try:
        return settings.HUB_SITE_URL + reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _state(evaluation: Evaluation, states: Counter[str]) -> str:
    if states[CellState.FAILED]:
        return "failed"
    return "cancelled" if states[CellState.CANCELLED] or evaluation.cancelled_at else "done"


def _failed(cells: Any) -> Any:
    failed = cells.filter(state=CellState.FAILED).select_related("checkpoint__card", "task")
    return failed.order_by("pk")[:MOST_FAILURES]


def _failure(cell: Cell) -> dict[str, Any]:
    return {
        "model": cell.checkpoint.card.slug,
        "checkpoint": cell.checkpoint.revision,
        "task": cell.task.name,
        "num_fewshot": cell.num_fewshot,
        "reason": cell.reason[:LONGEST_REASON],
        "run": cell.run_id,
    }
