"""One part on the site that the environment names: ``python -m benchmarks.tree.part NAME --json FILE``."""

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
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tree.part", description=__doc__)
    parser.add_argument("name", choices=["fill", "layout", "cold", "warm"])
    parser.add_argument("--cards", type=int, default=2_000)
    parser.add_argument("--series", type=int, default=700)
    parser.add_argument("--path", default="/tree/", help="the page that is asked for")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    found = _parts(options)[options.name](say)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


def _parts(options: argparse.Namespace) -> dict[str, Callable[[Say], Any]]:
    from benchmarks.tree import growth, pages, rows

    return {
        "fill": lambda say: rows.fill(say, options.cards, options.series),
        "layout": growth.measured,
        "cold": lambda say: pages.cold(say, options.path),
        "warm": lambda say: pages.warm(say, options.path),
    }


if __name__ == "__main__":
    main()
