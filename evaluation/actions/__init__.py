"""The only writers of evaluation, one idea a file. Keyword-only arguments, each under a transaction."""

from evaluation.actions.audit import audit
from evaluation.actions.cancel import evaluation_cancel, run_cancel
from evaluation.actions.cell_done import Outcome, StoredFile, cell_done
from evaluation.actions.cell_write import cell_progress, cell_start, cells_fail, cells_left
from evaluation.actions.device_write import device_seen, device_speed
from evaluation.actions.errors import ActionError, LeaseLost, NotAllowed
from evaluation.actions.lease import Lease
from evaluation.actions.node_register import node_register
from evaluation.actions.plan import Plan, evaluation_plan
from evaluation.actions.planner import PlannedCell
from evaluation.actions.retry import Retried, evaluation_retry, run_retry
from evaluation.actions.run_beat import Wishes, run_beat
from evaluation.actions.run_claim import run_claim, run_waits_for
from evaluation.actions.run_end import run_end, run_release
from evaluation.actions.runs_sweep import runs_sweep
from evaluation.actions.submit import Submission, evaluation_submit
from evaluation.actions.tasks_store import Stored, tasks_store
from evaluation.actions.wake import wake

__all__ = [
    "ActionError",
    "Lease",
    "LeaseLost",
    "NotAllowed",
    "Outcome",
    "Plan",
    "PlannedCell",
    "Retried",
    "Stored",
    "StoredFile",
    "Submission",
    "Wishes",
    "audit",
    "cell_done",
    "cell_progress",
    "cell_start",
    "cells_fail",
    "cells_left",
    "device_seen",
    "device_speed",
    "evaluation_cancel",
    "evaluation_plan",
    "evaluation_retry",
    "evaluation_submit",
    "node_register",
    "run_beat",
    "run_cancel",
    "run_claim",
    "run_end",
    "run_release",
    "run_retry",
    "run_waits_for",
    "runs_sweep",
    "tasks_store",
    "wake",
]
