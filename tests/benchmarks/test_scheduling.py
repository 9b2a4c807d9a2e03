"""What scheduling costs is told beside what is wanted; parts are chosen by name and kept part by part."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import machine, results_file
from benchmarks.scheduling import goals, program
from benchmarks.scheduling.queue import claims
from benchmarks.scheduling.rows import queue, stock
from benchmarks.scheduling.workers import Trace
from evaluation.models import Cell, Evaluation, Run

START = {"whole": {"median": 0.02, "p95": 0.2}, "bare round trip": {"median": 0.005}}
RATE = {"one": 4.0, "many": 15.2, "ratio": 0.95}
QUEUE = {"cells": 10_000, "pages": {"/queue/": {"median": 0.05}, "/": {"median": 9.0}}}


def test_every_goal_is_a_row_with_its_floor():
    parts = {"start on SQLite": START, "rate on SQLite": RATE, "queue on PostgreSQL": QUEUE}
    found = goals.rows(parts)
    assert all(set(row) == {"work", "ours", "peer", "speedup", "floor"} for row in found)
    told = [text.split()[0] for text in results_file.told(found)]
    assert told == ["reached", "MISSED", "reached", "reached"]
    bare = next(row for row in found if row["floor"] is None)
    assert (bare["ours"], bare["peer"], bare["speedup"]) == (0.02, 0.005, 0.25)
    page = found[-1]
    assert page["work"].startswith("/queue/ with 10,000 queued cells, median, PostgreSQL")
    assert page["speedup"] == 2.0


@pytest.fixture
def measured(monkeypatch, tmp_path) -> list[tuple[str, str]]:
    """Nothing is started or measured: a list of (part, database)."""
    found: list[tuple[str, str]] = []

    class Nowhere:
        def __init__(self, name):
            self.name = name

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            found.append(("gone", self.name))

    def in_process(part, site, _options):
        found.append((part, site.name))
        return {"start": START, "rate": RATE, "queue": QUEUE}[part]

    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setattr(program, "place", Nowhere)
    monkeypatch.setattr(program, "in_process", in_process)
    monkeypatch.setattr(program, "programs", lambda: Path("/usr"))
    monkeypatch.setattr(machine, "pace", lambda: "calm")
    (tmp_path / "benchmarks").mkdir()
    return found


def test_all_parts_run_on_both_databases(measured):
    program.main([])
    parts = ["start", "rate", "queue", "gone"]
    assert measured == [(part, database) for database in ("SQLite", "PostgreSQL") for part in parts]


def test_some_parts_on_one_database_are_kept_beside_what_was_measured_before(measured, tmp_path):
    program.main(["postgresql", "rate"])
    program.main(["start", "sqlite", "--times", "3"])
    assert measured == [("rate", "PostgreSQL"), ("gone", "PostgreSQL"), ("start", "SQLite"), ("gone", "SQLite")]
    stored = json.loads((tmp_path / "benchmarks" / "results" / "scheduling.json").read_text())
    assert set(stored["parts"]) == {"rate on PostgreSQL", "start on SQLite"}
    assert len(stored["rows"]) == 4


def test_an_unknown_part_is_refused_by_name(measured, capsys):
    with pytest.raises(SystemExit):
        program.main(["speed"])
    assert "no part speed; one of: start, rate, queue, sqlite, postgresql" in capsys.readouterr().err


def test_without_postgresqls_programs_its_figures_are_left_out_and_that_is_said(measured, monkeypatch, capsys):
    monkeypatch.setattr(program, "programs", lambda: None)
    program.main(["start"])
    assert measured == [("start", "SQLite"), ("gone", "SQLite")]
    assert "PostgreSQL's programs are not on this machine" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_long_queue_is_made_of_cells_that_differ_and_claims_leave_it_as_it_was():
    made = stock(models=3, devices=1, tasks=2)
    first = queue(made, 20, evaluations=2)
    assert (Run.objects.filter(pk__gte=first).count(), Cell.objects.count()) == (20, 20)
    assert {evaluation.cells.count() for evaluation in Evaluation.objects.all()} == {10}
    with CaptureQueriesContext(connection) as asked:
        found = claims(made.devices[0], None)
    assert any("'running'" in query["sql"] for query in asked), "it claims"
    assert found["elapsed"]["median"] > 0
    assert Run.objects.waiting().count() == 20


def test_the_start_of_a_run_is_that_of_its_first_attempt_and_half_a_line_is_waited_for(tmp_path, monkeypatch):
    file = tmp_path / "trace"
    monkeypatch.setenv("FAKE_TRACE", str(file))
    trace = Trace()
    assert trace.start_of(7) is None
    file.write_text(
        "11 start bench\n11 run 7.1 /a path/oak 16 100.5\n11 run 7.2 /a path/oak 16 200.5\n11 run 8.1 /oak 16 3"
    )
    assert trace.start_of(7) == 100.5
    assert trace.start_of(8) is None
    with file.open("a") as lines:
        lines.write("00.25\n")
    assert trace.start_of(8) == 300.25
