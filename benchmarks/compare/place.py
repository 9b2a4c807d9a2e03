"""The site of a measured comparison: an SQLite file and sample files, kept among the benchmarks' own directories."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.place import ROOT, Site, bench_directory

WRITERS = ("benchmarks/compare/exams.py", "benchmarks/compare/rows.py", "evaluation/core/samples.py")
"""A site that other code has written is made anew."""


@dataclass(frozen=True)
class Place(Site):
    """One site with so many documents in each task."""

    documents: int

    @property
    def told(self) -> dict[str, str]:
        """A key, since its people are signed in."""
        return {"SECRET_KEY": "for measurements alone"}


def place(documents: int, say: Callable[[str], None]) -> Place:
    """The site; written where it is missing, which takes minutes."""
    folder = bench_directory() / f"compare-{documents}"
    site = Place(folder, f"sqlite:///{folder}/hub.sqlite3", documents)
    mark, wanted = site.folder / "written.json", _written_by()
    if not mark.is_file() or json.loads(mark.read_text()) != wanted:
        say(f"Writing eight models' answers to ten tasks in {site.folder}; later runs find them there.")
        shutil.rmtree(site.folder, ignore_errors=True)
        site.folder.mkdir(parents=True)
        site.run("manage.py", "migrate", "-v0")
        site.run("-m", "benchmarks.compare.part", "fill", "--documents", str(documents))
        mark.write_text(json.dumps(wanted))
    site.run("manage.py", "migrate", "-v0")
    site.run("manage.py", "collectstatic", "--noinput", "-v0")
    return site


def _written_by() -> list[str]:
    return [hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in WRITERS]
