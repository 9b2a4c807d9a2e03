"""What ``make bench`` runs, in which order, and on which catalog."""

import contextlib
import json
import sqlite3

import pytest

from benchmarks import __main__ as program
from benchmarks.place import Catalog, copied


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """Nothing is generated or measured: a list of (part, folder of its catalog)."""
    found = []

    def catalog(kind):
        return Catalog(tmp_path / kind, f"{kind}:", 10, 1)

    @contextlib.contextmanager
    def block(*_arguments):
        yield catalog("copy")

    @contextlib.contextmanager
    def server(*_arguments):
        yield catalog("server")
        found.append(("server stops", ""))

    def in_process(part, catalog, _options):
        found.append((part, catalog.folder.name))
        return {}

    def compare(catalog, _options):
        found.append(("peer", catalog.folder.name))
        return [], {}

    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setattr(program, "sqlite_catalog", lambda *_arguments: catalog("file"))
    monkeypatch.setattr(program, "copied", block)
    monkeypatch.setattr(program, "postgresql_catalog", server)
    monkeypatch.setattr(program, "programs", lambda: tmp_path)
    monkeypatch.setattr(program, "in_process", in_process)
    monkeypatch.setattr(program, "compare", compare)
    (tmp_path / "benchmarks").mkdir()
    return found


def start(monkeypatch, *arguments):
    """As the command line does."""
    monkeypatch.setattr("sys.argv", ["benchmarks", "catalog", *arguments])
    program.main()


ON_POSTGRESQL = [(part, "server") for part in ("build", "browse", "cards", "others", "writes", "stale")]


def test_parts_that_write_share_a_copy_and_postgresql_runs_when_sqlite_is_measured(runs, monkeypatch) -> None:
    start(monkeypatch)
    reading = [(part, "file") for part in ("peer", "build", "browse", "cards")]
    writing = [(part, "copy") for part in ("others", "writes", "stale")]
    assert runs == [*reading, *writing, *ON_POSTGRESQL, ("server stops", "")]


@pytest.mark.parametrize("arguments", [("stale", "browse", "--size", "10"), ("--size", "10", "stale", "browse")])
def test_some_parts_alone_run_in_their_order_wherever_they_stand_on_the_line(runs, monkeypatch, arguments) -> None:
    start(monkeypatch, *arguments)
    assert runs == [("browse", "file"), ("stale", "copy")]


def test_postgresql_alone_wants_no_sqlite_file(runs, monkeypatch) -> None:
    monkeypatch.setattr(program, "sqlite_catalog", lambda *_arguments: pytest.fail("a file was made"))
    start(monkeypatch, "postgresql")
    assert runs == [*ON_POSTGRESQL, ("server stops", "")]


def test_an_unknown_part_is_refused_by_name(runs, monkeypatch, capsys) -> None:
    with pytest.raises(SystemExit):
        start(monkeypatch, "browse", "broswe")
    assert "no part broswe; one of: peer, build" in capsys.readouterr().err


def test_figures_of_other_parts_are_kept_and_those_of_another_size_are_not(runs, monkeypatch, tmp_path) -> None:
    start(monkeypatch, "browse", "--size", "10")
    start(monkeypatch, "cards", "--size", "10")
    file = tmp_path / "benchmarks" / "results" / "catalog.json"
    assert set(json.loads(file.read_text())["parts"]) == {"browse", "cards"}
    start(monkeypatch, "cards", "--size", "20")
    assert set(json.loads(file.read_text())["parts"]) == {"cards"}


def test_a_copy_holds_what_was_written_last_and_is_gone_afterwards(tmp_path) -> None:
    source = Catalog(tmp_path / "catalog", "", 1, 1)
    (source.folder / "index").mkdir(parents=True)
    (source.folder / "index" / "catalog.idx").write_bytes(b"index")
    with contextlib.closing(sqlite3.connect(source.file)) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (n)")
        connection.execute("INSERT INTO t VALUES (5)")
        connection.commit()  # still in the log: the file is open
        with copied(source, print) as copy:
            with contextlib.closing(sqlite3.connect(copy.file)) as other:
                assert other.execute("SELECT n FROM t").fetchall() == [(5,)]
                other.execute("DELETE FROM t")
                other.commit()
            assert (copy.folder / "index" / "catalog.idx").read_bytes() == b"index"
        assert not copy.folder.exists()
        assert connection.execute("SELECT n FROM t").fetchall() == [(5,)]
