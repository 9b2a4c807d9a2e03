import pytest

from evaluation.plots.axes import AXES
from evaluation.plots.points import one_a_model, points, several_sources
from tests.evaluation.standings.rows import make_measured, make_model, make_standing

AXIS = AXES["parameters"]


def test_a_model_without_the_number_across_stays_in_the_table_without_a_place():
    (one,) = points([make_standing(card=make_model(parameters=None))], AXIS)
    assert (one.x, one.x_told) == (None, "")


def test_only_values_measured_as_most_are_may_stand_in_a_line():
    rows = [make_measured(0.5, key="a"), make_measured(0.6, key="a"), make_measured(0.9, key="b")]
    assert [one.kept for one in sorted(points(rows, AXIS), key=lambda one: one.y)] == [True, True, False]


def test_what_is_measured_without_a_key_is_in_no_line():
    assert not points([make_measured(0.5, key="")], AXIS)[0].kept


def test_published_values_have_no_key_and_are_kept():
    assert points([make_standing()], AXIS)[0].kept


def test_normalised_values_put_a_blind_guess_at_zero_and_keep_the_interval():
    (one,) = points([make_measured(0.25)], AXIS, as_normalised=True)
    assert one.y == 0
    assert one.interval is not None
    assert one.interval.low < 0 < one.interval.high
    assert points([make_standing(0.4, chance=None)], AXIS, as_normalised=True) == []
    assert points([make_standing(12.5, higher_is_better=False)], AXIS, as_normalised=True) == []


def test_one_or_no_document_gives_no_interval():
    found = points([make_measured(n=1, stderr=None), make_measured(n=0, stderr=None)], AXIS)
    assert [one.interval for one in found] == [None, None]


def test_of_several_sources_the_checked_one_counts_and_then_the_first_by_name():
    card = make_model()
    told = [("Readme", "unchecked"), ("zine", "checked"), ("Arxiv", "checked")]
    rows = [make_standing(0.5, card, source=source, confidence=sure) for source, sure in told]
    found = points(rows, AXIS)
    assert [one.standing.source for one in one_a_model(found)] == ["Arxiv"]
    assert several_sources(found) == 1


def test_origins_of_one_model_are_not_merged():
    card = make_model()
    assert len(one_a_model(points([make_standing(0.5, card), make_measured(0.6, card)], AXIS))) == 2


@pytest.mark.parametrize("span", ["tokens", "compute", "date", "ratio"])
def test_every_axis_gives_a_place(span):
    assert points([make_standing()], AXES[span])[0].x is not None
