"""What a long queue costs: claims out of it, and the pages that show it.

Ten thousand cells, each a run of its own, of five people, in twenty evaluations over a hundred models. Claims are timed
by the clock, and by the processor of this process; a run that was claimed goes back before the next claim. Pages are
asked as in the measurements of the catalog, signed in.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client
from django.urls import NoReverseMatch, reverse

from benchmarks.browse.pages import timed
from benchmarks.scheduling.rows import GIB, Stock, queue, stock, waited
from benchmarks.times import line, medians
from evaluation.actions import run_claim
from evaluation.models import Device, Evaluation, Run

CELLS, PEOPLE, MODELS, TASKS, EVALUATIONS = 10_000, 5, 100, 20, 20
CLAIMS, ASKED = 40, 25
Say = Callable[[str], None]


def long_queue(say: Say, cells: int = CELLS) -> dict[str, Any]:
    """Claims and pages at so many queued cells."""
    made = stock(models=MODELS, devices=4, tasks=TASKS, kind="cuda:0")
    people = [User.objects.get_or_create(username=f"bench-{number}")[0] for number in range(PEOPLE)]
    say(f"  {claim_line(made.devices[0])}: with an empty queue")
    queue(made, cells, people=people, evaluations=EVALUATIONS)
    return {"cells": cells, "claims": _claims(made, say), "pages": _pages(made, say)}


def _claims(made: Stock, say: Say) -> dict[str, Any]:
    """One claim by devices that stand differently to the queue."""
    device, found = made.devices[0], {}

    def note(name: str, loaded: int | None = None) -> None:
        found[name] = claims(device, loaded)
        say(f"  {line(found[name]['elapsed'])}; processor {found[name]['processor'] * 1000:.1f} ms: {name}")

    note("nothing loaded")
    note("a checkpoint loaded", made.checkpoints[7].pk)
    Device.objects.filter(pk=device.pk).update(memory=80 * GIB)
    note("a large device, all is left to smaller ones")
    waited(3600)
    note("a large device, all has waited for long")
    Device.objects.filter(pk=device.pk).update(memory=8 * GIB)
    device.node.tasks.remove(*made.tasks[:-1])
    note("the node holds the data of one task in twenty")
    device.node.tasks.clear()
    note("the node holds no data")
    device.node.tasks.add(*made.tasks)
    return found


def claim_line(device: Device) -> str:
    """What a claim takes now, in words."""
    return line(claims(device, None)["elapsed"])


def claims(device: Device, loaded: int | None) -> dict[str, Any]:
    """Times of some claims, each undone afterwards."""
    elapsed, processor = [], []
    for _time in range(CLAIMS):
        Device.objects.update(seen_at=Now())  # as their workers' heartbeats do
        began, worked = time.perf_counter(), time.process_time()
        lease = run_claim(device=device, loaded=loaded)
        processor.append(time.process_time() - worked)
        elapsed.append(time.perf_counter() - began)
        if lease is not None:
            back = {"state": "queued", "owner": "", "lease_until": None, "claimed_at": None}
            Run.objects.filter(pk=lease.run).update(**back)
            Device.objects.filter(pk=device.pk).update(run=None, holds=None)
    return {"elapsed": medians(elapsed[2:]), "processor": statistics.median(processor[2:])}


def _pages(made: Stock, say: Say) -> dict[str, Any]:
    client, found = Client(headers={"host": "localhost"}), {}
    client.force_login(made.person)
    gc.collect()
    gc.freeze()  # as the web process does when it starts
    for path in paths():
        timed(client, path)
        found[path] = medians([timed(client, path) for _time in range(ASKED)])
        say(f"  {line(found[path])}: {path}")
    return found


def paths() -> list[str]:
    """The queue, and other pages whose rows come from it."""
    largest = Evaluation.objects.latest("pk").pk
    some = [_queue_page(), reverse("evaluation:evaluations"), reverse("evaluation:evaluation", args=[largest])]
    return [path for path in dict.fromkeys([*some, "/nodes/", "/"]) if path]


def _queue_page() -> str:
    try:
        return reverse("evaluation:queue")
    except NoReverseMatch:
        return reverse("evaluation:evaluations")
