"""A machine says what it is and which devices it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from evaluation.actions.errors import ActionError
from evaluation.actions.run_elsewhere import lacks_forget
from evaluation.core.placement import LABEL
from evaluation.models import Device, Node, Run, RunState


@transaction.atomic
def node_register(
    *,
    name: str,
    versions: Mapping[str, str],
    devices: list[Mapping[str, Any]],
    host: str = "",
    labels: Iterable[str] = (),
    downloads: bool = False,
    hub_token: bool = False,
) -> list[Device]:
    """Write the node and its devices, as the runner describes them; devices that it has no more go.

    ``downloads``, ``hub_token``: whether its runners may fetch weights, and have a token for gated repositories.
    What its workers had under way is over: the caller knows that none of them runs any more. Raises ``ActionError`` for
    a label that is none, and when a machine of the same name is up elsewhere.
    """
    if other := _elsewhere(name, host):
        text = "Another machine is up under the name %(name)s (%(device)s was seen lately). Give this one a --name."
        raise ActionError(text % {"name": name, "device": other})
    found = {"versions": dict(versions), "host": host, "labels": read_labels(labels), "seen_at": Now()}
    found |= {"downloads": downloads, "hub_token": hub_token}
    node, _new = Node.objects.update_or_create(name=name, defaults=found)
    lacks_forget(node=node)
    rows = [
        Device.objects.update_or_create(
            node=node,
            name=device["name"],
            defaults={
                "kind": device["kind"],
                "description": device.get("description", "")[:200],
                "memory": device["memory"],
                "uuid": str(device.get("uuid", ""))[:64],
                "use": {},
                "loaded": "",
                "holds": None,
            },
        )[0]
        for device in devices
    ]
    node.devices.exclude(pk__in=[row.pk for row in rows]).delete()
    owners = [f"{name}/{row.name}" for row in rows]
    Run.objects.filter(state=RunState.RUNNING, owner__in=owners).update(lease_until=Now())
    return rows


def read_labels(labels: Iterable[str]) -> list[str]:
    """Sorted, each once. Raises ``ActionError`` for one that is not letters, digits and ``. _ -``."""
    found = sorted({label.strip() for label in labels if label.strip()})
    if bad := [label for label in found if not LABEL.fullmatch(label)]:
        raise ActionError(f"{bad[0]!r} is no label: up to 40 letters, digits, dots, dashes and underscores make one.")
    return found


def _elsewhere(name: str, host: str) -> Device | None:
    """A device of a node of this name that gives signs of life on another machine."""
    return Device.objects.live().filter(node__name=name).exclude(node__host__in=["", host]).first() if host else None
