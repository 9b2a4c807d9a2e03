"""System checks of the seconds that worker, runner and lease keep, and of settings that are read no more."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

SHORTEST_LEASE = 90
FORMER = {"HUB_ALLOW_PYTHON_TASKS": "List the directories whose tasks may bring Python in HUB_PYTHON_TASK_DIRS."}


@register
def run_seconds(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Short leases take runs from workers that are merely slow; a heartbeat must fit into a lease."""
    found: list[CheckMessage] = []
    lease, beat = settings.RUN_LEASE_SECONDS, settings.RUN_HEARTBEAT_SECONDS
    if lease < SHORTEST_LEASE:
        text = f"RUN_LEASE_SECONDS is {lease}: below {SHORTEST_LEASE}, a worker that is only slow loses its run."
        found.append(Warning(text, hint=f"Set it to {SHORTEST_LEASE} or more.", id="evaluation.W001"))
    if beat * 3 > lease:
        text = f"RUN_HEARTBEAT_SECONDS is {beat}: three heartbeats do not fit into a lease of {lease} s."
        found.append(Error(text, hint=f"Set it to {lease // 3} or less.", id="evaluation.E001"))
    if beat * 3 > settings.NODE_LIVE_SECONDS:
        text = f"NODE_LIVE_SECONDS is {settings.NODE_LIVE_SECONDS}: a live worker may miss it between two heartbeats."
        found.append(Warning(text, hint=f"Set it to {3 * beat} or more.", id="evaluation.W002"))
    return found


@register
def former_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Names that an earlier version read: whoever sets them expects something that does not happen."""
    return [
        Warning(f"{name} is read no more.", hint=hint, id="evaluation.W003")
        for name, hint in FORMER.items()
        if os.environ.get(name)
    ]
