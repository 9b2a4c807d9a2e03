"""The judge of the storm sees what it is there to see."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.chaos.verdict import check_overlaps, deaths_of


def storm(tmp_path, *steps: str, disturbed: list[tuple[str, float, float]] | None = None) -> Any:
    """A storm with a lease of 6 s, runners 1 on north and 2 on east, and what they traced."""
    trace = tmp_path / "trace"
    trace.write_text("\n".join(["1 start north 90.0", "2 start east 90.0", *steps]) + "\n")
    return SimpleNamespace(site=SimpleNamespace(trace=trace), lease=6.0, disturbed=disturbed or [], killed=[])


def test_one_after_the_other_is_no_overlap(tmp_path):
    assert check_overlaps(storm(tmp_path, "1 step 7.1 3 100.0", "2 step 7.2 3 108.0")) == []


def test_two_at_once_while_one_is_stopped_is_told(tmp_path):
    seen = storm(
        tmp_path, "1 step 7.1 3 100.0", "2 step 7.2 3 108.0", "1 step 7.1 3 110.0", disturbed=[("north", 101.0, 111.0)]
    )
    assert check_overlaps(seen) == [2.0]


def test_two_at_once_for_longer_than_a_lease_is_wrong(tmp_path):
    seen = storm(
        tmp_path, "1 step 7.1 3 100.0", "2 step 7.2 3 108.0", "1 step 7.1 3 120.0", disturbed=[("north", 101.0, 121.0)]
    )
    with pytest.raises(AssertionError, match=r"two worked on it for 12\.0 s"):
        check_overlaps(seen)


def test_two_at_once_without_a_cause_is_wrong(tmp_path):
    seen = storm(tmp_path, "1 step 7.1 3 100.0", "2 step 7.2 3 108.0", "1 step 7.1 3 110.0")
    with pytest.raises(AssertionError, match="neither stopped nor cut off"):
        check_overlaps(seen)


def test_a_death_counts_for_the_cell_of_the_process_that_bore_the_number_then(tmp_path):
    seen = storm(tmp_path, "1 cell 7.1 3 cloze", "1 start west 120.0", "1 cell 8.1 4 cloze", "1 fault die")
    seen.killed.append((110.0, 1))
    deaths, ordered = deaths_of(seen)
    assert deaths == {3: 1, 4: 1}
    assert ordered == {4: {"die"}}
