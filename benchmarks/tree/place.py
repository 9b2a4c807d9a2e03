"""Sites whose catalog is a field of models, kept among the benchmarks' own directories."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.place import ROOT, Site, bench_directory

WRITERS = ("benchmarks/tree/field.py", "benchmarks/tree/rows.py")
"""A site that other code has written is made anew."""


@dataclass(frozen=True)
class Forest(Site):
    """A site with so many cards in so many series, and the address of its tree."""

    cards: int
    series: int
    path: str

    @property
    def chips(self) -> int:
        """How many chips that tree has."""
        return self.cards if "show=all" in self.path else self.series

    @property
    def told(self) -> dict[str, str]:
        """What a process is told that nobody signs in to."""
        return {"SECRET_KEY": "for measurements alone"}


def forest(cards: int, series: int, path: str, say: Callable[[str], None]) -> Forest:
    """The site; written where it is missing, which takes seconds to a minute."""
    folder = bench_directory() / f"tree-{cards}-{series}"
    site = Forest(folder, f"sqlite:///{folder}/hub.sqlite3", cards, series, path)
    mark, wanted = folder / "written.json", _written_by()
    if not mark.is_file() or json.loads(mark.read_text()) != wanted:
        say(f"Writing {cards:,} cards in {folder}; later runs find them there.")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        site.run("manage.py", "migrate", "-v0")
        site.run("-m", "benchmarks.tree.part", "fill", "--cards", str(cards), "--series", str(series))
        mark.write_text(json.dumps(wanted))
    site.run("manage.py", "migrate", "-v0")
    site.run("manage.py", "collectstatic", "--noinput", "-v0")
    site.run("manage.py", "index_catalog", "--if-due")
    return site


def _written_by() -> list[str]:
    return [hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in WRITERS]
