"""The time of a document grows as the parameters do, from the model nearest in size."""

import pytest

from evaluation.core.pace import Pace, scaled_speed, together


def test_a_model_of_ten_times_the_size_takes_ten_times_as_long():
    known = {7_000_000_000: Pace(documents=100, seconds=10)}
    assert scaled_speed(70_000_000_000, known) == pytest.approx(1)
    assert scaled_speed(700_000_000, known) == pytest.approx(100)


def test_the_model_nearest_in_size_is_taken():
    known = {1_000: Pace(1000, 1), 1_000_000: Pace(10, 1)}
    assert scaled_speed(900_000, known) == pytest.approx(10 * 1_000_000 / 900_000)
    assert scaled_speed(2_000, known) == pytest.approx(500)
    assert scaled_speed(1_000_000, known) == 10


@pytest.mark.parametrize(("parameters", "known"), [(1000, {}), (0, {1000: Pace(1, 1)})])
def test_of_nothing_nothing_is_known(parameters, known):
    assert scaled_speed(parameters, known) is None


def test_paces_are_put_together_and_no_time_is_a_short_time():
    assert together([Pace(1, 2), Pace(3, 4)]) == Pace(4, 6)
    assert Pace(5, 0).speed == 5000
