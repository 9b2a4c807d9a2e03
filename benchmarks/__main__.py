"""What ``make bench`` runs: ``python -m benchmarks catalog [--size N] [PART …]``.

The catalog is generated where it is missing, each part runs in a process of its own, and the comparison with the peer
goes to ``benchmarks/results/catalog.json``. Without parts all of them run; parts that write get a copy of the catalog.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.place import ROOT, Catalog, bench_directory, copied, run, sqlite_catalog
from benchmarks.postgres import postgresql_catalog, programs

PARTS = ("peer", "build", "browse", "cards", "others", "writes", "stale", "postgresql")
SIZE, SEED = 1_000_000, 1


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def main() -> None:
    """Parse the arguments and run what they ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=["catalog"])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--size", type=int, default=SIZE, help="cards in the catalog")
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--sample", type=int, default=25, help="queries that Datasette answers too")
    parser.add_argument("--reads", type=int, default=10_000, help="reads that are checked to be fresh")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; one of: {', '.join(PARTS)}")
    say(f"{machine.description()}; {machine.pace()}")
    catalog = sqlite_catalog(options.size, SEED, say)
    results = Results(options.size)
    for part in options.parts or PARTS:
        if part == "postgresql":
            on_postgresql(options, results)
        elif part == "peer":
            results.add_peer(compare(catalog, options))
        else:
            results.add(part, on_sqlite(part, catalog, options))
    say(f"\nWritten to {results.file.relative_to(ROOT)}.")


class Results:
    """``benchmarks/results/catalog.json``, kept part by part."""

    def __init__(self, size: int) -> None:
        self.file = ROOT / "benchmarks" / "results" / "catalog.json"
        stored = json.loads(self.file.read_text()) if self.file.is_file() else {}
        same = stored.get("cards") == size
        self.found: dict[str, Any] = stored if same else {"rows": [], "cards": size, "parts": {}}

    def add(self, part: str, figures: Any) -> None:
        """Note the figures of a part, in seconds and bytes."""
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        self.found["parts"][part] = {"date": today, "machine": machine.description(), **figures}
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
    say(f"\nList of models, ours and Datasette's, {options.size:,} cards on SQLite")
    os.environ.update(catalog.environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    from benchmarks.browse import queries, versus

    found = versus.versus(catalog, options.queries, options.sample, say)
    figures = {"start": found["seconds"], "memory": found["memory"], "ours": queries.medians(found["times"])}
    counts = {"same counts": found["agree"], "compared": found["compared"]}
    return versus.rows(found, options.size), {**figures, **counts, "Datasette": queries.medians(found["theirs"])}


TITLES = {
    "build": "Bringing the index into a process",
    "browse": "/models/ in the server",
    "cards": "/models/<slug>/ in the server",
    "others": "Other pages over the whole catalog, in the server, signed in",
    "writes": "Edits, one after another",
    "stale": "Stale reads: four processes write over every facet and sort column",
}


def on_sqlite(part: str, catalog: Catalog, options: argparse.Namespace) -> Any:
    """A part on the SQLite file, or on a copy of it."""
    say(f"\n{TITLES[part]}, {options.size:,} cards on SQLite")
    if part not in ("writes", "stale", "others"):
        return in_process(part, catalog, options)
    copy = copied(catalog, part)
    try:
        return in_process(part, copy, options)
    finally:
        shutil.rmtree(copy.folder)


def on_postgresql(options: argparse.Namespace, results: Results) -> None:
    """The parts that a PostgreSQL database is measured by. Edits and scripts leave their cards in it."""
    if programs() is None:
        say("\nPostgreSQL's programs are not on this machine: its figures are left out.")
        return
    with postgresql_catalog(options.size, SEED, say) as catalog:
        for part in ("build", "browse", "cards", "writes", "stale"):
            say(f"\n{TITLES[part]}, {options.size:,} cards on PostgreSQL")
            results.add(f"{part} on PostgreSQL", in_process(part, catalog, options))


def in_process(part: str, catalog: Catalog, options: argparse.Namespace) -> Any:
    """Run ``benchmarks.part`` on a catalog and read what it found."""
    found = Path(bench_directory()) / f"{part}.json"
    numbers = ["--reads", str(options.reads), "--queries", str(options.queries)]
    run(catalog, "-m", "benchmarks.part", part, "--json", str(found), *numbers)
    return json.loads(found.read_text())


if __name__ == "__main__":
    main()
