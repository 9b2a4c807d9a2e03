"""What all takings-away share: what went, the database's clock, and removing one file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.db.models.functions import Now

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pruned:
    """How many things went, or would go, and how many bytes they took."""

    count: int = 0
    bytes: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(self.count + other.count, self.bytes + other.bytes)


def clock(rows: QuerySet[Any]) -> datetime | None:
    """The database's time, told with the first of ``rows``; None where there is no row."""
    told: datetime | None = rows.annotate(clock=Now()).values_list("clock", flat=True).first()
    return told


def listed(folder: str) -> Iterator[str]:
    """Names of all files below a folder of the storage; none where there is no such folder."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from listed(f"{folder}/{name}")


def remove(file: str) -> None:
    """Take a file out of the storage. One that cannot be removed now goes as a leftover later."""
    try:
        default_storage.delete(file)
    except OSError as error:
        logger.warning("%s cannot be removed now: %s", file, error)
