"""Bulk insertion into SQLite (executemany) and PostgreSQL (COPY), past what a site does row by row.

While rows go in, the triggers of the change log are gone (they would note every row) and so are the tables' secondary
indexes (sorting once is quicker than inserting in random places). The indexes that were taken away are written down in
the table ``benchmarks_set_aside``, in the transaction that takes them away, so that a load that was killed is made good
by the next call of ``restored``. The triggers are made by ``changelog.install``, which notes that changes may have gone
unseen while they were missing: every process that serves the catalog then reads it anew, and none goes on with counts
of before. Foreign keys are not checked meanwhile: the rows are made to fit, and the tests check it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from benchmarks.catalog.rows import COLUMNS, Row, Rows
from modelcards import changelog

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
        definitions = index_definitions()
        execute(f"CREATE TABLE {SET_ASIDE} (place INTEGER, definition TEXT)")
        with connection.cursor() as cursor:
            for place, (_drop, create) in enumerate(definitions):
                cursor.execute(f"INSERT INTO {SET_ASIDE} VALUES (%s, %s)", [place, create])
        execute(*(drop for drop, _create in definitions), *trigger_drops())
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
    say(f"  {len(missing)} indexes")
    for place, definition in missing:
        with transaction.atomic():
            execute(definition, f"DELETE FROM {SET_ASIDE} WHERE place = {int(place)}")
    changelog.install(connection.alias)
    execute(f"DROP TABLE {SET_ASIDE}")
    if connection.vendor == "sqlite":
        execute("PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -2000")


def index_definitions() -> list[tuple[str, str]]:
    """How to drop and to make again each secondary index of the tables, those of constraints left out."""
    names: list[Any] = [table_names()]
    query = (
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = current_schema()"
        " AND i.tablename = ANY(%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
        " ORDER BY i.tablename, i.indexname"
    )
    if connection.vendor == "sqlite":
        names = table_names()
        marks = ", ".join(["%s"] * len(names))
        query = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            f" AND tbl_name IN ({marks}) ORDER BY tbl_name, name"
        )
    with connection.cursor() as cursor:
        cursor.execute(query, names)
        return [(f'DROP INDEX "{name}"', sql) for name, sql in cursor.fetchall()]


def trigger_drops() -> list[str]:
    """How to drop each trigger of the change log."""
    query = "SELECT name, NULL FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = [(name, table) for name, table in cursor.fetchall() if name in changelog.trigger_names()]
    return [f'DROP TRIGGER "{name}"' + (f" ON {table}" if table else "") for name, table in rows]


def execute(*statements: str) -> None:
    """Statements without parameters, one after another."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def finish(say: Callable[[str], None]) -> None:
    """Ids go on after the highest; the planner's statistics are renewed.

    PostgreSQL would clean up behind so many new rows by itself, for minutes while something else is measured.
    """
    from django.core.management.color import no_style

    execute(*connection.ops.sequence_reset_sql(no_style(), [model_of(table) for table in TABLES]))
    say("  ANALYZE" if connection.vendor == "sqlite" else "  VACUUM, ANALYZE")
    if connection.vendor == "sqlite":
        execute("PRAGMA analysis_limit = 1000", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        execute("VACUUM (ANALYZE)")
