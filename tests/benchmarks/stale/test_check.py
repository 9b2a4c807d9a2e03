"""The check for stale reads finds none in the site, and finds those of an index that stands still."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.browse.writes import an_edit
from benchmarks.place import ROOT
from benchmarks.stale import reads, script, writer
from modelcards.actions.card_edit import card_edit
from modelcards.index.catalog import CatalogIndex
from modelcards.models import ModelCard
from tests.services import PostgresServer

STEPS = 2 * len(script.PROPERTIES)


def test_the_script_changes_one_property_a_step_and_every_property_in_turn() -> None:
    for step in range(1, STEPS + 1):
        before, now = script.state(0, step - 1), script.state(0, step)
        assert [name for name in now if now[name] != before[name]] == [script.change(step)]


def wrong_reads(step: int, card: int, fixed: int) -> list[str]:
    """Of many reads those that do not answer what the script says of this step."""
    chance, now, person = random.Random(step), script.state(0, step), writer.person()
    asked = [reads.random_read(chance, 0, card, fixed, person) for _number in range(40)]
    return [f"{read.about} after step {step}" for read in asked if read.ask() != read.right(now)]


@pytest.fixture
def cards(db) -> tuple[int, int]:
    from evaluation.models import Benchmark

    Benchmark.objects.create(slug="any", name="Any", primary_metric="acc")
    fixed = writer.make_fixed(dict(reads.FIXED_STATE))
    return writer.make_card(0).pk, fixed.pk


def carry_out(steps: range, card: int) -> None:
    for step in steps:
        writer.write(ModelCard.objects.get(pk=card), 0, step, script.change(step))


def test_each_read_is_right_after_each_write(cards) -> None:
    for step in range(STEPS + 1):
        carry_out(range(step, step + 1) if step else range(0), cards[0])
        assert wrong_reads(step, *cards) == []


@pytest.mark.parametrize("left_at", [0, 7, len(script.PROPERTIES), STEPS])
def test_a_second_run_starts_with_the_cards_of_the_first_wherever_that_ended(cards, left_at: int) -> None:
    carry_out(range(1, left_at + 1), cards[0])
    assert writer.make_fixed(dict(reads.FIXED_STATE)).pk == cards[1]
    assert writer.make_card(0).pk == cards[0]
    assert wrong_reads(0, *cards) == []
    carry_out(range(1, 3), cards[0])
    assert wrong_reads(2, *cards) == []


def test_a_second_run_takes_back_what_another_measurement_did_to_the_card_that_never_changes(cards) -> None:
    fixed = ModelCard.objects.get(pk=cards[1])
    card_edit(user=writer.person(), card=fixed, version=fixed.version, changes=an_edit(1, fixed))
    assert ModelCard.objects.get(pk=cards[1]).stage == "rlhf"
    writer.make_fixed(dict(reads.FIXED_STATE))
    carry_out(range(1, 6), cards[0])
    assert ModelCard.objects.get(pk=cards[1]).stage == reads.FIXED_STATE["stage"]
    assert wrong_reads(5, *cards) == []


def test_an_index_that_stands_still_is_found_out(cards, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrong_reads(0, *cards) == []
    still = CatalogIndex().current()
    monkeypatch.setattr(CatalogIndex, "current", lambda index: still)
    carry_out(range(1, STEPS // 2), cards[0])
    found = {
        about.split("=")[0].removeprefix("count of ").split(" ")[0] for about in wrong_reads(STEPS // 2 - 1, *cards)
    }
    assert len(found) > 5


def run_check(url: str, folder: Path, number: int) -> dict:
    environment = {
        **os.environ,
        "HUB_DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": "for tests alone",
    }
    part = [
        sys.executable,
        "-m",
        "benchmarks.part",
        "stale",
        "--reads",
        str(number),
        "--writes",
        "60",
        "--json",
        str(folder / "result"),
    ]
    generate = [sys.executable, "-m", "benchmarks.generate", "--cards", "200"]
    for command in (generate, part):
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=600)
    return json.loads((folder / "result").read_text())


@pytest.mark.slow
def test_no_read_is_stale_while_four_processes_write_on_sqlite(tmp_path: Path, migrated: Path) -> None:
    result = run_check(f"sqlite:///{shutil.copy(migrated, tmp_path)}", tmp_path, 600)
    assert result["stale"] == 0, result
    assert result["reads"] >= 600
    assert result["writes"] >= 60
    assert result["settled"] > 60


@pytest.mark.slow
@pytest.mark.postgresql
def test_no_read_is_stale_while_four_processes_write_on_postgresql(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    result = run_check(postgres_server.migrated("stale"), tmp_path, 600)
    assert result["stale"] == 0, result
    assert result["writes"] >= 60
