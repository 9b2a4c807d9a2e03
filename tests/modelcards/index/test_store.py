"""A file of arrays: read as it was written, or refused."""

import os
from typing import Any

import numpy as np
import pytest

from modelcards.index import store

ARRAYS: dict[str, Any] = {
    "small": np.array([1, 2, 255], dtype=np.uint8),
    "none": np.zeros(0, dtype=np.float64),
    "large": np.arange(100_000, dtype=np.int64),
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "deep" / "arrays"
    store.write(path, ARRAYS.items(), {"mark": [3, -4]})
    return path


def test_what_a_killed_writer_left_is_removed_a_day_later(file):
    old, fresh = (file.parent / f".{file.name}-{name}" for name in ("old", "fresh"))
    for left in (old, fresh):
        left.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.write(file, ARRAYS.items(), {})
    assert (old.exists(), fresh.exists()) == (False, True)


def test_arrays_come_back_as_they_were(file):
    found = store.read(file)
    assert list(found) == list(ARRAYS)
    assert all((found[key] == array).all() and found[key].dtype == array.dtype for key, array in ARRAYS.items())
    assert store.about(file) == {"mark": [3, -4]}


def test_they_cannot_be_written_to(file):
    with pytest.raises(ValueError, match="read-only"):
        store.read(file)["small"][0] = 5


def test_a_new_file_replaces_the_old_one_and_its_readers_keep_what_they_read(file):
    before = store.read(file)
    store.write(file, [("small", np.zeros(9, dtype=np.uint8))], {})
    assert before["small"].tolist() == [1, 2, 255]
    assert store.read(file)["small"].size == 9
    assert [path.name for path in file.parent.iterdir()] == ["arrays"]


def test_a_failure_leaves_the_old_file(file):
    with pytest.raises(TypeError, match="cannot keep"):
        store.write(file, [("wrong", np.array(["text"]))], {})
    assert store.about(file) == {"mark": [3, -4]}
    assert [path.name for path in file.parent.iterdir()] == ["arrays"]


@pytest.mark.parametrize("place", [0, 65, 1000, -5, -60])
def test_an_altered_byte_is_noticed(file, place):
    body = bytearray(file.read_bytes())
    body[place] ^= 0xFF
    file.write_bytes(body)
    with pytest.raises(store.StoreError):
        store.read(file)


@pytest.mark.parametrize("size", [0, 3, 64, 1000, -1])
def test_a_file_that_is_cut_off_is_refused(file, size):
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(store.StoreError):
        store.read(file)


def test_a_missing_file_is_told_as_such(tmp_path):
    with pytest.raises(store.StoreError, match="nothing"):
        store.about(tmp_path / "nothing")
