"""``python -m benchmarks scheduling [PART …]``: every part on SQLite, then on PostgreSQL.

Each database is made for the run and gone afterwards; each part runs in a process of its own. What was found goes to
``benchmarks/results/scheduling.json``, part by part, so that parts can be measured one at a time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.place import ROOT
from benchmarks.postgres import programs
from benchmarks.results_file import Results, told
from benchmarks.scheduling.goals import rows
from benchmarks.scheduling.part import PARTS, say
from benchmarks.scheduling.place import POSTGRESQL, SQLITE, Place, place

DATABASES = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
TITLES = {
    "start": "Submit to start, beside a bare Celery round trip",
    "rate": "Four workers beside one, runs of 200 ms",
    "queue": "A long queue: claims and pages",
}


def main(arguments: Sequence[str]) -> None:
    """Parse the arguments and run what they ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scheduling", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join([*PARTS, *DATABASES]))
    parser.add_argument("--times", type=int, default=100, help="submissions that are timed")
    parser.add_argument("--runs", type=int, default=200, help="runs that four workers do")
    parser.add_argument("--rounds", type=int, default=3, help="turns of one worker and of four")
    parser.add_argument("--cells", type=int, default=10_000, help="cells in the long queue")
    options = parser.parse_intermixed_args(arguments)
    if unknown := set(options.parts) - {*PARTS, *DATABASES}:
        parser.error(f"no part {', '.join(sorted(unknown))}; one of: {', '.join([*PARTS, *DATABASES])}")
    say(f"{machine.description()}; {machine.pace()}")
    results = Results(ROOT / "benchmarks" / "results" / "scheduling.json", rows)
    for database in chosen(DATABASES, options.parts):
        measure(DATABASES[database], list(chosen(PARTS, options.parts)), options, results)
    say("")
    for text in told(results.found["rows"]):
        say(text)
    say(f"Written to {results.file.relative_to(ROOT)}.")


def chosen(known: Sequence[str] | dict[str, str], asked: Sequence[str]) -> list[str]:
    """Those of ``known`` that were asked for, in their order; all when none was."""
    return [name for name in known if name in asked] or list(known)


def measure(database: str, parts: list[str], options: argparse.Namespace, results: Results) -> None:
    """These parts on one database."""
    if database == POSTGRESQL and programs() is None:
        say("\nPostgreSQL's programs are not on this machine: its figures are left out.")
        return
    with place(database) as site:
        for part in parts:
            say(f"\n{TITLES[part]}, {database}")
            started = time.monotonic()
            results.add(f"{part} on {site.name}", in_process(part, site, options))
            say(f"  {time.monotonic() - started:.0f} s for this part")


def in_process(part: str, site: Place, options: argparse.Namespace) -> Any:
    """Run ``benchmarks.scheduling.part`` on a site and read what it found."""
    found: Path = site.folder / f"{part}.json"
    names = ("times", "runs", "rounds", "cells")
    numbers = [word for name in names for word in (f"--{name}", str(getattr(options, name)))]
    site.run("-m", "benchmarks.scheduling.part", part, "--json", str(found), *numbers)
    return json.loads(found.read_text())
