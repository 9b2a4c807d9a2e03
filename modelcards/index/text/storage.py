"""The folder of an index: plain arrays, a manifest with their sizes, and one file that names the current generation.

``directory/current`` holds the name of a generation, ``directory/<generation>/`` its files and ``manifest.json``. A
build writes a generation of its own and then replaces ``current`` in one step, so a reader sees the old index or the
new one. Files that a reader has mapped stay readable for it after they are removed.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = "arboretum text index"
VERSION = 1
ABANDONED_S = 24 * 3600


class TextIndexError(Exception):
    """There is no usable index: missing, of another version or damaged. Building it again is the remedy."""


class Generation:
    """One finished set of files, mapped into memory as they are asked for."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder, self.manifest = folder, manifest
        self._maps: list[mmap.mmap] = []

    @classmethod
    def finished(cls, folder: Path) -> Generation:
        """A generation that was built; TextIndexError where it is not whole."""
        return cls(folder, _checked_manifest(folder))

    @classmethod
    def unfinished(cls, folder: Path) -> Generation:
        """A generation that is being built."""
        return cls(folder, {"files": {path.name: path.stat().st_size for path in sorted(folder.iterdir())}})

    @property
    def documents(self) -> int:
        """How many cards were indexed."""
        return int(self.manifest["documents"])

    def array(self, name: str, dtype: str) -> NDArray[Any]:
        """A file as an array of little-endian numbers, read only."""
        data = self.raw(name)
        if len(data) % np.dtype(dtype).itemsize:
            raise TextIndexError(f"{self.folder / name}: its size is no multiple of that of {dtype}")
        return np.frombuffer(data, dtype=dtype)

    def raw(self, name: str) -> mmap.mmap | bytes:
        """A file's bytes."""
        if not self.manifest["files"].get(name, 0):
            return b""
        with (self.folder / name).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._maps.append(mapped)
        return mapped

    def release(self) -> None:
        """Give the pages read so far back to the system, which keeps them as its cache: they count as ours no more."""
        for mapped in self._maps:
            mapped.madvise(mmap.MADV_DONTNEED)


def current(directory: Path) -> Generation:
    """The newest finished generation; TextIndexError where there is none or it is damaged."""
    for attempt in range(3):
        try:
            name = (directory / "current").read_text(encoding="ascii").strip()
            return Generation.finished(directory / Path(name).name)
        except (OSError, ValueError, TextIndexError) as error:
            # Between the two reads another process may have finished a build and removed the one before.
            if attempt == 2:
                raise TextIndexError(f"no text index can be read in {directory}: {error}") from error
            time.sleep(0.02)
    raise AssertionError("unreachable")


def begin(directory: Path) -> Path:
    """An empty folder for a new generation."""
    folder = directory / f"generation-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    return folder


def finish(folder: Path, *, documents: int) -> None:
    """Write the manifest of a generation, make it the current one and remove the one before."""
    manifest = {"format": FORMAT, "version": VERSION, **Generation.unfinished(folder).manifest, "documents": documents}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="ascii")
    pointer = folder.parent / "current"
    before = pointer.read_text(encoding="ascii").strip() if pointer.exists() else ""
    written = folder.parent / f"{folder.name}.current"
    written.write_text(folder.name, encoding="ascii")
    os.replace(written, pointer)
    _sweep(folder.parent, keep=folder.name, gone=before)


def clear(directory: Path) -> None:
    """Remove what builds left that broke off. Only for who keeps others from building here meanwhile."""
    pointer = directory / "current"
    kept = pointer.read_text(encoding="ascii", errors="replace").strip() if pointer.exists() else ""
    for path in directory.glob("generation-*"):
        if path.is_dir() and path.name != kept:
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file():
            path.unlink(missing_ok=True)  # a name that was written but not yet made the current one


def _sweep(directory: Path, *, keep: str, gone: str) -> None:
    """Remove the former generation and what builds left that broke off long ago; another build may be under way."""
    for path in directory.glob("generation-*"):
        if path.name == keep:
            continue
        try:
            abandoned = time.time() - path.stat().st_mtime > ABANDONED_S
        except FileNotFoundError:
            continue
        if path.is_dir() and (path.name == gone or abandoned):
            shutil.rmtree(path, ignore_errors=True)


def _checked_manifest(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="ascii"))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or manifest.get("version") != VERSION:
        raise TextIndexError(f"{folder}: not a {FORMAT} of version {VERSION}")
    if not isinstance(manifest.get("files"), dict) or not isinstance(manifest.get("documents"), int):
        raise TextIndexError(f"{folder}: its manifest does not tell its files and the number of documents")
    for name, size in manifest["files"].items():
        found = (folder / name).stat().st_size
        if found != size:
            raise TextIndexError(f"{folder / name}: {found} bytes instead of {size}")
    return manifest
