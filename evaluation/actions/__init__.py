"""The only writers of evaluation, one idea a file. Keyword-only arguments, each under a transaction."""

from evaluation.actions.audit import audit
from evaluation.actions.bulk import Bulk
from evaluation.actions.cancel import evaluation_cancel, run_cancel, runs_cancel
from evaluation.actions.cell_done import Outcome, StoredFile, cell_done
from evaluation.actions.cell_write import cell_progress, cell_start, cells_fail, cells_left
from evaluation.actions.chance_note import chance_note, chances_fill
from evaluation.actions.device_drain import device_drain, device_resume, node_drain, node_resume
from evaluation.actions.device_write import device_begins, device_seen, device_speed
from evaluation.actions.endpoint_probe import endpoint_probe
from evaluation.actions.endpoint_register import Registration, endpoint_register
from evaluation.actions.endpoint_remove import endpoint_remove
from evaluation.actions.errors import ActionError, LeaseLost, NotAllowed
from evaluation.actions.gather import device_yield, is_held
from evaluation.actions.lease import Lease
from evaluation.actions.node_register import node_register
from evaluation.actions.plan import Plan, evaluation_plan
from evaluation.actions.planner import PlannedCell
from evaluation.actions.reprioritise import evaluation_reprioritise, run_reprioritise, runs_reprioritise
from evaluation.actions.retry import Retried, evaluation_retry, run_retry, runs_retry
from evaluation.actions.run_beat import Wishes, run_beat
from evaluation.actions.run_claim import run_claim, run_waits_for
from evaluation.actions.run_elsewhere import lacks_review, run_elsewhere
from evaluation.actions.run_end import run_end, run_release
from evaluation.actions.run_memory import run_out_of_memory
from evaluation.actions.runs_sweep import runs_sweep
from evaluation.actions.submit import Submission, evaluation_submit
from evaluation.actions.tasks_store import Stored, tasks_store
from evaluation.actions.wake import wake, wake_devices

__all__ = [
    "ActionError",
    "Bulk",
    "Lease",
    "LeaseLost",
    "NotAllowed",
    "Outcome",
    "Plan",
    "PlannedCell",
    "Registration",
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
    "chance_note",
    "chances_fill",
    "device_begins",
    "device_drain",
    "device_resume",
    "device_seen",
    "device_speed",
    "device_yield",
    "endpoint_probe",
    "endpoint_register",
    "endpoint_remove",
    "evaluation_cancel",
    "evaluation_plan",
    "evaluation_reprioritise",
    "evaluation_retry",
    "evaluation_submit",
    "is_held",
    "lacks_review",
    "node_drain",
    "node_register",
    "node_resume",
    "run_beat",
    "run_cancel",
    "run_claim",
    "run_elsewhere",
    "run_end",
    "run_out_of_memory",
    "run_release",
    "run_reprioritise",
    "run_retry",
    "run_waits_for",
    "runs_cancel",
    "runs_reprioritise",
    "runs_retry",
    "runs_sweep",
    "tasks_store",
    "wake",
    "wake_devices",
]
