"""One number for many tasks."""

import statistics as reference

import pytest

from evaluation.core.statistics import SharedAverage, mean_win_rate, normalised, shared_average, spread


def test_win_rate_is_the_mean_share_of_others_beaten() -> None:
    # The first beats both, then one; the second loses to one and ties with none.
    assert mean_win_rate([[0.9, 0.5, 0.1], [0.6, 0.7, 0.2]]) == [0.75, 0.75, 0.0]


def test_equals_count_as_half_beaten() -> None:
    assert mean_win_rate([[0.5, 0.5, 0.1]]) == [0.75, 0.75, 0.0]


def test_less_is_better_where_the_metric_says_so() -> None:
    assert mean_win_rate([[9.0, 3.0]], [False]) == [0.0, 1.0]


def test_a_model_meets_only_those_with_a_value() -> None:
    assert mean_win_rate([[0.9, None, 0.1], [None, None, 0.3]]) == [1.0, None, 0.0]
    assert mean_win_rate([[float("nan"), 0.4, 0.1]]) == [None, 1.0, 0.0]
    assert mean_win_rate([]) == []


def test_normalised_is_nothing_at_chance_and_one_at_best() -> None:
    assert normalised(0.25, 0.25) == 0.0
    assert normalised(1.0, 0.25) == 1.0
    assert normalised(0.1, 0.25) == pytest.approx(-0.2)
    assert normalised(60.0, 20.0, best=100.0) == 0.5


@pytest.mark.parametrize(("value", "chance"), [(None, 0.25), (0.5, None), (float("nan"), 0.25), (0.5, 1.0)])
def test_normalised_of_what_is_not_known_is_not_known(value, chance) -> None:
    assert normalised(value, chance) is None


def test_an_average_is_over_tasks_that_all_have_and_names_the_others() -> None:
    found = shared_average([[0.5, 0.7], [0.1, None], [0.9, 0.3], [float("nan"), 0.2]])
    assert found.values == pytest.approx([0.7, 0.5])
    assert (found.used, found.left_out) == ([0, 2], [1, 3])


def test_weights_count_and_a_row_of_no_weight_is_neither_used_nor_missed() -> None:
    found = shared_average([[0.5], [1.0], [None]], weights=[1, 3, 0])
    assert found.values == pytest.approx([0.875])
    assert (found.used, found.left_out) == ([0, 1], [])


def test_without_a_shared_task_the_average_is_not_known() -> None:
    assert shared_average([[None, 0.2], [0.1, None]]) == SharedAverage([None, None], [], [0, 1])
    assert shared_average([]) == SharedAverage([], [], [])


def test_weights_need_their_rows() -> None:
    with pytest.raises(ValueError, match="1 weights for 2 rows"):
        shared_average([[0.1], [0.2]], weights=[1.0])


def test_spread_over_seeds_is_the_deviation_of_a_sample() -> None:
    found = spread([0.5, 0.6, None, 0.55, float("nan")])
    values = [0.5, 0.6, 0.55]
    assert found.n == 3
    assert found.mean == pytest.approx(reference.mean(values))
    assert found.sd == pytest.approx(reference.stdev(values), abs=1e-12)


@pytest.mark.parametrize("values", [[], [0.5], [0.5, None]])
def test_one_seed_tells_no_spread(values) -> None:
    assert spread(values) is None
