"""One part of the measurements on the site that the environment names: ``python -m benchmarks.part NAME --json FILE``.

``HUB_DATA_DIR`` and ``DATABASE_URL`` say which. Parts that write (``writes``, ``stale``) want a copy.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def main() -> None:
    """Run the part and write what it found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.part", description=__doc__)
    parser.add_argument("name", choices=["browse", "cards", "others", "writes", "build", "stale"])
    parser.add_argument("--reads", type=int, default=10_000)
    parser.add_argument("--writes", type=int, default=0, help="go on reading until so many writes are done")
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    found = _part(options)(say)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


def _part(options: argparse.Namespace) -> Callable[[Callable[[str], None]], Any]:
    from benchmarks.browse import pages, writes
    from benchmarks.stale.check import check

    parts: dict[str, Callable[[Callable[[str], None]], Any]] = {
        "browse": lambda say: pages.browse(say, options.queries),
        "cards": pages.cards,
        "others": pages.others,
        "writes": writes.writes,
        "build": writes.build,
        "stale": lambda say: check(options.reads, say, options.writes),
    }
    return parts[options.name]


if __name__ == "__main__":
    main()
