"""Locks beyond rows. SQLite needs none: its transactions write one after another."""

from django.db import connection

# Any numbers, the same in every process.
LINEAGE = 7_234_001
SLUGS = 7_234_002


def hold(name: int) -> None:
    """Wait until no other transaction holds the lock of this name, and hold it until this transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])
