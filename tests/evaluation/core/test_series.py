"""Readings over time stay bounded, and what matters of them stays."""

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.core.series import MOST, Series, merged


def test_few_readings_are_kept_as_they_are():
    series = Series()
    series.add(0.4, 100, 0.5)
    series.add(10.2, None, None)
    assert series.points == [(0, 100, 0.5), (10, None, None)]


def test_of_neighbours_the_larger_memory_and_the_mean_load_are_kept():
    assert merged([(0, 5, 0.2), (10, 9, None), (20, None, 0.4)]) == (20, 9, 0.3)
    assert merged([(3, None, None)]) == (3, None, None)


@given(st.lists(st.tuples(st.integers(0, 10**12), st.floats(0, 1)), min_size=1, max_size=1500))
@settings(max_examples=40, deadline=None)
def test_any_number_of_readings_is_bounded_and_keeps_the_peak_and_the_order(readings):
    series = Series()
    for number, (memory, load) in enumerate(readings):
        series.add(10 * number, memory, load)
    seconds = [point[0] for point in series.points]
    assert len(series.points) <= MOST
    assert seconds == sorted(set(seconds))
    assert seconds[-1] == 10 * (len(readings) - 1)
    assert max(point[1] for point in series.points) == max(memory for memory, _load in readings)


def test_each_point_stands_for_equally_many_readings():
    series = Series()
    for second in range(10 * MOST):
        series.add(second, second, 0.5)
    steps = {later[0] - earlier[0] for earlier, later in zip(series.points, series.points[1:-1], strict=False)}
    assert len(steps) == 1
