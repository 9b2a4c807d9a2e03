"""Columns of a Parquet file in the storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage

if TYPE_CHECKING:
    import pyarrow


class Unreadable(Exception):  # noqa: N818
    """A file is not there, is no Parquet, or lacks a column."""


def read_table(name: str, columns: Sequence[str] | None = None, *, all_with: Sequence[str] = ()) -> pyarrow.Table:
    """These columns of all rows, or all columns, among which are those of ``all_with``. Raises Unreadable."""
    # Only who reads samples pays for pyarrow.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with default_storage.open(name) as file:
            source = pq.ParquetFile(pa.BufferReader(file.read()))
            if missing := set(columns or all_with) - set(source.schema_arrow.names):
                raise Unreadable(f"{name} has no {', '.join(sorted(missing))}")
            return source.read(columns=columns and list(columns), use_threads=False)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise Unreadable(f"{name}: {error}") from error
