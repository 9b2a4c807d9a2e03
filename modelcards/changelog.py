"""The triggers that note each changed card in the change log, whoever changes it and by whatever statement.

They are made after every ``migrate``, not in a migration: when SQLite alters a table it makes a new one, and the
triggers of the old one are gone. The log keeps its last ``KEPT`` lines; a reader that is further behind reads anew.

On SQLite there is one writer at a time, so the last version plus one will do, and a row trigger is cheap. On
PostgreSQL a number from a sequence can become visible after a later one and would be missed for ever: there a counter
row, locked until its transaction ends, gives the versions, and a trigger runs once a statement, since one per row
costs about a millisecond each.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from modelcards import registry
from modelcards.models import ChangeCounter, ChangeMark, Lineage, ModelCard, Organisation

KEPT = 100_000
# A PostgreSQL statement that touches more cards than this is noted as one line without a card.
MOST_NOTED = 20_000
EVENTS = ("insert", "update", "delete")
LOG = ChangeMark._meta.db_table
COUNTER = ChangeCounter._meta.db_table


def sources() -> list[registry.IndexSource]:
    """The tables that the index reads, each with its column of card ids."""
    named = (ModelCard.organisations, ModelCard.languages, ModelCard.modalities, ModelCard.readers)
    return [
        registry.IndexSource(ModelCard._meta.db_table, "id"),
        registry.IndexSource(Lineage._meta.db_table, "child_id"),
        *(registry.IndexSource(field.through._meta.db_table, "modelcard_id") for field in named),
        *registry.index_sources,
    ]


def install(using: str = "default") -> None:
    """Make the triggers of this database. Where any was missing, changes may have gone unseen: readers read anew."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not {LOG, *(source.table for source in sources())} <= tables:
        return  # in the midst of migrations that were asked for one by one
    statements = _postgresql if connection.vendor == "postgresql" else _sqlite
    with transaction.atomic(using=using), connection.cursor() as cursor:
        missed = _missing(connection)
        for statement in statements():
            cursor.execute(statement)
        if missed:
            cursor.execute(_renewal(connection))


def trigger_names() -> set[str]:
    """Every trigger that must be there."""
    return {f"{source.table}_noted_{event}" for source in sources() for event in EVENTS} | {ORGANISATION}


ORGANISATION = f"{Organisation._meta.db_table}_noted_update"


def _missing(connection: BaseDatabaseWrapper) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return trigger_names() - {name for (name,) in cursor.fetchall()}


def _renewal(connection: BaseDatabaseWrapper) -> str:
    """The statement that notes "everything"."""
    if connection.vendor == "postgresql":
        return "SELECT modelcards_note_all()"
    return f"INSERT INTO {LOG} {NEXT} NULL"


# SQLite: version and nonce of the next line; the card follows.
NEXT = f"SELECT coalesce((SELECT max(version) FROM {LOG}), 0) + 1, random(),"
TRIM = f"DELETE FROM {LOG} WHERE version <= (SELECT max(version) FROM {LOG}) - {KEPT};"


def _sqlite() -> Iterable[str]:
    for source in sources():
        for event in EVENTS:
            name = f"{source.table}_noted_{event}"
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} AFTER {event} ON {source.table} BEGIN {_noted(source, event)} {TRIM} END"
    yield f"DROP TRIGGER IF EXISTS {ORGANISATION}"
    through = ModelCard.organisations.through._meta.db_table
    yield (
        f"CREATE TRIGGER {ORGANISATION} AFTER UPDATE OF name, slug ON {Organisation._meta.db_table} "
        f"WHEN OLD.name IS NOT NEW.name OR OLD.slug IS NOT NEW.slug BEGIN INSERT INTO {LOG} "
        f"SELECT coalesce((SELECT max(version) FROM {LOG}), 0) + row_number() OVER (), random(), modelcard_id "
        f"FROM {through} WHERE organisation_id = NEW.id; {TRIM} END"
    )


def _noted(source: registry.IndexSource, event: str) -> str:
    new, old = f"NEW.{source.card_column}", f"OLD.{source.card_column}"
    if event == "insert":
        return f"INSERT INTO {LOG} {NEXT} {new};"
    if event == "delete":
        return f"INSERT INTO {LOG} {NEXT} {old};"
    moved = f"INSERT INTO {LOG} {NEXT} {old} WHERE {old} IS NOT {new};"
    return f"{moved} INSERT INTO {LOG} {NEXT} {new};"


def _postgresql() -> Iterable[str]:
    yield from (NOTE, NOTE_ALL, NOTE_TABLE, NOTE_TRUNCATE, NOTE_ORGANISATION)
    for source in sources():
        for event in EVENTS:
            name = f"{source.table}_noted_{event}"
            yield f"DROP TRIGGER IF EXISTS {name} ON {source.table}"
            yield (
                f"CREATE TRIGGER {name} AFTER {event} ON {source.table} REFERENCING {ROWS[event]} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION modelcards_note_table('{source.card_column}')"
            )
        yield f"DROP TRIGGER IF EXISTS {source.table}_noted_truncate ON {source.table}"
        yield (
            f"CREATE TRIGGER {source.table}_noted_truncate AFTER TRUNCATE ON {source.table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION modelcards_note_truncate()"
        )
    table = Organisation._meta.db_table
    yield f"DROP TRIGGER IF EXISTS {ORGANISATION} ON {table}"
    yield (
        f"CREATE TRIGGER {ORGANISATION} AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed OLD TABLE AS former "
        "FOR EACH STATEMENT EXECUTE FUNCTION modelcards_note_organisation()"
    )


ROWS = {
    "insert": "NEW TABLE AS changed",
    "update": "NEW TABLE AS changed OLD TABLE AS former",
    "delete": "OLD TABLE AS changed",
}

# PostgreSQL: the only writer of the log. More cards than MOST_NOTED become one line without a card.
NOTE = f"""
CREATE OR REPLACE FUNCTION modelcards_note(cards bigint[]) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
  total bigint := coalesce(cardinality(cards), 0);
  last bigint;
BEGIN
  IF total = 0 THEN RETURN; END IF;
  IF total > {MOST_NOTED} THEN cards := ARRAY[NULL]::bigint[]; total := 1; END IF;
  INSERT INTO {COUNTER} AS counter (id, version) VALUES (1, total)
    ON CONFLICT (id) DO UPDATE SET version = counter.version + total RETURNING version INTO last;
  INSERT INTO {LOG} (version, nonce, card_id)
    SELECT last - total + place, (random() * 9e15)::bigint, card
    FROM unnest(cards) WITH ORDINALITY AS noted(card, place);
  IF last / 1000 <> (last - total) / 1000 THEN DELETE FROM {LOG} WHERE version <= last - {KEPT}; END IF;
END $body$"""
NOTE_ALL = """
CREATE OR REPLACE FUNCTION modelcards_note_all() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM modelcards_note(ARRAY[NULL]::bigint[]);
END $body$"""
NOTE_TABLE = f"""
CREATE OR REPLACE FUNCTION modelcards_note_table() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  cards bigint[];
  former text := '';
BEGIN
  IF TG_OP = 'UPDATE' THEN former := format(' UNION SELECT %I FROM former', TG_ARGV[0]); END IF;
  EXECUTE format('SELECT array_agg(card) FROM (SELECT card FROM (SELECT %I AS card FROM changed%s) every '
                 'GROUP BY card LIMIT {MOST_NOTED + 1}) few', TG_ARGV[0], former) INTO cards;
  PERFORM modelcards_note(cards);
  RETURN NULL;
END $body$"""
NOTE_ORGANISATION = f"""
CREATE OR REPLACE FUNCTION modelcards_note_organisation() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM modelcards_note(ARRAY(
    SELECT DISTINCT made.modelcard_id FROM changed JOIN former USING (id)
    JOIN {ModelCard.organisations.through._meta.db_table} made ON made.organisation_id = changed.id
    WHERE changed.name <> former.name OR changed.slug <> former.slug));
  RETURN NULL;
END $body$"""
NOTE_TRUNCATE = """
CREATE OR REPLACE FUNCTION modelcards_note_truncate() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM modelcards_note_all();
  RETURN NULL;
END $body$"""
