"""Parquet out: one card a row, typed columns, in row groups of a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from modelcards import values
from modelcards.exchange.sink import Sink
from modelcards.fields import FIELDS

ROW_GROUP = 1_000
NAMES = ("organisation", "languages", "modality", "suited_tasks", "base_model", "paper")
SIZES = ("parameters", "active_parameters", "training_tokens", "layers")


def parquet_pieces(documents: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """The bytes of the file as they are made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink, schema = Sink(), _schema()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        rows = iter(documents)
        while some := list(islice(rows, ROW_GROUP)):
            writer.write_table(pa.Table.from_pylist([_row(document) for document in some], schema))
            yield sink.drain()
    yield sink.drain()


def _schema() -> Any:
    import pyarrow as pa

    kinds = {
        **dict.fromkeys(NAMES, pa.list_(pa.string())),
        **dict.fromkeys(SIZES, pa.int64()),
        "open_weights": pa.bool_(),
    }
    columns = [("slug", pa.string()), *((key, kinds.get(key, pa.string())) for key in FIELDS)]
    more = [("release_day", pa.date32()), ("visibility", pa.string()), ("scores", pa.int32()), ("text", pa.string())]
    return pa.schema([*columns, *more])


def _row(document: dict[str, Any]) -> dict[str, Any]:
    """Typed values; a release date of which only the month or year is known is text, its first day a date."""
    chosen = {fact["field"]: fact["value"] for fact in document["facts"] if fact["chosen"]}
    row: dict[str, Any] = {key: _typed(key, value) for key, value in chosen.items()}
    row["release_day"] = values.parse_date(chosen["release_date"])[0] if "release_date" in chosen else None
    own = {key: document[key] for key in ("slug", "visibility", "text")}
    return {**row, **own, "scores": len(document["scores"])}


def _typed(key: str, value: str) -> Any:
    if key in NAMES:
        return values.parse_names(value)
    if key in SIZES:
        return values.parse_size(value)
    return values.parse_yes_no(value) if key == "open_weights" else value
