"""A machine says what it is and which devices it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from evaluation.models import Device, Node


@transaction.atomic
def node_register(
    *, name: str, versions: Mapping[str, str], devices: list[Mapping[str, Any]], host: str = ""
) -> list[Device]:
    """Write the node and its devices, as the runner describes them; devices that it has no more go."""
    node, _new = Node.objects.update_or_create(
        name=name, defaults={"versions": dict(versions), "host": host, "seen_at": Now()}
    )
    rows = [
        Device.objects.update_or_create(
            node=node,
            name=device["name"],
            defaults={
                "kind": device["kind"],
                "description": device.get("description", "")[:200],
                "memory": device["memory"],
                "loaded": "",
            },
        )[0]
        for device in devices
    ]
    node.devices.exclude(pk__in=[row.pk for row in rows]).delete()
    return rows
