"""Which model a results file speaks of: from ``model``, ``model_args`` (text or mapping) and what 0.4 adds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from evaluation.results.shapes import NamedModel, wrong

# The first of these names the model: an adapter is another model than the one that it was put on.
NAMING = ("peft", "delta", "pretrained", "model", "path", "engine")
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,95}", re.ASCII)
STEP = re.compile(r"(?:global[_-]?)?step[_-]?(\d{1,12})", re.IGNORECASE)
SECRET = re.compile(r"token|key|secret|password", re.IGNORECASE)
LONGEST, LONGEST_REVISION = 200, 100
FOLDERS = {"models", "checkpoints", "outputs", "ckpt", "ckpts", "data", "home", "mnt", "tmp", "workspace", "sft"}


def named_model(config: Mapping[str, Any], file: str) -> NamedModel:
    """The model of a file's ``config``. Raises ResultsError where nothing names one."""
    arguments = model_arguments(config.get("model_args"), file)
    stated = next((text for key in NAMING if (text := _text(arguments.get(key)))), "") or _text(config.get("model"))
    if not stated:
        reason = _("no model is named: neither config.model_args (pretrained=…) nor config.model")
        raise wrong(file, reason, column="config.model_args")
    repo = stated if _is_repository(stated) else ""
    name = repo or _last_part(stated)
    revision = _text(arguments.get("revision")) or _text(config.get("model_revision")) or "main"
    if len(name) > LONGEST or len(revision) > LONGEST_REVISION:
        reason = _("the name of the model or its revision is longer than %(most)d letters") % {"most": LONGEST}
        raise wrong(file, reason, column="config.model_args")
    step = STEP.fullmatch(revision)
    dtype = _text(arguments.get("dtype")) or _text(config.get("model_dtype"))
    return NamedModel(
        name=name,
        repo=repo,
        revision=revision,
        step=int(step[1]) if step else None,
        dtype=dtype.removeprefix("torch.")[:20],
        arguments={key: value for key, value in arguments.items() if not SECRET.search(key)},
    )


def model_arguments(value: Any, file: str) -> dict[str, Any]:
    """``model_args`` as a mapping: 0.4 may write one, all others write ``name=value,name=value``."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise wrong(file, _("is neither text nor an object"), column="config.model_args")
    pairs = (part.partition("=") for part in value.split(",") if "=" in part)
    return {key.strip(): text.strip() for key, _sign, text in pairs}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_repository(stated: str) -> bool:
    """Whether it reads as ``owner/name``; paths begin with a dot, a slash or a folder's usual name, or are longer."""
    return bool(REPOSITORY.fullmatch(stated)) and stated.split("/")[0].lower() not in FOLDERS


def _last_part(stated: str) -> str:
    """The last folder of a path, which is the name that people gave the model."""
    return stated.replace("\\", "/").rstrip("/").rpartition("/")[2] or stated
