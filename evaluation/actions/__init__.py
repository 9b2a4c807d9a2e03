"""The only writers of evaluation, one idea a file. Keyword-only arguments, each under a transaction."""

from evaluation.actions.audit import audit
from evaluation.actions.cancel import evaluation_cancel, run_cancel
from evaluation.actions.errors import ActionError, LeaseLost, NotAllowed
from evaluation.actions.plan import Plan, PlannedCell, evaluation_plan
from evaluation.actions.retry import evaluation_retry, run_retry
from evaluation.actions.submit import Submission, evaluation_submit
from evaluation.actions.wake import wake

__all__ = [
    "ActionError",
    "LeaseLost",
    "NotAllowed",
    "Plan",
    "PlannedCell",
    "Submission",
    "audit",
    "evaluation_cancel",
    "evaluation_plan",
    "evaluation_retry",
    "evaluation_submit",
    "run_cancel",
    "run_retry",
    "wake",
]
