"""One part on the site that the environment names: ``python -m benchmarks.compare.part NAME --json FILE``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Say = Callable[[str], None]


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def main() -> None:
    """Run the part and write what it found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare.part", description=__doc__)
    parser.add_argument("name", choices=["fill", "cold", "warm", "samples", "tests"])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--path", default="", help="the page that a cold process is asked for")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    found = _parts(options)[options.name](say)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


def _parts(options: argparse.Namespace) -> dict[str, Callable[[Say], Any]]:
    from benchmarks.compare import pages, peers, rows

    return {
        "fill": lambda say: rows.fill(say, options.documents),
        "cold": lambda say: pages.cold(say, options.path),
        "warm": pages.warm,
        "samples": pages.side_by_side,
        "tests": lambda say: peers.tests(say, options.documents),
    }


if __name__ == "__main__":
    main()
