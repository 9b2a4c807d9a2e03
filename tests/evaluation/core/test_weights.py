"""The ledger of fetched weights: bounded, least recently used first, never what is in use."""

import os
import subprocess
import sys
import time

import pytest

from evaluation.core.weights import Ledger, NoRoomError

A, B, C = ("a" * 40, "b" * 40, "c" * 40)


@pytest.fixture
def gone():
    return []


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "weights", most=100)


def put(ledger, repo, commit, size, gone, used=None):
    """Fetched weights that nobody uses any more."""
    ledger.reserve(repo, commit, size, lambda entry: gone.append(entry.commit)).release()
    if used is not None:
        file = next(entry.file for entry in ledger.entries() if entry.commit == commit)
        os.utime(file, (used, used))


def test_what_was_not_used_for_longest_makes_room(ledger, gone):
    put(ledger, "house/oak", A, 40, gone, used=200)
    put(ledger, "house/elm", B, 40, gone, used=100)
    put(ledger, "house/ash", C, 50, gone)
    assert gone == [B]
    assert {entry.commit for entry in ledger.entries()} == {A, C}
    assert ledger.size() == 90


def test_a_use_counts(ledger, gone):
    put(ledger, "house/oak", A, 40, gone, used=100)
    put(ledger, "house/elm", B, 40, gone, used=200)
    ledger.use("house/oak", A).release()
    put(ledger, "house/ash", C, 50, gone)
    assert gone == [B]


def test_what_is_in_use_never_goes_and_there_is_no_room_beside_it(ledger, gone):
    put(ledger, "house/oak", A, 40, gone, used=100)
    put(ledger, "house/elm", B, 40, gone, used=200)
    with ledger.use("house/oak", A):
        put(ledger, "house/ash", C, 50, gone)
        assert gone == [B]
        with pytest.raises(NoRoomError, match="no room for house/elm"):
            ledger.reserve("house/elm", B, 90, lambda entry: gone.append(entry.commit))
    assert A in {entry.commit for entry in ledger.entries()}


def test_a_use_in_another_process_holds_until_that_process_dies(ledger, gone):
    put(ledger, "house/oak", A, 80, gone)
    program = (
        "import sys, time; from pathlib import Path; from evaluation.core.weights import Ledger; "
        f"use = Ledger(Path(sys.argv[1])).use('house/oak', '{A}'); print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", program, str(ledger.folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(NoRoomError):
            ledger.reserve("house/elm", B, 50, lambda entry: gone.append(entry.commit))
    finally:
        other.kill()
        other.wait()
    put(ledger, "house/elm", B, 50, gone)
    assert gone == [A]


def test_what_is_larger_than_all_room_is_refused_and_nothing_goes(ledger, gone):
    put(ledger, "house/oak", A, 40, gone)
    with pytest.raises(NoRoomError, match="takes 101 bytes, and this node keeps 100"):
        ledger.reserve("house/elm", B, 101, lambda entry: gone.append(entry.commit))
    assert gone == []


def test_a_full_disk_makes_room_too_although_no_bound_is_set(tmp_path, gone):
    ledger = Ledger(tmp_path / "weights")
    put(ledger, "house/oak", A, 40, gone, used=100)
    put(ledger, "house/elm", B, 40, gone, used=200)
    ledger.reserve("house/ash", C, 40, lambda entry: gone.append(entry.commit), enough=lambda: bool(gone)).release()
    assert gone == [A]


def test_shrinking_after_the_bound_was_lowered_and_a_dry_run_of_it(ledger, gone):
    put(ledger, "house/oak", A, 40, gone, used=100)
    put(ledger, "house/elm", B, 40, gone, used=200)
    ledger.most = 50
    assert [entry.commit for entry in ledger.shrink(lambda entry: gone.append(entry.commit), dry_run=True)] == [A]
    assert (gone, len(ledger.entries())) == ([], 2)
    ledger.shrink(lambda entry: gone.append(entry.commit))
    assert gone == [A]


def test_what_others_brought_is_not_known_and_a_damaged_note_is_passed_over(ledger, gone):
    assert ledger.use("somebody/elses", A) is None
    put(ledger, "house/oak", A, 40, gone)
    (ledger.folder / f"house--elm@{B}.weights").write_text("{broken")
    assert [entry.commit for entry in ledger.entries()] == [A]


@pytest.mark.parametrize("name", ["../../etc", "house/oak/x", "house oak", "", "/house/oak"])
def test_a_name_that_is_no_repository_is_refused(ledger, name):
    with pytest.raises(ValueError, match="no repository"):
        ledger.use(name, A)


def test_asking_again_for_the_same_counts_it_once(ledger, gone):
    put(ledger, "house/oak", A, 60, gone)
    put(ledger, "house/oak", A, 60, gone)
    assert (ledger.size(), gone) == (60, [])
    assert time.time() - ledger.entries()[0].used < 60
