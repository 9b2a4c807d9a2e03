"""Machines, their devices, and what runs where."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from evaluation.models import Device, Node, Run
from evaluation.progress import run_seconds_left
from evaluation.views.live import render_live
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


@dataclass(frozen=True)
class Sight:
    """What one reader may know of all devices at this moment."""

    live: set[int]
    busy: set[str]
    running: dict[str, Run]
    readable: set[str]


@require_safe
def nodes(request: HttpRequest) -> HttpResponse:
    """Every node, the live ones first."""
    sight = _sight(request)
    every = Node.objects.prefetch_related("devices").annotate(tasks_here=Count("tasks"))
    cards = sorted((_card(node, sight, node.tasks_here) for node in every), key=lambda card: not card.live)
    context = {
        "cards": cards,
        "queued": Run.objects.visible_to(request.user).filter(state="queued").count(),
        "live": len(sight.live),
    }
    return render_live(request, "evaluation/nodes.html", "evaluation/nodes_live.html", context)


def _sight(request: HttpRequest) -> Sight:
    running = Run.objects.filter(state="running")
    # A run of several devices has one owner, and is at work on all of them.
    lent = {str(d): d.run_id for d in Device.objects.filter(run__state="running").select_related("node")}
    shown = {run.pk: run for run in running.visible_to(request.user).for_page()}
    on_them = {owner: shown[pk] for owner, pk in lent.items() if pk in shown}
    return Sight(
        live=set(Device.objects.live().values_list("pk", flat=True)),
        busy={*running.values_list("owner", flat=True), *lent},
        running={run.owner: run for run in shown.values()} | on_them,
        readable=set(map(str, Checkpoint.objects.visible_to(request.user).select_related("card"))),
    )


def _card(node: Node, sight: Sight, tasks: int) -> NodeCard:
    lines = tuple(_line(device, f"{node.name}/{device.name}", sight) for device in node.devices.all())
    return NodeCard(node, any(line.live for line in lines), lines, tasks)


def _line(device: Device, owner: str, sight: Sight) -> DeviceLine:
    run = sight.running.get(owner)
    holds = device.loaded if device.loaded in sight.readable else ""
    left = run_seconds_left(run) if run else None
    return DeviceLine(device, holds, device.pk in sight.live, owner in sight.busy, run, left)
