"""What ``make bench`` runs: ``python -m benchmarks catalog [--size N] [PART …]``.

``python -m benchmarks scheduling``, ``python -m benchmarks compare`` and ``python -m benchmarks tree`` are programs of
their own (``benchmarks/scheduling/program.py`` and so on).

The catalog is generated where it is missing, each part runs in a process of its own, and the comparison with the peer
goes to ``benchmarks/results/catalog.json``. Without parts all of them run, always in the order of ``PARTS``: those that
only read, then those that write, on one copy of the catalog, and PostgreSQL when nothing of SQLite is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.compare import program as comparing
from benchmarks.place import ROOT, Catalog, bench_directory, copied, sqlite_catalog
from benchmarks.postgres import postgresql_catalog, programs
from benchmarks.scheduling import program as scheduling
from benchmarks.times import medians
from benchmarks.tree import program as growing

READING, WRITING = ("peer", "build", "browse", "cards"), ("others", "writes", "stale")
PARTS = (*READING, *WRITING, "postgresql")
OTHERS = {"scheduling": scheduling.main, "compare": comparing.main, "tree": growing.main}
SIZE, SEED = 1_000_000, 1


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def main() -> None:
    """Parse the arguments and run what they ask for."""
    if others := OTHERS.get("".join(sys.argv[1:2])):
        others(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=["catalog", *OTHERS])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--size", type=int, default=SIZE, help="cards in the catalog")
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--sample", type=int, default=25, help="queries that Datasette answers too")
    parser.add_argument("--reads", type=int, default=10_000, help="reads that are checked to be fresh")
    options = parser.parse_intermixed_args()  # parts may stand after options, too
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; one of: {', '.join(PARTS)}")
    say(f"{machine.description()}; {machine.pace()}")
    results, started = Results(options.size), time.monotonic()
    measure([part for part in PARTS if part in (options.parts or PARTS)], options, results)
    say(f"\n{minutes(time.monotonic() - started)} in all. Written to {results.file.relative_to(ROOT)}.")


def measure(parts: Sequence[str], options: argparse.Namespace, results: Results) -> None:
    """Run these parts, which are in their order. A catalog that none of them asks is not made."""
    reading, writing = ([part for part in parts if part in kind] for kind in (READING, WRITING))
    if reading or writing:
        catalog = sqlite_catalog(options.size, SEED, say)
        for part in reading:
            on_sqlite(part, catalog, options, results)
        if writing:
            with copied(catalog, say) as copy:
                for part in writing:
                    on_sqlite(part, copy, options, results)
    if "postgresql" in parts:
        on_postgresql(options, results)


@contextlib.contextmanager
def titled(text: str) -> Iterator[None]:
    """What a part is called, and how long it took."""
    started = time.monotonic()
    say(f"\n{text}")
    yield
    say(f"  {minutes(time.monotonic() - started)} for this part")


def minutes(seconds: float) -> str:
    """A length of time as it is read."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


class Results:
    """``benchmarks/results/catalog.json``, kept part by part."""

    def __init__(self, size: int) -> None:
        self.file = ROOT / "benchmarks" / "results" / "catalog.json"
        stored = json.loads(self.file.read_text()) if self.file.is_file() else {}
        same = stored.get("cards") == size
        self.found: dict[str, Any] = stored if same else {"rows": [], "cards": size, "parts": {}}

    def add(self, part: str, figures: Any) -> None:
        """Note the figures of a part, in seconds and bytes."""
        today, pace = datetime.datetime.now(datetime.UTC).date().isoformat(), machine.pace()
        say(f"  {pace}")
        self.found["parts"][part] = {"date": today, "machine": machine.description(), "pace": pace, **figures}
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(json.dumps(self.found, indent=2, ensure_ascii=False) + "\n")

    def add_peer(self, found: tuple[list[dict[str, Any]], dict[str, Any]]) -> None:
        """Note the comparison and what was seen beside it."""
        self.found["rows"], figures = found
        for row in self.found["rows"]:
            floor = f", at least {row['floor']} is wanted" if row["floor"] else ""
            say(f"  {row['work']}: {row['ours'] * 1000:.1f} ms against {row['peer'] * 1000:,.0f} ms: ")
            say(f"    {row['speedup']:,.0f} times as fast{floor}")
        self.add("peer", figures)


def compare(catalog: Catalog, options: argparse.Namespace) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Ours beside Datasette's."""
    os.environ.update(catalog.environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    from benchmarks.browse import versus

    found = versus.versus(catalog, options.queries, options.sample, say)
    figures = {"start": found["seconds"], "memory": found["memory"], "ours": medians(found["times"])}
    counts = {"same counts": found["agree"], "compared": found["compared"]}
    return versus.rows(found, options.size), {**figures, **counts, "Datasette": medians(found["theirs"])}


TITLES = {
    "peer": "List of models, ours and Datasette's",
    "build": "Bringing the index into a process",
    "browse": "/models/ in the server",
    "cards": "/models/<slug>/ in the server",
    "others": "Other pages over the whole catalog, in the server, signed in",
    "writes": "Edits, one after another",
    "stale": "Stale reads: four processes write over every facet and sort column",
}


def on_sqlite(part: str, catalog: Catalog, options: argparse.Namespace, results: Results) -> None:
    """A part on an SQLite file."""
    with titled(f"{TITLES[part]}, {options.size:,} cards on SQLite"):
        if part == "peer":
            results.add_peer(compare(catalog, options))
        else:
            results.add(part, in_process(part, catalog, options))


def on_postgresql(options: argparse.Namespace, results: Results) -> None:
    """The parts that a PostgreSQL database is measured by. Edits and scripts leave their cards in it."""
    if programs() is None:
        say("\nPostgreSQL's programs are not on this machine: its figures are left out.")
        return
    with postgresql_catalog(options.size, SEED, say) as catalog:
        for part in [part for part in (*READING, *WRITING) if part != "peer"]:
            with titled(f"{TITLES[part]}, {options.size:,} cards on PostgreSQL"):
                results.add(f"{part} on PostgreSQL", in_process(part, catalog, options))


def in_process(part: str, catalog: Catalog, options: argparse.Namespace) -> Any:
    """Run ``benchmarks.part`` on a catalog and read what it found."""
    found = Path(bench_directory()) / f"{part}.json"
    numbers = ["--reads", str(options.reads), "--queries", str(options.queries)]
    catalog.run("-m", "benchmarks.part", part, "--json", str(found), *numbers)
    return json.loads(found.read_text())


if __name__ == "__main__":
    main()
