"""One part on the site that the environment names: ``python -m benchmarks.scheduling.part NAME --json FILE``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Say = Callable[[str], None]
PARTS = ("start", "rate", "queue")


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def main() -> None:
    """Run the part and write what it found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scheduling.part", description=__doc__)
    parser.add_argument("name", choices=PARTS)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    found = _parts(options)[options.name](say)
    options.json.write_text(json.dumps(found, indent=2))


def _parts(options: argparse.Namespace) -> dict[str, Callable[[Say], Any]]:
    from benchmarks.scheduling import queue, rate, start

    return {
        "start": lambda say: start.starts(say, options.times),
        "rate": lambda say: rate.rates(say, options.runs, options.rounds),
        "queue": lambda say: queue.long_queue(say, options.cells),
    }


if __name__ == "__main__":
    main()
