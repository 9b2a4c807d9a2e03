"""Our list of models and Datasette's, over HTTP, in one run: the same rows, filters, orders and facets.

Ours is gunicorn as ``make run`` starts it. Datasette takes seconds a query at a million cards, so it answers the first
``sample`` queries of the mix; the ratio is that of the medians over just these. Both are asked by one client, one
query after another, so that neither waits for the other; answers are read to their end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from benchmarks.browse.pages import SEED
from benchmarks.browse.peer import prepare_table, served
from benchmarks.browse.queries import Query, make_queries
from benchmarks.place import Catalog
from benchmarks.sites import Browser, memory, site
from benchmarks.times import line, medians

Say = Callable[[str], None]
# Queries of Datasette's from one word about the progress to the next.
TOLD_EVERY = 5
# So many cards must be in the catalog for the wish of a hundred times as fast.
MANY = 1_000_000


def versus(catalog: Catalog, queries: int, sample: int, say: Say) -> dict[str, Any]:
    """Times of both sides, memory of our web process, and in how many queries both found the same number of cards."""
    wishes = make_queries(queries, SEED)
    ours = _ours(catalog, wishes, say)
    prepare_table(catalog.file, say)
    theirs = _theirs(catalog, wishes[:sample], say)
    same = [
        (query, mine, other)
        for query, mine, other in zip(wishes, ours["counts"], theirs["counts"], strict=False)
        if not query.search
    ]
    for query, mine, other in same:
        if mine != other:
            say(f"  other counts: ours {mine}, theirs {other}: {query.ours()}")
    agree = sum(mine == other for _query, mine, other in same)
    say(f"  both found the same number of cards in {agree} of {len(same)} queries without a search")
    return {**ours, "theirs": theirs["times"], "agree": agree, "compared": len(same)}


def _ours(catalog: Catalog, wishes: list[Query], say: Say) -> dict[str, Any]:
    with site(catalog) as running:
        say(f"  our site: the list of models is there {running.seconds:.1f} s after the start")
        browser = Browser("127.0.0.1", running.port)
        for query in wishes[:20]:
            browser.get(f"/models/?{query.ours()}")
        times = [browser.get(f"/models/?{query.ours()}")[0] for query in wishes]
        counts = [_our_count(browser, query) for query in wishes]
        held = memory(running.worker)
    say(f"  ours             {line(medians(times))}")
    say(f"  web worker       {held.share / 2**20:.0f} MB (resident {held.resident / 2**20:.0f} MB)")
    return {"times": times, "counts": counts, "seconds": running.seconds, "memory": vars(held)}


def _our_count(browser: Browser, query: Query) -> int:
    _seconds, body = browser.get(f"/api/v1/models?{query.ours()}&page_size=1")
    found: int = json.loads(body)["count"]
    return found


def _theirs(catalog: Catalog, wishes: list[Query], say: Say) -> dict[str, Any]:
    with served(catalog.file, catalog.folder) as address:
        parts = urlsplit(address)
        browser = Browser(str(parts.hostname), int(parts.port or 0))
        browser.get(f"{parts.path}?_size=25")
        times, counts = [], []
        for query in wishes:
            seconds, body = browser.get(f"{parts.path}?{query.peer()}")
            times.append(seconds)
            counts.append(their_count(body.decode()))
            if len(times) % TOLD_EVERY == 0:
                say(f"  Datasette: {len(times)} of {len(wishes)} queries, {sum(times):.0f} s")
    say(f"  Datasette        {line(medians(times))}")
    return {"times": times, "counts": counts}


def their_count(page: str) -> int | None:
    """The number of rows that Datasette's page tells above its table."""
    found = re.search(r"<h3>\s*([\d,]+) rows?", page)
    return int(found[1].replace(",", "")) if found else 0 if "0 records" in page else None


def rows(found: dict[str, Any], cards: int) -> list[dict[str, Any]]:
    """The comparison as the results file tells it: seconds of both sides, and their ratio."""
    theirs = found["theirs"]
    ours = found["times"][: len(theirs)]
    size = f"{cards:,} cards"
    medium = medians(ours)["median"], medians(theirs)["median"]
    ratios = sorted(other / mine for mine, other in zip(ours, theirs, strict=True))
    floor = 100 if cards >= MANY else None
    return [
        _row(f"list of models, {size}, median of the mix", *medium, floor),
        _row(f"list of models, {size}, worst query of each side", max(found["times"]), max(theirs), None),
        {**_row(f"list of models, {size}, median of the ratios query by query", *medium, None)}
        | {"speedup": round(ratios[len(ratios) // 2], 1)},
    ]


def _row(work: str, ours: float, peer: float, floor: float | None) -> dict[str, Any]:
    times = {"ours": round(ours, 5), "peer": round(peer, 5)}
    return {"work": work, **times, "speedup": round(peer / ours, 1), "floor": floor}
