"""Time that the server takes for the page of the tree, in the process that answers, and how large its figure is."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.test import Client

from benchmarks.compare.pages import TIMES, asked, ready
from benchmarks.times import line, medians
from modelcards.models import ModelCard

CHANGES = 5
Say = Callable[[str], None]
FIGURE = re.compile(rb'<script id="([\w-]+)" type="application/json">(.*?)</script>', re.DOTALL)


def cold(_say: Say, path: str) -> dict[str, Any]:
    """The first request of this process, and the modules that it still had to import."""
    client, imports = ready()
    before = set(sys.modules)
    found: dict[str, Any] = asked(client, path)
    return {**found, "imports": imports, "imported": sorted(set(sys.modules) - before)}


def warm(say: Say, path: str) -> dict[str, Any]:
    """The page again and again, and each time after a card was changed; and the bytes of what it draws from."""
    client, _imports = ready()
    first = asked(client, path)
    found = _summed([asked(client, path) for _time in range(TIMES)])
    changed = _summed([_changed(client, path) for _time in range(CHANGES)])
    chips, sizes = weighed(client.get(path).content)
    say(f"  {path:<20} {line(found['elapsed'])}; processor {line(found['processor'])}")
    say(f"    after a change {line(changed['elapsed'])}; processor {line(changed['processor'])}")
    say(f"    {chips:,} chips; {', '.join(f'{name} {size:,} bytes' for name, size in sizes.items())}")
    return {"first": first, **found, "changed": changed, "chips": chips, "bytes": sizes}


def _summed(times: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    return {clock: medians([one[clock] for one in times]) for clock in ("elapsed", "processor")}


def _changed(client: Client, path: str) -> dict[str, float]:
    """One request after the newest model became a day younger or older again: rows and layout are made anew."""
    card = ModelCard.objects.exclude(release_date=None).order_by("-release_date", "slug")[0]
    day = card.release_date
    other = day.replace(day=day.day % 28 + 1) if day else day
    ModelCard.objects.filter(pk=card.pk).update(release_date=other)
    found = asked(client, path)
    ModelCard.objects.filter(pk=card.pk).update(release_date=day)
    return found


def weighed(page: bytes) -> tuple[int, dict[str, int]]:
    """How many chips a page draws, and the bytes of the page and of each piece of JSON that it draws from."""
    pieces = {name.decode(): text for name, text in FIGURE.findall(page)}
    return len(json.loads(pieces.get("tree-nodes", "{}"))), {"page": len(page)} | {k: len(v) for k, v in pieces.items()}
