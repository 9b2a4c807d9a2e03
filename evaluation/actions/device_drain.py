"""Devices and nodes take no new work, and take it again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.device_free import locked_devices
from evaluation.actions.errors import NotAllowed
from evaluation.actions.permission import is_staff
from evaluation.actions.wake import wake_devices
from evaluation.models import Device, Node
from modelcards.querysets import Reader


def device_drain(*, user: Reader, device: Device) -> int:
    """The device finishes its run and takes no other. Returns 1, or 0 when that was so already."""
    return _set(user, [device.pk], draining=True, target=str(device))


def device_resume(*, user: Reader, device: Device) -> int:
    """The device takes runs again. Returns 1, or 0 when that was so already."""
    return _set(user, [device.pk], draining=False, target=str(device))


def node_drain(*, user: Reader, node: Node) -> int:
    """As ``device_drain`` for every device of a node; returns how many changed."""
    return _set(user, list(node.devices.values_list("pk", flat=True)), draining=True, target=node.name)


def node_resume(*, user: Reader, node: Node) -> int:
    """As ``device_resume`` for every device of a node; returns how many changed."""
    return _set(user, list(node.devices.values_list("pk", flat=True)), draining=False, target=node.name)


@transaction.atomic
def _set(user: Reader, devices: list[int], *, draining: bool, target: str) -> int:
    """Change those that are otherwise, leave an entry, wake them. Raises ``NotAllowed`` unless ``user`` is staff."""
    if not is_staff(user):
        raise NotAllowed(_("Only an administrator may take devices out of work and back."))
    changed = [device.pk for device in locked_devices(devices) if device.draining != draining]
    if not changed:
        return 0
    Device.objects.filter(pk__in=changed).update(draining=draining)
    audit(who=user, action="devices drained" if draining else "devices resumed", target=target, detail={"ids": changed})
    if not draining:
        names = [str(device) for device in Device.objects.filter(pk__in=changed).select_related("node")]
        transaction.on_commit(lambda: wake_devices(names))
    return len(changed)
