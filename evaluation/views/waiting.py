"""Why a run waits, in words for the person who waits."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from evaluation.models import Device, Run
from evaluation.templatetags.evaluation_format import size


def waiting_reason(run: Run, devices: Sequence[Device], busy: set[str]) -> str:
    """Blank unless queued. ``devices`` are those that are up; ``busy`` the owners of running runs."""
    if run.state != "queued":
        return ""
    if run.reason:
        return run.reason
    if not devices:
        return _("no worker is up; it starts when one is")
    fitting = [device for device in devices if device.memory >= run.memory_need]
    if not fitting:
        largest = max(device.memory for device in devices)
        text = _("needs about %(need)s of device memory; the largest device that is up has %(largest)s")
        return text % {"need": size(run.memory_need), "largest": size(largest)}
    taking = [device for device in fitting if not device.draining]
    if not taking:
        return _("every device that could take it is draining")
    if all(str(device) in busy for device in taking):
        return _("every device that could take it is busy")
    return _("starts as soon as a worker looks")
