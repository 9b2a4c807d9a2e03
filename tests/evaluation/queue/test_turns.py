"""In which order the queue goes."""

from hypothesis import given
from hypothesis import strategies as st

from evaluation.queue.turns import in_turn

ADA, BEN = 1, 2


def test_priority_goes_before_age():
    assert in_turn([(1, 0, ADA), (2, 5, ADA), (3, -1, ADA)], {}) == [2, 1, 3]


def test_age_decides_between_runs_of_one_person():
    assert in_turn([(7, 0, ADA), (3, 0, ADA), (5, 0, ADA)], {}) == [7, 3, 5]


def test_people_take_turns_whoever_asked_for_more():
    queue = [(1, 0, ADA), (2, 0, ADA), (3, 0, ADA), (4, 0, BEN), (5, 0, BEN)]
    assert in_turn(queue, {}) == [1, 4, 2, 5, 3]


def test_whoever_has_devices_already_comes_after_who_has_none():
    queue = [(1, 0, ADA), (2, 0, ADA), (3, 0, BEN), (4, 0, BEN), (5, 0, BEN)]
    assert in_turn(queue, {ADA: 2.0}) == [3, 4, 1, 5, 2]


def test_runs_of_nobody_wait_like_those_of_a_person():
    assert in_turn([(1, 0, None), (2, 0, ADA), (3, 0, None)], {}) == [1, 2, 3]


@given(
    st.lists(st.tuples(st.integers(-2, 2), st.none() | st.integers(1, 3)), max_size=40),
    st.dictionaries(st.none() | st.integers(1, 3), st.floats(0, 5), max_size=4),
)
def test_priority_then_load_then_person_then_age(asked, loads):
    queue = [(run, priority, person) for run, (priority, person) in enumerate(asked)]
    keys = {}
    for run, priority, person in queue:
        before = sum((priority, person) == (p, who) for _run, p, who in queue[:run])
        keys[run] = (-priority, loads.get(person, 0.0) + before, person or 0, run)
    assert in_turn(queue, loads) == sorted(keys, key=keys.__getitem__)
