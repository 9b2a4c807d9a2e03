"""Kept answers: exact, shared by processes, bounded, and never a reason to fail."""

import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.core.answers import AnswerStore, Kept, answer_key, made_in

LARGE = 1 << 30


def rows(count: int, first: int = 0, size: int = 9) -> list[tuple[bytes, Kept]]:
    return [(answer_key("question", n), Kept(n.to_bytes(size), b"8 bytes.")) for n in range(first, first + count)]


def keys(count: int, first: int = 0) -> list[bytes]:
    return [key for key, _kept in rows(count, first)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "answers.sqlite3"


def test_what_is_kept_is_found_by_the_next_process_and_nothing_else(file):
    store = AnswerStore(file, LARGE)
    store.keep(rows(1200))
    store.close()
    again = AnswerStore(file, LARGE)
    assert again.find(keys(1300)) == dict(rows(1200))


def test_two_processes_write_the_same_file_at_once(file):
    program = f"""
import sys
from pathlib import Path
from tests.evaluation.core.test_answers import LARGE, rows
from evaluation.core.answers import AnswerStore
store = AnswerStore(Path({str(file)!r}), LARGE)
for first in range(0, 1000, 10):
    store.keep(rows(10, int(sys.argv[1]) + first))
sys.exit(0 if store.usable else 1)
"""
    both = [subprocess.Popen([sys.executable, "-c", program, start]) for start in ("0", "1000")]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(AnswerStore(file, LARGE).find(keys(2000))) == 2000


def test_the_file_stays_below_its_bound_and_what_was_used_lately_stays(file, monkeypatch):
    now = 1_000_000
    monkeypatch.setattr("evaluation.core.answers.time.time", lambda: now)
    bound = 2 << 20
    store = AnswerStore(file, bound)
    store.keep(rows(200, size=1000))
    for step in range(1, 60):
        now += 1000
        assert len(store.find(keys(100))) == 100, f"asked for all the time, gone at step {step}"
        store.keep(rows(100, first=step * 1000, size=1000))
    assert store.size() <= bound * 1.1
    assert sum(path.stat().st_size for path in file.parent.iterdir()) < bound * 1.6
    assert not store.find(keys(100, first=100)), "not asked for since the beginning"
    assert len(store.find(keys(100, first=59_000))) == 100


@pytest.mark.parametrize("damage", ["text", "cut", "flipped"])
def test_a_damaged_file_is_set_aside_and_begun_anew(file, damage):
    store = AnswerStore(file, LARGE)
    store.keep(rows(2000))
    store.close()
    content = bytearray(file.read_bytes())
    if damage == "text":
        content[:] = b"this is no database, " * 1000
    elif damage == "cut":
        del content[len(content) // 3 :]
    else:
        content[5000:-5000] = bytes(255 - byte for byte in content[5000:-5000])
    file.write_bytes(content)
    said: list[str] = []
    found = AnswerStore(file, LARGE, said.append)
    assert set(found.find(keys(2000)).items()) <= set(dict(rows(2000)).items()), "what is found is right"
    found.keep(rows(10, first=5000))
    assert len(found.find(keys(10, first=5000))) == 10
    assert found.usable
    if said:
        assert Path(f"{file}.damaged").exists()
        assert "set aside" in said[0]
    assert said or damage == "flipped"


def test_an_answer_that_does_not_match_its_checksum_counts_as_absent(file):
    store = AnswerStore(file, LARGE)
    store.keep(rows(3))
    with store._open() as database:
        database.execute("UPDATE answers SET answer = substr(answer, 1, 6) || x'ff' || substr(answer, 8)")
    assert store.find(keys(3)) == {}


def test_a_process_goes_on_with_the_new_file_when_another_has_set_the_old_one_aside(file):
    one, two = AnswerStore(file, LARGE), AnswerStore(file, LARGE)
    one.keep(rows(1))
    two.find(keys(1))
    file.rename(f"{file}.damaged")
    one.keep(rows(5))
    assert len(two.find(keys(5))) == 5


def test_a_disk_that_takes_nothing_ends_the_keeping_and_says_so_once(tmp_path):
    (tmp_path / "cache").write_text("not a directory")
    said: list[str] = []
    store = AnswerStore(tmp_path / "cache" / "answers.sqlite3", LARGE, said.append)
    store.keep(rows(1))
    store.keep(rows(1))
    assert store.find(keys(1)) == {}
    assert len(said) == 1


def test_a_full_disk_ends_the_keeping_but_not_the_work(file):
    said: list[str] = []
    store = AnswerStore(file, LARGE, said.append)
    store.keep(rows(1))
    store._open().execute("PRAGMA max_page_count = 20")  # SQLite then answers as on a full disk
    for first in range(0, 10_000, 500):
        store.keep(rows(500, first, size=200))
    assert not store.usable
    assert len(said) == 1
    assert "full" in said[0]


def test_a_bound_of_nothing_keeps_nothing(file):
    store = AnswerStore(file, 0)
    store.keep(rows(1))
    assert store.find(keys(1)) == {}
    assert not file.exists()


def test_a_hash_that_takes_long_is_computed_once_per_stamp(file):
    computed: list[str] = []

    def compute() -> str:
        computed.append("again")
        return "abc"

    assert AnswerStore(file, LARGE).hash_of("stamp", compute) == "abc"
    assert AnswerStore(file, LARGE).hash_of("stamp", compute) == "abc"
    AnswerStore(file, LARGE).hash_of("other stamp", compute)
    assert len(computed) == 2


def test_company_is_told_by_the_requests_their_order_and_the_batch_size():
    one, two = keys(2)
    assert made_in([one, two], "16") == made_in([one, two], "16")
    assert (
        len({made_in([one, two], "16"), made_in([two, one], "16"), made_in([one], "16"), made_in([one, two], "8")}) == 4
    )
