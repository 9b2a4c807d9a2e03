"""Why a model, a task or the two together cannot be run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from evaluation.actions.gated_look import gated_look
from evaluation.checkpoints import inspect, memory_guess, memory_need
from evaluation.core.checkpoints import CheckpointError
from evaluation.core.families import ENCODER_DECODER, ENCODER_ONLY
from evaluation.core.protocol import TRANSFORMERS, VLLM
from evaluation.endpoints import cannot, endpoint_of
from evaluation.models import Endpoint, Task
from modelcards.models import Checkpoint

GENERATED = "generate_until"


class Refusal(NamedTuple):
    """Which part of the request is to blame, and why."""

    field: str
    reason: str


class CheckpointVerdict(NamedTuple):
    """What is known of a checkpoint before any weight is read.

    ``cannot``: output type of a task (lm-eval's: ``generate_until``, ``loglikelihood``, …) → why the model has no
    answer to such tasks. ``chat_template`` False: its tokenizer has none; None: not known.
    """

    refusal: Refusal | None
    family: str = ""
    memory_need: int = 0
    cannot: Mapping[str, str] = MappingProxyType({})
    chat_template: bool | None = None


def checkpoint_verdict(
    checkpoint: Checkpoint,
    dtype: str,
    chat_template: bool = False,
    batch_size: str = "16",
    backend: str = TRANSFORMERS,
) -> CheckpointVerdict:
    """Whether the checkpoint's files can be loaded at all, as what, and what memory they need.

    The family is that of the files; the card's counts only where they do not say.
    """
    family = checkpoint.card.architecture_family
    if family in ("embedding", "static-embedding"):
        return _no(_("An embedding model has no language-model head, so it can neither score nor write text."))
    if checkpoint.repo_id:
        if settings.HUB_ALLOW_DOWNLOADS:
            gated_look(checkpoint=checkpoint)
            need = memory_guess(checkpoint.card.parameters, dtype)
            return CheckpointVerdict(_not_in(backend, family), family, need, _cannot(family))
        reason = _("No checkpoint here: its weights are in the repository %(repo)s, and this site does not download.")
        return _no(reason % {"repo": checkpoint.repo_id})
    if endpoint := endpoint_of(checkpoint):
        if backend != TRANSFORMERS:
            text = _("The server %(name)s answers for it: ask without %(backend)s, which computes with files.")
            return _no(text % {"name": endpoint.name, "backend": backend})
        return _served(endpoint, family, chat_template)
    if not checkpoint.path:
        return _no(_("No checkpoint here: its weights are elsewhere, known only from results that were brought in."))
    try:
        report = inspect(checkpoint)
    except CheckpointError as error:
        return _no(str(error))
    family = report.architecture_family or family
    refusal, need = _not_in(backend, family), memory_need(report, dtype, batch_size)
    return CheckpointVerdict(refusal, family, need, _cannot(family), report.chat_template)


def _not_in(backend: str, family: str) -> Refusal | None:
    """Why a backend has no use for models of an architecture family."""
    if backend != VLLM or family not in (ENCODER_ONLY, ENCODER_DECODER):
        return None
    return Refusal("models", _("vLLM scores no %(family)s models; ask without it.") % {"family": family})


def _served(endpoint: Endpoint, family: str, chat_template: bool) -> CheckpointVerdict:
    """A model behind an address needs no memory here, and answers what its server can."""
    if endpoint.removed_at is not None:
        return _no(_("The address of the server %(name)s was removed.") % {"name": endpoint.name})
    return CheckpointVerdict(None, family, 0, cannot(endpoint, chat_template))


def _cannot(family: str) -> dict[str, str]:
    """What no model of an architecture family can answer."""
    if family != "encoder-only":
        return {}
    return {GENERATED: _("It asks for written text, and an encoder-only model does not write text.")}


def _no(reason: str) -> CheckpointVerdict:
    return CheckpointVerdict(Refusal("models", reason))


def task_refusal(task: Task) -> Refusal | None:
    """Why a task cannot run on this site, whatever the model."""
    if task.runs_code and not settings.HUB_ALLOW_GENERATED_CODE:
        reason = _("It runs code that a model wrote, which is off on this site (HUB_ALLOW_GENERATED_CODE).")
        return Refusal("tasks", reason)
    if task.python_code and task.directory and not _may_bring_python(task.directory):
        reason = _("Its YAML names Python functions, and its directory is not one that may (HUB_PYTHON_TASK_DIRS).")
        return Refusal("tasks", reason)
    if task.data_reason:
        return Refusal("tasks", _("Its data is on no node: %(why)s") % {"why": task.data_reason})
    return None


def _may_bring_python(directory: str) -> bool:
    place = Path(directory).resolve()
    return any(place.is_relative_to(Path(folder).resolve()) for folder in settings.HUB_PYTHON_TASK_DIRS)


def pair_refusal(model: CheckpointVerdict, task: Task, chat_template: bool = False) -> Refusal | None:
    """Why this model cannot answer this task, or not with a chat template where one is asked for."""
    if reason := model.cannot.get(task.output_type):
        return Refusal("tasks", reason)
    if chat_template and model.chat_template is False:
        return Refusal("models", _("A chat template is asked for, and its tokenizer has none."))
    return None
