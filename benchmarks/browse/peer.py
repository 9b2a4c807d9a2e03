"""Datasette beside us: a table of the same rows in the same SQLite file, and its server.

What it gets, so that the comparison is fair: one wide table of the public cards (so that it needs no join), with the
names of organisations, languages and modalities as JSON arrays (its own way to have facets of several values), an
index on every column that is filtered, counted or sorted by, and an FTS5 index over names, organisations and texts.
Its limits of time for queries and facets are lifted, suggestions of facets are off, and it may use 256 MB of cache.

What it does not compute and we do: counts of a facet as if its own choice were not made ("what if I click"),
histograms, visibility for each reader, typing errors and Chinese words in a search, ranking over fields.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

TABLE, TEXTS = "peer_models", "peer_texts"
SETTINGS = {
    "sql_time_limit_ms": 3_600_000,
    "facet_time_limit_ms": 3_600_000,
    "facet_suggest_time_limit_ms": 1,
    "suggest_facets": "off",
    "default_facet_size": 100,
    "max_returned_rows": 1000,
    "cache_size_kb": 262_144,
}

_ROWS = f"""
CREATE TABLE {TABLE} AS SELECT
  m.id, m.slug, m.name, lower(m.name) AS name_key, NULLIF(m.architecture_family, '') AS architecture_family,
  NULLIF(m.objective, '') AS objective, NULLIF(m.stage, '') AS stage, NULLIF(m.attention, '') AS attention,
  CASE m.open_weights WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END AS open_weights,
  NULLIF(m.licence_id, '') AS licence_id, NULLIF(m.licence, '') AS licence, NULLIF(lower(m.licence), '') AS licence_key,
  m.parameters, m.training_tokens, CAST(m.training_tokens AS REAL) / m.parameters AS tokens_per_parameter,
  CASE WHEN m.training_tokens IS NULL OR m.parameters IS NULL THEN NULL
    WHEN m.training_tokens < m.parameters THEN 'under-1' WHEN m.training_tokens < 10 * m.parameters THEN '1-10'
    WHEN m.training_tokens < 20 * m.parameters THEN '10-20' WHEN m.training_tokens < 100 * m.parameters THEN '20-100'
    WHEN m.training_tokens < 1000 * m.parameters THEN '100-1000' ELSE 'over-1000' END AS tokens_band,
  m.release_date,
  (SELECT min(l.relation) FROM modelcards_lineage l WHERE l.child_id = m.id) AS relation,
  CASE WHEN EXISTS (SELECT 1 FROM evaluation_score s WHERE s.card_id = m.id) THEN 'yes' ELSE 'no' END AS has_scores,
  (SELECT min(lower(o.name)) FROM modelcards_modelcard_organisations t JOIN modelcards_organisation o
    ON o.id = t.organisation_id WHERE t.modelcard_id = m.id) AS first_organisation,
  (SELECT json_group_array(o.slug) FROM modelcards_modelcard_organisations t JOIN modelcards_organisation o
    ON o.id = t.organisation_id WHERE t.modelcard_id = m.id) AS organisations,
  (SELECT json_group_array(l.code) FROM modelcards_modelcard_languages t JOIN modelcards_language l
    ON l.id = t.language_id WHERE t.modelcard_id = m.id) AS languages,
  (SELECT json_group_array(k.key) FROM modelcards_modelcard_modalities t JOIN modelcards_modality k
    ON k.id = t.modality_id WHERE t.modelcard_id = m.id) AS modalities
FROM modelcards_modelcard m WHERE m.visibility = 'public' AND m.archived_at IS NULL ORDER BY m.id
"""
INDEXED = (
    "architecture_family objective stage attention open_weights licence_id licence_key parameters training_tokens"
    " tokens_per_parameter tokens_band release_date relation has_scores first_organisation name_key"
)


def prepare_table(database: Path, say: Callable[[str], None]) -> None:
    """Make Datasette's table and its search index in our file, unless they stand already."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [f"{TABLE}_done"]).fetchone()
        if made:
            return
        say("Making the table that Datasette serves, with its indexes.")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -300000")
        for name in (TABLE, TEXTS):
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(_ROWS)
        connection.execute(f"CREATE UNIQUE INDEX {TABLE}_id ON {TABLE} (id)")
        for column in INDEXED.split():
            connection.execute(f"CREATE INDEX {TABLE}_{column} ON {TABLE} ({column})")
        connection.execute(f"CREATE VIRTUAL TABLE {TEXTS} USING fts5(name, makers, body, content='')")
        connection.execute(
            f"INSERT INTO {TEXTS} (rowid, name, makers, body) SELECT p.rowid, p.name, p.organisations, m.card_text"
            f" FROM {TABLE} p JOIN modelcards_modelcard m ON m.id = p.id"
        )
        connection.execute(f"ANALYZE {TABLE}")
        connection.execute(f"CREATE TABLE {TABLE}_done (at TEXT)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def served(database: Path, folder: Path) -> Iterator[str]:
    """Datasette on the file; gives the address of the table's page. Its output goes to ``folder``."""
    metadata = folder / "datasette.json"
    search = {TABLE: {"fts_table": TEXTS, "fts_pk": "rowid"}}
    metadata.write_text(json.dumps({"databases": {database.stem: {"tables": search}}}))
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", str(database), "--port", str(port), "-m", str(metadata)]
    for name, value in SETTINGS.items():
        command += ["--setting", name, str(value)]
    with (folder / "datasette.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/-/versions.json", process)
            yield f"http://127.0.0.1:{port}/{database.stem}/{TABLE}"
        finally:
            process.terminate()
            process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], patience: float = 600) -> None:
    """Wait until an address answers; RuntimeError when the process ends before."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server for {address} ended with status {process.returncode}")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=60):
            return
        time.sleep(0.1)
    raise RuntimeError(f"nothing answered at {address} in {patience:.0f} s")
