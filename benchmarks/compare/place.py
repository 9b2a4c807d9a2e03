"""The site of a measured comparison: an SQLite file and sample files, kept among the benchmarks' own directories."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.place import ROOT, bench_directory

WRITERS = ("benchmarks/compare/exams.py", "benchmarks/compare/rows.py", "evaluation/core/samples.py")
"""A site that other code has written is made anew."""


@dataclass(frozen=True)
class Place:
    """One site with so many documents in each task."""

    folder: Path
    documents: int

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this site is told."""
        own = {
            "HUB_DATA_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder}/hub.sqlite3",
            "SECRET_KEY": "for measurements alone",
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **own}

    def run(self, *arguments: str) -> None:
        """A Python program on this site, to its end; its output is shown."""
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment, check=True)


def place(documents: int, say: Callable[[str], None]) -> Place:
    """The site; written where it is missing, which takes minutes."""
    site = Place(bench_directory() / f"compare-{documents}", documents)
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
