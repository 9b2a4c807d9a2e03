"""In which order the queue goes."""

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
