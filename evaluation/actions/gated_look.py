"""Ask the hub whether a repository is gated, before any run of it fails for that."""

from __future__ import annotations

import logging
import os

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q

from modelcards.models import Checkpoint

logger = logging.getLogger(__name__)

ASK_SECONDS = 3.0
KNOWN_SECONDS = 3600
AWAY_SECONDS = 60
AWAY = "hub-away"


def gated_look(*, checkpoint: Checkpoint) -> bool | None:
    """Whether the checkpoint's repository is gated, as the hub says now or said last; ``None``: not known.

    Asked without a token (anybody may know), once an hour for a repository, and not at all where this site does not
    download. A hub that is away costs a few seconds, then nothing for a minute. Kept in the rows of all checkpoints of
    the repository, and in ``checkpoint``.
    """
    repo_id = checkpoint.repo_id
    if not repo_id or not settings.HUB_ALLOW_DOWNLOADS or cache.get(AWAY):
        return checkpoint.gated
    key = f"gated:{repo_id}"
    if cache.get(key) is None:
        told = _ask(repo_id)
        cache.set(key, "asked", KNOWN_SECONDS)
        if told is not None:
            others = Checkpoint.objects.filter(repo_id=repo_id).filter(~Q(gated=told) | Q(gated=None))
            others.update(gated=told)
            checkpoint.gated = told
    return checkpoint.gated


def _ask(repo_id: str) -> bool | None:
    try:  # comes with [web] and with [runner]; a shell without either learns it from the first run
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ImportError:
        return None
    try:
        hub = HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None, token=False)
        return bool(hub.model_info(repo_id, timeout=ASK_SECONDS, expand=["gated"]).gated)
    except (HfHubHTTPError, HFValidationError) as error:
        logger.info("whether %s is gated is not known: %s", repo_id, type(error).__name__)
    except Exception as error:  # noqa: BLE001 — whatever its transport raises: the hub is away, a plan goes on
        cache.set(AWAY, True, AWAY_SECONDS)
        logger.warning("the hub cannot be asked whether %s is gated: %s", repo_id, type(error).__name__)
    return None
