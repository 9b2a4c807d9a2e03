"""Machines, their devices, and what runs where."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.models import Device, Node, Run
from evaluation.views.live import render_live
from evaluation.views.progress import run_seconds_left
from modelcards.models import Checkpoint


@dataclass(frozen=True)
class DeviceLine:
    """One device. ``run`` is None when it does nothing, or something that the reader may not see (``busy``).

    ``holds``: the checkpoint that its runner keeps warm; blank where it holds none, or one of a hidden card.
    """

    device: Device
    holds: str
    live: bool
    busy: bool
    run: Run | None
    seconds_left: float | None


@dataclass(frozen=True)
class NodeCard:
    """One machine; ``live`` while any of its devices gives signs of life."""

    node: Node
    live: bool
    devices: tuple[DeviceLine, ...]
    tasks: int


@require_safe
def nodes(request: HttpRequest) -> HttpResponse:
    """Every node, the live ones first."""
    live = set(Device.objects.live().values_list("pk", flat=True))
    busy = set(Run.objects.filter(state="running").values_list("owner", flat=True))
    running = {run.owner: run for run in Run.objects.visible_to(request.user).filter(state="running").for_page()}
    open_ones = set(map(str, Checkpoint.objects.visible_to(request.user).select_related("card")))
    every = Node.objects.prefetch_related("devices", "tasks")
    cards = [_card(node, live, busy, running, open_ones) for node in every]
    cards.sort(key=lambda card: not card.live)
    context = {
        "cards": cards,
        "queued": Run.objects.visible_to(request.user).filter(state="queued").count(),
        "live": len(live),
        "now": timezone.now(),
    }
    return render_live(request, "evaluation/nodes.html", "evaluation/nodes_live.html", context)


def _card(node: Node, live: set[int], busy: set[str], running: dict[str, Run], open_ones: set[str]) -> NodeCard:
    lines = tuple(_line(device, node, live, busy, running, open_ones) for device in node.devices.all())
    return NodeCard(node, any(line.live for line in lines), lines, len(node.tasks.all()))


def _line(
    device: Device, node: Node, live: set[int], busy: set[str], running: dict[str, Run], open_ones: set[str]
) -> DeviceLine:
    owner = f"{node.name}/{device.name}"
    run = running.get(owner)
    holds = device.loaded if device.loaded in open_ones else ""
    return DeviceLine(device, holds, device.pk in live, owner in busy, run, run_seconds_left(run) if run else None)
