"""``python -m benchmarks tree [PART …]``: the layout alone, the page in the server, and the picture in a browser.

Two catalogs: 2,000 models, all of them visible, and 20,000 that are shown by series. Each part runs in a process of its
own, a cold page in several. What was found goes to ``benchmarks/results/tree.json``, part by part, so that parts can be
measured one at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import machine
from benchmarks.place import ROOT
from benchmarks.results_file import Results, told
from benchmarks.times import medians
from benchmarks.tree.drawn import drawn
from benchmarks.tree.goals import rows
from benchmarks.tree.place import Forest, forest

TITLES = {
    "layout": "The layout alone",
    "cold": "The first page of a new process",
    "warm": "The page again and again",
    "drawn": "The picture in Chromium",
}
FORESTS = {
    "2,000 visible models": (2_000, 666, "/tree/?show=all"),
    "20,000 models by series": (20_000, 1_900, "/tree/?show=series"),
}
CLOCK = "processor" if os.environ.get("BENCH_CLOCK") == "cpu" else "elapsed"
"""Which seconds are held against the goals; both are measured."""


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def main(arguments: Sequence[str]) -> None:
    """Parse the arguments and run what they ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks tree", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(TITLES))
    parser.add_argument("--processes", type=int, default=3, help="new processes that each cold page is asked of")
    options = parser.parse_intermixed_args(arguments)
    if unknown := set(options.parts) - set(TITLES):
        parser.error(f"no part {', '.join(sorted(unknown))}; one of: {', '.join(TITLES)}")
    say(f"{machine.description()}; {machine.pace()}")
    results = Results(ROOT / "benchmarks" / "results" / "tree.json", rows)
    forests = {name: forest(*about, say) for name, about in FORESTS.items()}
    for part in [name for name in TITLES if name in options.parts] or list(TITLES):
        say(f"\n{TITLES[part]}")
        started = time.monotonic()
        if found := measured(part, forests, options.processes):
            results.add(part, {"clock": CLOCK, **found})
        say(f"  {time.monotonic() - started:.0f} s for this part")
    say("")
    for text in told(results.found["rows"]):
        say(text)
    say(f"Written to {results.file.relative_to(ROOT)}.")


def measured(part: str, forests: dict[str, Forest], processes: int) -> dict[str, Any]:
    """The figures of a part; empty where it cannot be measured here."""
    if part == "layout":
        return in_process(next(iter(forests.values())), part)
    if part == "drawn":
        pages = {name: drawn(say, site) for name, site in forests.items()}
    elif part == "cold":
        pages = {name: _first(site, processes) for name, site in forests.items()}
    else:
        pages = {name: in_process(site, part) for name, site in forests.items()}
        require_chips(forests, pages)
    return {"pages": pages} if all(pages.values()) else {}


def require_chips(forests: Mapping[str, Forest], pages: Mapping[str, Any]) -> None:
    """RuntimeError where a page draws less than it was asked for: a list is quick."""
    for name, site in forests.items():
        found = pages[name]["chips"]
        if found < site.chips:
            raise RuntimeError(f"{site.path} draws {found:,} chips instead of {site.chips:,}")


def in_process(site: Forest, part: str) -> dict[str, Any]:
    """Run ``benchmarks.tree.part`` on a site and read what it found."""
    file = site.folder / f"{part}.json"
    site.run("-m", "benchmarks.tree.part", part, "--path", site.path, "--json", str(file))
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def _first(site: Forest, processes: int) -> dict[str, Any]:
    """A cold page, of several processes; the system has read the files before."""
    visits = [in_process(site, "cold") for _process in range(processes + 1)][1:]
    elapsed, processor = (medians([one[clock] for one in visits]) for clock in ("elapsed", "processor"))
    imports = medians([one["imports"] for one in visits])["median"]
    say(
        f"  {site.path:<20} {elapsed['median'] * 1000:.0f} ms, of the processor {processor['median'] * 1000:.0f} ms; "
        f"imports before {imports * 1000:.0f} ms"
    )
    return {"elapsed": elapsed, "processor": processor, "imports": imports, "imported": len(visits[0]["imported"])}
