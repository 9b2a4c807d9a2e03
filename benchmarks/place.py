"""Where generated catalogs lie, outside the repository, and that the next run finds them again.

``BENCH_DIR`` names the directory (else ``arboretum-bench`` among the machine's temporary files). Each catalog has a
folder that is the data directory of a site: ``catalog-<cards>-<seed>/hub.sqlite3``.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# One more whenever the same seed gives other rows: catalogs of before are then made anew.
GENERATOR = 1


@dataclass(frozen=True)
class Site:
    """A data directory and a database, and programs that run on them."""

    folder: Path
    database_url: str

    @property
    def told(self) -> Mapping[str, str]:
        """What the processes of this site are told beside what those of any site are."""
        return {}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process of this site."""
        own = {"HUB_DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url, "PYTHONPATH": str(ROOT)}
        offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
        quiet = {"LOG_LEVEL": "WARNING", "PYTHONUNBUFFERED": "1"}
        return {**os.environ, **offline, **own, **quiet, **self.told}

    def run(self, *arguments: str) -> None:
        """A Python program on this site, to its end; its output is shown."""
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment, check=True)


@dataclass(frozen=True)
class Catalog(Site):
    """A generated catalog: how many cards of which seed."""

    cards: int
    seed: int

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return self.folder / "hub.sqlite3"


def bench_directory() -> Path:
    """The directory of everything that outlives a run."""
    directory = Path(os.environ.get("BENCH_DIR") or Path(tempfile.gettempdir()) / "arboretum-bench").resolve()
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def sqlite_catalog(cards: int, seed: int, say: Callable[[str], None]) -> Catalog:
    """The catalog in an SQLite file; generated where it is missing or of an older generator."""
    folder = bench_directory() / f"catalog-{cards}-{seed}"
    catalog = Catalog(folder, f"sqlite:///{folder}/hub.sqlite3", cards, seed)
    made(catalog, say, clear=lambda: shutil.rmtree(folder, ignore_errors=True))
    return catalog


def made(catalog: Catalog, say: Callable[[str], None], clear: Callable[[], object]) -> None:
    """Generate a catalog unless it stands; ``clear`` empties its database before."""
    mark = catalog.folder / "generated.json"
    wanted = {"cards": catalog.cards, "seed": catalog.seed, "generator": GENERATOR}
    if mark.is_file() and json.loads(mark.read_text()) == wanted:
        _prepare(catalog, say)
        return
    say(f"Generating {catalog.cards:,} cards in {catalog.folder}; later runs find them there.")
    clear()
    catalog.folder.mkdir(parents=True, exist_ok=True)
    catalog.run("-m", "benchmarks.generate", "--cards", str(catalog.cards), "--seed", str(catalog.seed))
    mark.write_text(json.dumps(wanted))
    _prepare(catalog, say)


def _prepare(catalog: Catalog, say: Callable[[str], None]) -> None:
    """What `make run` does before it starts the web server, the shipped cards left out.

    The words of the index too, which would else be made in the background while something is measured.
    """
    say(f"Preparing {catalog.folder}: tables, static files, and what is missing of the index.")
    catalog.run("manage.py", "migrate", "-v0")
    catalog.run("manage.py", "collectstatic", "--noinput", "-v0")
    catalog.run("manage.py", "index_catalog", "--if-due")


@contextlib.contextmanager
def copied(catalog: Catalog, say: Callable[[str], None]) -> Iterator[Catalog]:
    """A copy of an SQLite catalog and its index, to write in until the end of the block."""
    folder = catalog.folder.with_name(f"{catalog.folder.name}-copy")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    # Shared blocks where the file system has them; what still stands in the log of writes belongs to the file.
    names = (catalog.file.name, f"{catalog.file.name}-wal", "index", "static")
    kept = [catalog.folder / name for name in names]
    started = time.monotonic()
    try:
        command = ["cp", "-r", "--reflink=auto", *(str(part) for part in kept if part.exists()), str(folder)]
        subprocess.run(command, check=True)
        say(f"\nA copy of the catalog for the parts that write, made in {time.monotonic() - started:.0f} s")
        yield Catalog(folder, f"sqlite:///{folder}/hub.sqlite3", catalog.cards, catalog.seed)
    finally:
        shutil.rmtree(folder)
