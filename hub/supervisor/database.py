"""The database before the site starts: an older one is kept aside and migrated, a newer one is refused."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from hub.supervisor.errors import StartError

OURS = {"modelcards", "evaluation", "hub"}


def prepare_database(backups: Path) -> Path | None:
    """Bring the database up to date. Returns the copy that was made before an older SQLite file was changed."""
    connection.ensure_connection()
    loader = MigrationLoader(connection)
    refuse_newer(loader)
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return None
    copy = back_up(backups) if loader.applied_migrations and connection.vendor == "sqlite" else None
    call_command("migrate", interactive=False, verbosity=0)
    return copy


def refuse_newer(loader: MigrationLoader) -> None:
    """Raise StartError where migrations of ours are applied that this version does not have."""
    known = set(loader.disk_migrations)
    known.update(name for squash in loader.replacements.values() for name in squash.replaces)
    applied = [(app, name) for app, name in loader.applied_migrations if app in OURS]
    unknown = sorted(f"{app}.{name}" for app, name in applied if (app, name) not in known)
    if unknown:
        raise StartError(
            f"The database is of a newer version of Arboretum (it has {', '.join(unknown)}). "
            "Start that version, or put a backup in its place."
        )


def back_up(folder: Path) -> Path:
    """Copy the SQLite database with SQLite's own backup, which sees committed rows that are still in the WAL."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"hub-{datetime.now():%Y%m%d-%H%M%S-%f}.sqlite3"
    target.touch(mode=0o600)
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target
