"""Named arrays in one file that is mapped, not read: processes share its pages, and it is replaced as a whole.

Sections one after the other, then a JSON document that names them with their kinds, places and checksums, then the
place of that document. No pickle: what is read are numbers of the kinds below and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import struct
import tempfile
import time
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MAGIC = b"ARBORIX1"
END = struct.Struct("<QQI")  # place and length of the document, and its checksum
ALIGNED = 64
KINDS = {"uint8", "uint16", "uint32", "uint64", "int64", "float64"}
STEP = 1 << 24
ABANDONED_S = 24 * 3600


class StoreError(ValueError):
    """The file is not what it should be; it is to be written anew."""


class Mapped(dict[str, Array]):
    """Arrays by name, as views of a mapped file."""

    def __init__(self, mapped: mmap.mmap, arrays: Mapping[str, Array]) -> None:
        super().__init__(arrays)
        self._mapped = mapped

    def release(self) -> None:
        """Give back the pages that were read; they stay in the system's cache and come again in microseconds.
        Else a process comes to hold the whole file."""
        self._mapped.madvise(mmap.MADV_DONTNEED)


def write(path: Path, arrays: Iterable[tuple[str, Array]], about: Mapping[str, Any]) -> None:
    """Write the arrays one by one, so that none must stay in memory, and put the file in its place when whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC.ljust(ALIGNED, b"\0"))
            sections = {}
            for key, array in arrays:
                sections[key] = _add(file, array)
            document = json.dumps({"about": dict(about), "sections": sections}).encode()
            place = file.tell()
            file.write(document + END.pack(place, len(document), zlib.crc32(document)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _sweep(path: Path) -> None:
    """Remove what writers left that were killed long ago; another may be writing just now."""
    for left in path.parent.glob(f".{path.name}-*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED_S:
                left.unlink()


def _add(file: Any, array: Array) -> dict[str, Any]:
    kind = str(array.dtype)
    if kind not in KINDS or array.ndim != 1:
        raise TypeError(f"cannot keep {array.ndim}-dimensional {kind}")
    body = array.tobytes()
    place = file.tell()
    file.write(body)
    file.write(b"\0" * (-file.tell() % ALIGNED))
    return {"kind": kind, "place": place, "size": int(array.size), "check": zlib.crc32(body)}


def about(path: Path) -> dict[str, Any]:
    """What the file says of itself, without a look at its arrays. Raises as ``read`` does."""
    try:
        with path.open("rb") as file:
            found: dict[str, Any] = _document(file)["about"]
            return found
    except (OSError, KeyError, TypeError) as error:
        raise StoreError(f"{path.name}: {error}") from error


def read(path: Path) -> Mapped:
    """The arrays, as views of the mapped file. StoreError where it is missing, cut off, altered or foreign."""
    try:
        with path.open("rb") as file:
            sections = _document(file)["sections"]
            for section in sections.values():
                _check(file, section)
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        arrays = {
            key: np.frombuffer(mapped, dtype=section["kind"], count=section["size"], offset=section["place"])
            for key, section in sections.items()
        }
        return Mapped(mapped, arrays)
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{path.name}: {error}") from error


def _document(file: Any) -> dict[str, Any]:
    size = file.seek(0, os.SEEK_END)
    if size < ALIGNED + END.size:
        raise StoreError("too short")
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        raise StoreError("another format")
    file.seek(size - END.size)
    place, length, check = END.unpack(file.read(END.size))
    if place + length + END.size != size:
        raise StoreError("cut off")
    file.seek(place)
    document = file.read(length)
    if zlib.crc32(document) != check:
        raise StoreError("altered")
    found: dict[str, Any] = json.loads(document)
    return found


def _check(file: Any, section: Mapping[str, Any]) -> None:
    """A section is of a known kind and holds what was written: read through the file, so that no page stays mapped."""
    if section["kind"] not in KINDS:
        raise StoreError(f"kind {section['kind']}")
    left, check = section["size"] * np.dtype(section["kind"]).itemsize, 0
    file.seek(section["place"])
    while left > 0:
        part = file.read(min(left, STEP))
        if not part:
            raise StoreError("cut off")
        check, left = zlib.crc32(part, check), left - len(part)
    if check != section["check"]:
        raise StoreError("altered")
