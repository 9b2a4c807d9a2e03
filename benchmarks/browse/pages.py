"""Time that the server takes for a page, in the process that answers: the whole request, middleware and template too.

Asked through Django's test client, so that neither a socket nor a browser is measured; one request after another.
With ``BENCH_CLOCK=cpu`` it is the processor time of this process instead, for a machine that does other work meanwhile.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count
from django.test import Client

from benchmarks.browse.queries import make_queries, public_cards
from benchmarks.times import line, medians
from modelcards.models import Lineage, ModelCard

QUERIES, CARDS, SEED = 400, 200, 11
clock = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.perf_counter


def timed(client: Client, path: str) -> float:
    """Seconds of one request; RuntimeError unless it is answered with a page."""
    started = clock()
    response = client.get(path)
    seconds = clock() - started
    if response.status_code != 200:
        raise RuntimeError(f"{path}: status {response.status_code}")
    return seconds


def prepare() -> Client:
    """A browser without an account; the first page brings the index into the process."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    for _time in range(3):
        timed(client, "/models/")
    return client


def browse(say: Callable[[str], None], number: int = QUERIES) -> dict[str, Any]:
    """The mix of queries on the list of models, those that search told apart."""
    client = prepare()
    queries = make_queries(number, SEED)
    for query in queries[:10]:
        timed(client, f"/models/?{query.ours()}")
    times = [(query, timed(client, f"/models/?{query.ours()}")) for query in queries]
    first = medians([timed(client, "/models/") for _time in range(20)])
    plain = medians([seconds for query, seconds in times if not query.search])
    searched = medians([seconds for query, seconds in times if query.search])
    slowest, seconds = max(times, key=lambda pair: pair[1])
    say(f"  first page       {line(first)}")
    say(f"  1 to 4 filters   {line(plain)}")
    say(f"  with a search    {line(searched)}")
    say(f"  slowest          {seconds * 1000:.1f} ms: /models/?{slowest.ours()}")
    return {"first": first, "filters": plain, "search": searched}


def cards(say: Callable[[str], None], number: int = CARDS) -> dict[str, Any]:
    """Pages of random cards, and of the base models from which most was made."""
    client = prepare()
    slugs = random_slugs(number)
    for slug in slugs[:10]:
        timed(client, f"/models/{slug}/")
    plain = medians([timed(client, f"/models/{slug}/") for slug in slugs])
    famous = medians([timed(client, f"/models/{slug}/") for slug in famous_slugs(20)])
    say(f"  random cards     {line(plain)}")
    say(f"  most descendants {line(famous)}")
    return {"random": plain, "famous": famous}


def others(say: Callable[[str], None]) -> dict[str, Any]:
    """Other pages that stand over the whole catalog, as an administrator sees them."""
    client = prepare()
    client.force_login(User.objects.get_or_create(username="bench", defaults={"is_superuser": True})[0])
    chosen = ",".join(random_slugs(3))
    found = {}
    for path in ("/", "/evaluations/new/", f"/evaluations/new/?models={chosen}"):
        shown = path.replace(chosen, "a,b,c")
        timed(client, path)
        found[shown] = medians([timed(client, path) for _time in range(5)])
        say(f"  {shown:<32} {line(found[shown])}")
    return found


def random_slugs(number: int) -> list[str]:
    """Slugs of cards that everybody sees, evenly over the catalog."""
    highest = ModelCard.objects.order_by("-pk").values_list("pk", flat=True)[0]
    step = max(1, highest // number)
    return list(public_cards().filter(pk__in=range(1, highest + 1, step)).values_list("slug", flat=True))


def famous_slugs(number: int) -> list[str]:
    """Slugs of the cards with the most children."""
    rows = Lineage.objects.values_list("parent").annotate(n=Count("pk")).order_by("-n")[:number]
    return list(public_cards().filter(pk__in=[parent for parent, _n in rows]).values_list("slug", flat=True))
