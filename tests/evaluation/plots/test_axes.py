from datetime import date

import pytest

from evaluation.plots.axes import AXES, training_compute, written_power, written_ratio
from tests.evaluation.standings.rows import make_model


def test_compute_is_six_times_parameters_times_tokens():
    assert training_compute(70 * 10**9, None, 1_400 * 10**9) == pytest.approx(5.88e23)


def test_of_a_mixture_of_experts_the_active_parameters_count():
    assert training_compute(46_700_000_000, 12_900_000_000, 10**12) == pytest.approx(6 * 12.9e9 * 1e12)


@pytest.mark.parametrize("missing", ["parameters", "training_tokens"])
def test_what_a_card_does_not_state_is_not_known_and_never_zero(missing):
    card = make_model(**{missing: None})
    assert AXES["compute"].of(card) is None
    assert AXES["ratio"].of(card) is None
    assert AXES["compute"].told(card) == ""


def test_each_axis_reads_and_writes_its_number():
    card = make_model(parameters=6_740_000_000, training_tokens=10**12)
    told = {key: axis.told(card) for key, axis in AXES.items()}
    assert told == {
        "parameters": "6.74B",
        "tokens": "1T",
        "compute": "4e22",
        "date": "2023-02-24",
        "ratio": "148",
    }


def test_a_date_is_told_as_far_as_it_is_known():
    assert AXES["date"].told(make_model(release_date=date(2023, 2, 1), release_precision="month")) == "2023-02"
    assert AXES["date"].of(make_model(release_date=None)) is None


def test_numbers_are_written_as_papers_write_them():
    assert [written_power(3.14e23), written_power(1e20), written_ratio(1.43), written_ratio(12_345)] == [
        "3.1e23",
        "1e20",
        "1.4",
        "12.3K",
    ]
