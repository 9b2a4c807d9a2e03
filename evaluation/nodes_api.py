"""Machines in the API: what they are, what they do, and taking them out of work and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from evaluation import actions
from evaluation.models import Device, Node
from evaluation.sight import DeviceLine, Sight
from modelcards.rest import Page, Paging, ProblemOut, check_may_write, page_of

router = Router()
REFUSALS = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut}


class DeviceOut(Schema):
    """A GPU, or the processor, of a node.

    ``busy``: it does something; ``run``: what, where the reader may see that. ``speed``: documents a second of past
    runs by output type. ``memory_used`` in bytes and ``load`` in 0..1 are null where they are not known.
    """

    name: str
    kind: str
    description: str
    memory: int
    draining: bool
    live: bool
    busy: bool
    run: int | None
    holds: str
    memory_used: int | None
    load: float | None
    speed: dict[str, float]
    seen_at: datetime | None

    @staticmethod
    def of(line: DeviceLine) -> DeviceOut:
        """The device of a line."""
        device, use = line.device, line.use
        return DeviceOut(
            name=device.name,
            kind=device.kind,
            description=device.description,
            memory=device.memory,
            draining=device.draining,
            live=line.live,
            busy=line.busy,
            run=line.run.pk if line.run else None,
            holds=line.holds,
            memory_used=use.get("memory"),
            load=use.get("load"),
            speed=device.speed,
            seen_at=device.seen_at,
        )


class NodeOut(Schema):
    """A machine that runs evaluations. ``downloads``: it may fetch weights; ``hub_token``: gated ones too."""

    name: str
    versions: dict[str, Any]
    labels: list[Any]
    downloads: bool
    hub_token: bool
    seen_at: datetime | None
    devices: list[DeviceOut]


@router.get("nodes", response=Page[NodeOut], summary="Machines and their devices", tags=["nodes"])
def nodes(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """What they hold loaded, and which run they do, is told only of models that the reader may see."""
    found = page_of(request, Node.objects.prefetch_related("devices").order_by("name"), paging)
    sight = Sight(request.user)
    return {**found, "items": [_told(node, sight) for node in found["items"]]}


class Which(Schema):
    """Which part of a node."""

    device: str = Field("", description="Only this device, such as cuda:0; absent: all of them")


@router.post("nodes/{path:name}/drain", response={200: NodeOut, **REFUSALS}, summary="Take no new work", tags=["nodes"])
def drain(request: HttpRequest, name: str, which: Query[Which]) -> NodeOut:
    """What the devices do now goes on; they take nothing else until they are resumed. For administrators."""
    return _change(request, name, which.device, actions.node_drain, actions.device_drain)


@router.post("nodes/{path:name}/resume", response={200: NodeOut, **REFUSALS}, summary="Take work again", tags=["nodes"])
def resume(request: HttpRequest, name: str, which: Query[Which]) -> NodeOut:
    """The devices take runs again. For administrators."""
    return _change(request, name, which.device, actions.node_resume, actions.device_resume)


def _change(request: HttpRequest, name: str, device: str, whole: Any, one: Any) -> NodeOut:
    check_may_write(request)
    node = get_object_or_404(Node, name=name)
    if device:
        one(user=request.user, device=get_object_or_404(Device.objects.select_related("node"), node=node, name=device))
    else:
        whole(user=request.user, node=node)
    return _told(Node.objects.prefetch_related("devices").get(pk=node.pk), Sight(request.user))


def _told(node: Node, sight: Sight) -> NodeOut:
    """The node with what the reader may know of each device."""
    devices = [DeviceOut.of(sight.line(device, node.name)) for device in node.devices.all()]
    return NodeOut(
        name=node.name,
        versions=node.versions,
        labels=node.labels,
        downloads=node.downloads,
        hub_token=node.hub_token,
        seen_at=node.seen_at,
        devices=devices,
    )
