"""Which things a retention rule takes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from evaluation.core.retention import Kept, Rule, too_much

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def thing(name: str, days: float, size: int = 10) -> Kept[str]:
    return Kept(name, NOW - timedelta(days=days), size)


def gone(things, rule):
    return [one.key for one in too_much(things, rule, NOW)]


def test_without_bounds_nothing_goes():
    assert gone([thing("old", 9000, 10**15)], Rule()) == []
    assert not Rule().bounds


def test_what_is_older_than_its_days_goes_and_what_is_just_as_old_stays():
    things = [thing("new", 1), thing("edge", 30), thing("old", 30.1)]
    assert gone(things, Rule(days=30)) == ["old"]


def test_the_oldest_go_until_the_bytes_hold():
    things = [thing("b", 2), thing("a", 3), thing("c", 1)]
    assert gone(things, Rule(bytes=20)) == ["a"]
    assert gone(things, Rule(bytes=19)) == ["a", "b"]
    assert gone(things, Rule(bytes=30)) == []


def test_a_thing_larger_than_all_room_goes_although_it_is_new():
    assert gone([thing("huge", 0, 100)], Rule(bytes=50)) == ["huge"]


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 50)), max_size=30),
    st.integers(0, 90),
    st.integers(0, 500),
)
def test_what_goes_is_never_newer_than_what_stays_and_both_bounds_hold_afterwards(rows, days, size):
    things = [Kept(n, NOW - timedelta(days=age), taken) for n, (age, taken) in enumerate(rows)]
    taken = {one.key for one in too_much(things, Rule(days, size), NOW)}
    stay, go = [t for t in things if t.key not in taken], [t for t in things if t.key in taken]
    assert not stay or not go or max(t.since for t in go) <= min(t.since for t in stay)
    assert not size or sum(t.bytes for t in stay) <= size
    assert not days or all(t.since >= NOW - timedelta(days=days) for t in stay)
