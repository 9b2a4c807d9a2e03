"""Bulk insertion into SQLite (executemany) and PostgreSQL (COPY), past what a site does row by row.

While rows go in, the tables' triggers are off (they would note every row in the change log) and their secondary
indexes are gone (sorting once is quicker than inserting in random places). What was taken away is written down in the
table ``benchmarks_set_aside``, in the transaction that takes it away, so that a load that was killed is made good by
the next call of ``restored``. Foreign keys are not checked: the rows are made to fit, and the tests check it.

This is for a database of its own that no site serves meanwhile: processes that run do not see these rows come.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from benchmarks.catalog.rows import COLUMNS, Row, Rows

SET_ASIDE = "benchmarks_set_aside"


def model_of(table: str) -> type[models.Model]:
    """The model of a name in ``COLUMNS``: ``Fact``, ``evaluation.Score``, ``ModelCard.readers``."""
    app, _dot, name = table.partition(".")
    if app == "evaluation":
        return apps.get_model(app, name)
    card = apps.get_model("modelcards", app)
    if not name:
        return card
    through: type[models.Model] = getattr(card, name).through
    return through


TABLES = tuple(COLUMNS)


def table_names() -> list[str]:
    """The database's names of the tables that are filled."""
    return [model_of(table)._meta.db_table for table in TABLES]


def insert(rows: Rows) -> None:
    """One chunk, in one transaction."""
    with transaction.atomic():
        for table, lines in rows.items():
            if lines:
                _insert_table(table, lines)


def _insert_table(table: str, lines: Sequence[Row]) -> None:
    names, constants = _columns(table)
    meta = model_of(table)._meta
    quoted = ", ".join(f'"{name}"' for name in [*names, *constants])
    filled: Any = (line + tuple(constants.values()) for line in lines) if constants else lines
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * (len(names) + len(constants)))
        connection.connection.executemany(f'INSERT INTO "{meta.db_table}" ({quoted}) VALUES ({marks})', filled)
        return
    with connection.cursor() as cursor, cursor.copy(f'COPY "{meta.db_table}" ({quoted}) FROM STDIN') as copy:
        for line in filled:
            copy.write_row(line)


def _columns(table: str) -> tuple[list[str], dict[str, Any]]:
    """The columns that the rows give, and the defaults of those that they do not."""
    names = COLUMNS[table].split()
    others = [field for field in model_of(table)._meta.concrete_fields if field.attname not in names]
    return names, {str(field.column): field.get_db_prep_save(field.get_default(), connection) for field in others}


@contextlib.contextmanager
def bypassed(say: Callable[[str], None]) -> Iterator[None]:
    """The tables without triggers and secondary indexes, inside; with them again, outside, whatever happened."""
    restored(say)
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        execute("PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -300000")
    with transaction.atomic():
        definitions = sqlite_definitions() if connection.vendor == "sqlite" else postgresql_definitions()
        execute(f"CREATE TABLE {SET_ASIDE} (place INTEGER, definition TEXT)")
        with connection.cursor() as cursor:
            for place, (_drop, create) in enumerate(definitions):
                cursor.execute(f"INSERT INTO {SET_ASIDE} VALUES (%s, %s)", [place, create])
        execute(*(drop for drop, _create in definitions))
    if connection.vendor == "postgresql":
        execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        restored(say)


def restored(say: Callable[[str], None]) -> None:
    """Make again what a load took away; does nothing where nothing is missing."""
    if SET_ASIDE not in connection.introspection.table_names():
        return
    if connection.vendor == "postgresql":
        execute("SET session_replication_role = DEFAULT")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place, definition FROM {SET_ASIDE} ORDER BY place")
        missing = cursor.fetchall()
    for place, definition in missing:
        say(f"  {definition.splitlines()[0][:100]}")
        with transaction.atomic():
            execute(definition, f"DELETE FROM {SET_ASIDE} WHERE place = {int(place)}")
    execute(f"DROP TABLE {SET_ASIDE}")
    if connection.vendor == "sqlite":
        execute("PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -2000")


def sqlite_definitions() -> list[tuple[str, str]]:
    """How to drop and to make again each trigger and secondary index of the tables; triggers last."""
    marks = ", ".join(["%s"] * len(TABLES))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
            f" AND tbl_name IN ({marks}) ORDER BY type, tbl_name, name",
            table_names(),
        )
        return [(f'DROP {kind} "{name}"', sql) for kind, name, sql in cursor.fetchall()]


def postgresql_definitions() -> list[tuple[str, str]]:
    """How to drop and to make again each secondary index; triggers are silenced by the session, not dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = current_schema()"
            " AND i.tablename = ANY(%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
            " ORDER BY i.tablename, i.indexname",
            [table_names()],
        )
        return [(f'DROP INDEX "{name}"', sql) for name, sql in cursor.fetchall()]


def execute(*statements: str) -> None:
    """Statements without parameters, one after another."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def finish(say: Callable[[str], None]) -> None:
    """Ids go on after the highest; the planner's statistics are renewed."""
    from django.core.management.color import no_style

    execute(*connection.ops.sequence_reset_sql(no_style(), [model_of(table) for table in TABLES]))
    say("  ANALYZE")
    if connection.vendor == "sqlite":
        execute("PRAGMA analysis_limit = 1000", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        execute("ANALYZE")
