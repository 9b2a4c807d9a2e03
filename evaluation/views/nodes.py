"""Machines, their devices, what runs where, and what ran there lately; administrators take them out of work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation.actions import device_drain, device_resume, node_drain, node_resume
from evaluation.actions.permission import is_staff
from evaluation.models import Device, Endpoint, Lack, Node, Run
from evaluation.sight import DeviceLine, Sight
from evaluation.views.access import act
from evaluation.views.live import render_live
from evaluation.views.timeline import device_timeline, hours_of
from modelcards.models import Checkpoint

MOST_LACKS = 5


@dataclass(frozen=True)
class NodeCard:
    """One machine; ``live`` while any of its devices gives signs of life.

    ``lacks``: checkpoints, of cards that the reader may see, whose files are not to be had there.
    """

    node: Node
    live: bool
    devices: tuple[DeviceLine, ...]
    tasks: int
    lacks: tuple[Lack, ...] = ()

    @property
    def draining(self) -> bool:
        """Whether none of its devices takes new work."""
        return bool(self.devices) and all(line.device.draining for line in self.devices)


@require_safe
def nodes(request: HttpRequest) -> HttpResponse:
    """Every node, the live ones first; ``node`` (one machine) and ``hours`` (of the timeline) are in the address."""
    only, hours = request.GET.get("node", ""), hours_of(request.GET.get("hours", ""))
    sight = Sight(request.user)
    found = Node.objects.prefetch_related("devices").annotate(tasks_here=Count("tasks"))
    shown = found.filter(name=only) if only else found
    lacks = _lacks(request)
    cards = sorted((_card(node, sight, lacks.get(node.pk, ())) for node in shown), key=lambda card: not card.live)
    names = [f"{card.node.name}/{line.device.name}" for card in cards for line in card.devices if line.live]
    context = {
        "cards": cards,
        "only": only,
        "queued": Run.objects.visible_to(request.user).filter(state="queued").count(),
        "live": len(sight.live),
        "timeline": device_timeline(request.user, hours, names, only),
        "served": Endpoint.objects.in_use().visible_to(request.user).count(),
        "may_drain": is_staff(request.user),
        "query": request.GET.urlencode(),
    }
    return render_live(request, "evaluation/nodes.html", "evaluation/nodes_live.html", context)


@require_POST
def change_node(request: HttpRequest, pk: int, to: str) -> HttpResponse:
    """``drain``: all of its devices finish what they do and take nothing else; ``resume``: they take work again."""
    node = get_object_or_404(Node, pk=pk)
    action = node_drain if to == "drain" else node_resume
    return act(request, _address(request), partial(action, user=request.user, node=node), _done(to, node.name))


@require_POST
def change_device(request: HttpRequest, pk: int, to: str) -> HttpResponse:
    """The same for one device."""
    device = get_object_or_404(Device.objects.select_related("node"), pk=pk)
    action = device_drain if to == "drain" else device_resume
    return act(request, _address(request), partial(action, user=request.user, device=device), _done(to, str(device)))


def _done(to: str, name: str) -> str:
    if to == "drain":
        return _("%(name)s takes no new work; what it does now goes on.") % {"name": name}
    return _("%(name)s takes work again.") % {"name": name}


def _address(request: HttpRequest) -> str:
    """The page as it was seen."""
    query = request.GET.urlencode()
    return reverse("evaluation:nodes") + (f"?{query}" if query else "")


def _lacks(request: HttpRequest) -> dict[int, tuple[Lack, ...]]:
    """Node → what it lacks, as far as the reader may know of it; few of each."""
    rows = Lack.objects.filter(checkpoint__in=Checkpoint.objects.visible_to(request.user)).order_by("-at")
    found: dict[int, tuple[Lack, ...]] = {}
    for lack in rows.select_related("checkpoint__card"):
        found[lack.node_id] = (*found.get(lack.node_id, ()), lack)[:MOST_LACKS]
    return found


def _card(node: Node, sight: Sight, lacks: tuple[Lack, ...]) -> NodeCard:
    lines = tuple(sight.line(device, node.name) for device in node.devices.all())
    return NodeCard(node, any(line.live for line in lines), lines, node.tasks_here, lacks)  # type: ignore[attr-defined]
