"""``python -m benchmarks compare [PART …]``: pages that compare, cold and warm, samples side by side, and our tests
beside SciPy's.

Each part runs in a process of its own, a cold page in several. What was found goes to
``benchmarks/results/compare.json``, part by part, so that parts can be measured one at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from typing import Any

from benchmarks import machine
from benchmarks.compare.addresses import comparison, samples
from benchmarks.compare.goals import rows
from benchmarks.compare.place import Place, place
from benchmarks.place import ROOT
from benchmarks.results_file import Results, told
from benchmarks.times import medians

TITLES = {
    "cold": "The first page of a new process",
    "warm": "The comparison again and again",
    "samples": "Samples side by side",
    "tests": "Tests beside SciPy's",
}
CLOCK = "processor" if os.environ.get("BENCH_CLOCK") == "cpu" else "elapsed"
"""Which seconds are held against the goals; both are measured."""


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def main(arguments: Sequence[str]) -> None:
    """Parse the arguments and run what they ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks compare", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(TITLES))
    parser.add_argument("--documents", type=int, default=10_000, help="documents of each task")
    parser.add_argument("--processes", type=int, default=5, help="new processes that each cold page is asked of")
    options = parser.parse_intermixed_args(arguments)
    if unknown := set(options.parts) - set(TITLES):
        parser.error(f"no part {', '.join(sorted(unknown))}; one of: {', '.join(TITLES)}")
    say(f"{machine.description()}; {machine.pace()}")
    results = Results(ROOT / "benchmarks" / "results" / "compare.json", rows)
    site = place(options.documents, say)
    for part in [name for name in TITLES if name in options.parts] or list(TITLES):
        say(f"\n{TITLES[part]}")
        started = time.monotonic()
        found = _cold(site, options.processes) if part == "cold" else in_process(site, part)
        results.add(part, {"clock": CLOCK, **found})
        say(f"  {time.monotonic() - started:.0f} s for this part")
    say("")
    for text in told(results.found["rows"]):
        say(text)
    say(f"Written to {results.file.relative_to(ROOT)}.")


def in_process(site: Place, part: str, *more: str) -> dict[str, Any]:
    """Run ``benchmarks.compare.part`` on a site and read what it found."""
    file = site.folder / f"{part}.json"
    documents = ("--documents", str(site.documents))
    site.run("-m", "benchmarks.compare.part", part, "--json", str(file), *documents, *more)
    found: dict[str, Any] = json.loads(file.read_text())
    return found if part in ("cold", "tests") else {"pages": found}


def _cold(site: Place, processes: int) -> dict[str, Any]:
    """Each page from new processes; the system has read the files before."""
    asked = {"/compare/": comparison(), "/compare/samples/": samples()}
    return {"pages": {name: _first(site, name, path, processes) for name, path in asked.items()}}


def _first(site: Place, name: str, path: str, processes: int) -> dict[str, Any]:
    times = [in_process(site, "cold", "--path", path) for _process in range(processes + 1)][1:]
    elapsed, processor = (medians([one[clock] for one in times]) for clock in ("elapsed", "processor"))
    imports = medians([one["imports"] for one in times])["median"]
    say(
        f"  {name:<18} {elapsed['median'] * 1000:.0f} ms, of the processor {processor['median'] * 1000:.0f} ms; "
        f"imports before {imports * 1000:.0f} ms"
    )
    late = times[0]["imported"]
    say(f"    and {len(late)} modules meanwhile, such as {', '.join(late[:3])}" if late else "")
    return {"elapsed": elapsed, "processor": processor, "imports": imports, "imported": len(late)}
