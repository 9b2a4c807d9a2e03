"""An older database is kept aside and migrated; a newer one is refused and left as it is."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[3]
PREPARE = """
import django, sys
django.setup()
from pathlib import Path
from hub.supervisor.database import prepare_database
from hub.supervisor.errors import StartError
try:
    print(prepare_database(Path(sys.argv[1])))
except StartError as problem:
    print("refused:", problem)
"""

pytestmark = pytest.mark.slow


def run(data: Path, *command: str) -> str:
    env = {**os.environ, "HUB_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "hub.settings", "DATABASE_URL": ""}
    answer = subprocess.run([sys.executable, *command], env=env, cwd=BASE, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master")}


def test_a_database_goes_through_its_ages(tmp_path):
    data, backups = tmp_path / "data", tmp_path / "backups"
    file = data / "hub.sqlite3"
    assert run(data, "-c", PREPARE, str(backups)) == "None", "a new one needs no backup"
    assert "hub_apitoken" in tables(file)
    assert run(data, "-c", PREPARE, str(backups)) == "None", "nor does one that is up to date"

    run(data, "manage.py", "migrate", "hub", "zero", "-v", "0")
    with closing(sqlite3.connect(file)) as database:
        database.execute("INSERT INTO modelcards_organisation (slug, name) VALUES ('a', 'A')")
        database.commit()
    assert "hub_apitoken" not in tables(file)
    copy = Path(run(data, "-c", PREPARE, str(backups)))
    assert copy.parent == backups
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "hub_apitoken" not in tables(copy)
    assert "hub_apitoken" in tables(file)
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT name FROM modelcards_organisation").fetchall() == [("A",)]

    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('hub', '9999_future', '2030-01-01')"
        )
        database.commit()
    answer = run(data, "-c", PREPARE, str(backups))
    assert answer.startswith("refused: The database is of a newer version of Arboretum (it has hub.9999_future)")
    assert len(list(backups.iterdir())) == 1
