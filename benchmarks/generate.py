"""Make a catalog of any size: ``DATABASE_URL=… python -m benchmarks.generate --cards N --seed S``.

The tables are made where they are missing. The same seed gives the same cards, on SQLite and PostgreSQL alike. Run it
on a database of its own: see ``benchmarks.catalog.load`` for what is bypassed meanwhile.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable


def main() -> None:
    """Parse the arguments, make the tables, fill them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("--cards", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.cards < 1:
        parser.error("--cards takes a number of at least 1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    generate(options.cards, options.seed, say=lambda text: print(text, flush=True))


def generate(cards: int, seed: int, *, say: Callable[[str], None]) -> None:
    """Add so many cards to the present database, past actions and triggers. The catalog must hold none yet."""
    from benchmarks.catalog import load, people
    from benchmarks.catalog.rows import Writer

    started = time.monotonic()
    people.require_empty()
    ids = people.ids(cards, seed)
    writer = Writer(cards, seed, ids)
    with load.bypassed(say):
        done = 0
        for rows in writer.chunks():
            load.insert(rows)
            done += len(rows["ModelCard"])
            seconds = time.monotonic() - started
            say(f"  {done:,} of {cards:,} cards, {seconds:.0f} s")
    load.finish(say)
    say(f"  {cards:,} cards in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
