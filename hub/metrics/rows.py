"""What the database says at this moment, as metric families. No name of a model or person is in it.

Counted at each reading and nowhere kept: any process gives the same, and a restart forgets nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.db.models import Count, QuerySet
from django.db.models.functions import Now
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from evaluation.core.placement import tier
from evaluation.models import Attempt, Cell, CellState, Delivery, DeliveryState, Device, Evaluation, Node, Run, RunState
from hub import __version__
from hub.views.health import broker


class Rows(Collector):
    """Every family. With the database away, only that it is."""

    def collect(self) -> Iterator[Metric]:
        yield gauge("info", "The version that runs here.", [({"version": __version__}, 1)])
        yield gauge("redis_up", "Whether Redis answers.", [({}, float(broker()["redis"] == "ok"))])
        try:
            found = [*work(), *attempts(), *devices(), *messages()]
        except DatabaseError:
            found = []
        yield gauge("database_up", "Whether the database answers.", [({}, float(bool(found)))])
        yield from found


def registry() -> CollectorRegistry:
    """Of these rows."""
    found = CollectorRegistry(auto_describe=False)
    found.register(Rows())
    return found


def work() -> Iterator[Metric]:
    """Runs, cells and evaluations by state, and the queue by the memory that it needs."""
    yield gauge("runs", "Runs by state.", by_state(Run.objects.all(), RunState.values))
    yield gauge("cells", "Cells by state.", by_state(Cell.objects.all(), CellState.values))
    tiers: Counter[int] = Counter()
    needs = Run.objects.waiting().order_by().values_list("memory_need").annotate(n=Count("pk"))
    for need, count in needs:
        tiers[tier(need)] += count
    depth = [({"tier": f"{size}g"}, count) for size, count in sorted(tiers.items())]
    yield gauge("queue_runs", "Queued runs by the size of device that they need, in GiB.", depth)
    oldest = Run.objects.waiting().order_by("created_at").annotate(now=Now()).values_list("created_at", "now").first()
    waited = age(*oldest) if oldest else 0.0
    yield gauge("queue_oldest_seconds", "Age of the oldest queued run; 0: none waits.", [({}, waited)])
    opened = Evaluation.objects.filter(ended_at__isnull=True).count()
    every = [({"state": "open"}, opened), ({"state": "ended"}, Evaluation.objects.count() - opened)]
    yield gauge("evaluations", "Evaluations: open, or over and told.", every)


def attempts() -> Iterator[Metric]:
    """Claims of runs, how they ended, and those whose worker was lost."""
    rows = dict(Attempt.objects.order_by().values_list("outcome").annotate(n=Count("pk")))
    ends = [({"outcome": state}, rows.get(state, 0)) for state in RunState.values if state != RunState.RUNNING]
    lost = Attempt.objects.filter(lost=True).count()
    yield counter("attempts", "Claims of runs.", [({}, sum(rows.values()))])
    yield counter("attempts_ended", "Claims by what became of the run; queued: it was given back.", ends)
    yield counter("attempts_lost", "Claims whose worker fell silent until the lease was over.", [({}, lost)])


def devices() -> Iterator[Metric]:
    """Signs of life, and what devices do."""
    live = set(Device.objects.live().values_list("pk", flat=True))
    rows = [({"node": d.node.name, "device": d.name, "kind": d.kind}, d) for d in known()]
    yield gauge("device_up", "Whether its worker gave a sign of life lately.", [(k, d.pk in live) for k, d in rows])
    yield gauge("device_heartbeat_age_seconds", "Time since its last sign of life.", ages(rows))
    yield gauge("device_busy", "Whether a run works on it.", [(k, d.run_id is not None) for k, d in rows])
    yield gauge("device_draining", "Whether it takes no new run.", [(k, d.draining) for k, d in rows])
    yield gauge("device_memory_bytes", "Memory that it has.", [(k, d.memory) for k, d in rows])
    yield gauge("device_memory_used_bytes", "Memory in use, where it is told.", told(rows, "memory"))
    yield gauge("device_load_ratio", "Load in 0..1, where it is told.", told(rows, "load"))
    nodes = [({"node": node.name}, node) for node in Node.objects.annotate(now=Now())]
    yield gauge("node_heartbeat_age_seconds", "Time since a node's last sign of life.", ages(nodes))


def messages() -> Iterator[Metric]:
    """Webhooks and e-mail by what became of them, and those that should be on their way."""
    for_mail = Delivery.objects.filter(webhook__isnull=True)
    for_hooks = Delivery.objects.filter(webhook__isnull=False)
    samples = [
        ({"channel": channel, **labels}, count)
        for channel, rows in (("webhook", for_hooks), ("mail", for_mail))
        for labels, count in by_state(rows, DeliveryState.values)
    ]
    yield gauge("deliveries", "Messages by state, as far as they are remembered.", samples)
    yield gauge("deliveries_due", "Messages that should be sent now.", [({}, Delivery.objects.due().count())])


def known() -> QuerySet[Device]:
    """All devices, with the database's time."""
    return Device.objects.for_page().annotate(now=Now())


def by_state(rows: QuerySet[Any], states: Iterable[str]) -> list[tuple[dict[str, str], float]]:
    """The number of rows in each of ``states``, 0 included: a series that comes and goes cannot be reckoned with."""
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return [({"state": state}, found.get(state, 0)) for state in states]


def ages(rows: Iterable[tuple[dict[str, str], Any]]) -> list[tuple[dict[str, str], float]]:
    """Seconds since each was seen, by the database's clock; none for one that never was."""
    return [(labels, age(row.seen_at, row.now)) for labels, row in rows if row.seen_at is not None]


def told(rows: Iterable[tuple[dict[str, str], Device]], name: str) -> list[tuple[dict[str, str], float]]:
    """What devices tell of their use, without those that tell nothing."""
    return [(labels, d.use[name]) for labels, d in rows if isinstance(d.use.get(name), (int, float))]


def age(then: datetime, now: datetime) -> float:
    """Seconds between; never less than 0."""
    return max(0.0, (now - then).total_seconds())


def gauge(name: str, text: str, samples: Iterable[tuple[dict[str, str], float]]) -> Metric:
    """A family of numbers that go up and down."""
    return filled(GaugeMetricFamily(f"arboretum_{name}", text), samples)


def counter(name: str, text: str, samples: Iterable[tuple[dict[str, str], float]]) -> Metric:
    """A family of numbers that only grow."""
    return filled(CounterMetricFamily(f"arboretum_{name}", text), samples)


def filled(family: Metric, samples: Iterable[tuple[dict[str, str], float]]) -> Metric:
    """The same with its samples, whose labels are written beside them."""
    ending = "_total" if family.type == "counter" else ""
    for labels, value in samples:
        family.add_sample(family.name + ending, labels, float(value))
    return family
