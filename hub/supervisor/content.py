"""The site's own content, loaded when its files have changed since the last start."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from hub import __version__
from hub.models import Loaded

BASE: Path = settings.BASE_DIR


def fingerprint(files: Iterable[Path], *more: str) -> str:
    """SHA-256 over names and contents."""
    digest = hashlib.sha256("\0".join((__version__, *more)).encode())
    for file in sorted(files):
        digest.update(f"\0{file}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def catalog_files() -> list[Path]:
    """What ``load_catalog`` reads, and the command itself."""
    tables = [*(BASE / "modelcards" / "data").glob("*.csv"), *(BASE / "reference" / "facts").glob("*.csv")]
    return [*tables, BASE / "hub" / "management" / "commands" / "load_catalog.py"]


def task_files() -> list[Path]:
    """Everything below the site's own task directories."""
    folders = [folder for folder in settings.HUB_TASK_DIRS if folder.is_dir()]
    return [file for folder in folders for file in folder.rglob("*") if file.is_file()]


def static_fingerprint() -> str:
    """Names, sizes and times of the static files; their contents would take too long at every start."""
    lines = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path))
            lines.append(f"{path} {file.stat().st_size} {file.stat().st_mtime_ns}")
    return fingerprint([], *sorted(lines))


def is_loaded(name: str, mark: str) -> bool:
    """Whether the files with this fingerprint were the last to be loaded."""
    return Loaded.objects.filter(name=name, fingerprint=mark).exists()


def remember(name: str, mark: str) -> None:
    """Note that they are."""
    Loaded.objects.update_or_create(name=name, defaults={"fingerprint": mark})
