"""Sample sets as Parquet files: what was asked, once per task and shots, and what each model answered.

Prompts (``PROMPTS``) are keyed by a hash of their rows, so that models which saw the same share one file. Outcomes
(``outcome_schema``) refer to them by document hash; every metric that is one number per document has a column
``metric.<name>``. Read with pyarrow alone; page through large files with ``offset`` and ``count``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_AT_ONCE = 1_000
METRIC = "metric."
LIKELIHOODS = "loglikelihoods.list.element"
"""What Parquet calls the numbers inside the column of lists."""

PROMPTS = pa.schema(
    [
        ("doc_id", pa.int64()),
        ("doc_hash", pa.string()),
        ("document", pa.string()),  # JSON of the whole document
        ("target", pa.string()),  # text, or JSON where it is not text
        ("prompt", pa.string()),  # exactly as sent (the context of the first request)
        ("contexts", pa.list_(pa.string())),  # one per request where they differ, else empty
        ("continuations", pa.list_(pa.string())),  # what was scored after the context, one per request
        ("options", pa.string()),  # JSON of generation settings; "" where nothing is generated
    ]
)


def outcome_schema(metrics: Sequence[str]) -> pa.Schema:
    """Columns of an outcomes file for these numeric metrics."""
    return pa.schema(
        [
            ("doc_id", pa.int64()),
            ("doc_hash", pa.string()),
            ("filter", pa.string()),
            ("loglikelihoods", pa.list_(pa.float64())),
            ("greedy", pa.list_(pa.bool_())),
            ("generated", pa.list_(pa.string())),
            ("filtered", pa.string()),  # JSON of the response after the filter; null: the responses as they are
            ("others", pa.string()),  # JSON of metrics that are not one number per document
            *((f"{METRIC}{name}", pa.float64()) for name in metrics),
        ]
    )


def prompts_key(rows: Iterable[dict[str, Any]]) -> str:
    """SHA-256 over document hashes, targets, prompts and continuations, in order."""
    digest = hashlib.sha256()
    for row in rows:
        told = [row[name] for name in ("doc_hash", "target", "prompt", "contexts", "continuations", "options")]
        digest.update(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def write_rows(file: Path, schema: pa.Schema, rows: Iterable[dict[str, Any]]) -> tuple[str, int]:
    """Write ``rows`` to ``file`` and give its SHA-256 and the number of rows."""
    return _write(file, schema, rows)


def write_outcomes(file: Path, metrics: Sequence[str], rows: Iterable[dict[str, Any]]) -> tuple[str, int]:
    """Write what a model answered and give the file's SHA-256 and the number of rows.

    What a filter left of a response is written only where it is another text; ``read_outcomes`` gives it back.
    """
    schema = outcome_schema(metrics)
    return _write(file, schema, (_lean(row) for row in rows), **_packed(schema))


def _write(file: Path, schema: pa.Schema, rows: Iterable[dict[str, Any]], **packing: Any) -> tuple[str, int]:
    count, source = 0, iter(rows)
    with pq.ParquetWriter(file, schema, compression="zstd", **packing) as writer:
        while block := list(islice(source, ROWS_AT_ONCE)):
            writer.write_table(pa.Table.from_pylist([printable(row) for row in block], schema=schema))
            count += len(block)
    return hashlib.sha256(file.read_bytes()).hexdigest(), count


def _packed(schema: pa.Schema) -> dict[str, Any]:
    """Numbers that never repeat take less room byte by byte, or as differences; every bit of them stays."""
    encodings = {LIKELIHOODS: "BYTE_STREAM_SPLIT", "doc_id": "DELTA_BINARY_PACKED", "doc_hash": "PLAIN"}
    repeating = [name for name in schema.names if name not in ("loglikelihoods", "doc_id", "doc_hash")]
    return {"use_dictionary": repeating, "column_encoding": encodings}


def _lean(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "filtered": None} if row.get("filtered") == unfiltered(row) else row


def unfiltered(row: dict[str, Any]) -> str:
    """JSON of an outcome's first responses, as a filter that takes them leaves them."""
    generated, likely, greedy = (row.get(name) or [] for name in ("generated", "loglikelihoods", "greedy"))
    numbers = [value if value is None or math.isfinite(value) else None for value in likely]
    paired = len(greedy) == len(numbers)
    responses = [list(pair) for pair in zip(numbers, greedy, strict=True)] if greedy and paired else numbers
    return json.dumps(generated or responses, ensure_ascii=False)


def printable(value: Any) -> Any:
    """``value`` with lone surrogates in its text replaced: Arrow holds UTF-8 only."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return value


def read_prompts(
    source: Path | str | IO[bytes], *, offset: int = 0, count: int | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of a prompts file, ``document`` and ``options`` still as JSON text."""
    return _rows(source, offset, count)


def read_outcomes(
    source: Path | str | IO[bytes], *, filter_name: str | None = None, offset: int = 0, count: int | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of an outcomes file with ``metrics`` (name → number) gathered; of one filter where that is given."""
    rows = (_gathered(row) for row in _rows(source, 0, None))
    kept = (row for row in rows if filter_name in (None, row["filter"]))
    return islice(kept, offset, None if count is None else offset + count)


def metric_values(source: Path | str | IO[bytes], metric: str, filter_name: str) -> dict[str, float]:
    """Document hash → value of one metric, for paired tests. Documents without that metric are left out.

    Of documents that occur twice the hash is followed by ``#1``, ``#2``, … from the second on.
    """
    column = f"{METRIC}{metric}"
    parquet = pq.ParquetFile(source)
    if column not in parquet.schema_arrow.names:
        return {}
    table = parquet.read(columns=["doc_hash", "filter", column])
    values: dict[str, float] = {}
    seen: dict[str, int] = {}
    for row in table.to_pylist():
        if row["filter"] != filter_name or row[column] is None:
            continue
        again = seen[row["doc_hash"]] = seen.get(row["doc_hash"], -1) + 1
        values[f"{row['doc_hash']}#{again}" if again else row["doc_hash"]] = row[column]
    return values


def _rows(source: Path | str | IO[bytes], offset: int, count: int | None) -> Iterator[dict[str, Any]]:
    """Rows from ``offset`` on; row groups before it are not read."""
    parquet = pq.ParquetFile(source)
    left = count
    for group in range(parquet.num_row_groups):
        size = parquet.metadata.row_group(group).num_rows
        if offset >= size:
            offset -= size
            continue
        table = parquet.read_row_group(group).slice(offset, left)
        offset = 0
        yield from table.to_pylist()
        if left is not None:
            left -= table.num_rows
            if left <= 0:
                return


def _gathered(row: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in row if name.startswith(METRIC)]
    metrics = {name.removeprefix(METRIC): row[name] for name in names if row[name] is not None}
    filtered = unfiltered(row) if row["filtered"] is None else row["filtered"]
    kept = {name: value for name, value in row.items() if name not in names}
    return {**kept, "filtered": filtered, "metrics": metrics}
