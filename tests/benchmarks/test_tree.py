"""What the tree costs is told beside what is wanted, on fields of models that hang together."""

import math

import pytest

from benchmarks import results_file
from benchmarks.tree import goals, pages, program
from benchmarks.tree.field import SIZES, field
from benchmarks.tree.growth import exponent, tree_models
from benchmarks.tree.place import Forest
from benchmarks.tree.rows import EXAMS, fill
from evaluation.models import Score
from modelcards.models import Lineage, ModelCard
from modelcards.tree.select import collapse

TIMES = {"elapsed": {"median": 0.2}, "processor": {"median": 0.1}}
PARTS = {
    "layout": {"clock": "elapsed", "sizes": {"2000": TIMES}, "collapsed": {**TIMES, "chips": 1900}, "exponent": 1.1},
    "cold": {"clock": "processor", "pages": {"2,000": TIMES}},
    "warm": {
        "clock": "elapsed",
        "pages": {"2,000": {**TIMES, "changed": TIMES, "chips": 2000, "bytes": {"tree-figure": 3_000_000}}},
    },
    "drawn": {"clock": "elapsed", "pages": {"2,000": {"new": {"elapsed": {"median": 4}}, "again": TIMES}}},
}


def test_every_goal_is_a_row_with_its_floor():
    told = [text.split()[0] for text in results_file.told(goals.rows(PARTS))]
    assert told == ["MISSED", "MISSED", "reached", "reached", "reached", "MISSED", "MISSED", "reached"]


@pytest.mark.parametrize(("cards", "series"), [(300, 100), (2000, 666), (1000, 60), (3, None), (1, 5)])
def test_a_field_has_the_size_that_was_asked_for_and_is_the_same_each_time(cards, series):
    found = field(cards, 1, series)
    assert len({one.slug for one in found}) == cards
    assert found == field(cards, 1, series)
    assert len(collapse(tree_models(found))) == min(cards, series or cards // 3)


def test_a_field_hangs_together():
    found = field(2000, 1)
    days = {one.slug: one.day for one in found}
    assert list(days.values()) == sorted(days.values())
    made = [one for one in found if one.parent]
    assert len(made) > len(found) / 2
    assert all(days[one.parent] <= one.day for one in made)
    assert all(one.parameters in SIZES for one in found)
    assert sum(one.day.year >= 2023 for one in found) > 0.8 * len(found)
    assert found != field(2000, 2)


def test_the_exponent_is_the_slope_of_the_logarithms():
    assert exponent({n: 3 * n**1.5 for n in (10, 100, 1000)}) == pytest.approx(1.5)
    assert 1.1 < exponent({n: n * math.log(n) for n in (250, 500, 1000, 2000, 4000)}) < goals.EXPONENT


@pytest.mark.django_db
def test_a_site_is_filled_with_cards_lineage_and_scores_and_its_page_is_weighed(client):
    said: list[str] = []
    fill(said.append, 60, 20)
    assert ModelCard.objects.count() == 60
    assert Lineage.objects.count() == sum(bool(one.parent) for one in field(60, 1, 20))
    assert set(Score.objects.values_list("num_fewshot", flat=True)) == {shots for shots, _chance in EXAMS.values()}
    assert all(0 <= value <= 1 for value in Score.objects.values_list("value", flat=True))
    chips, sizes = pages.weighed(client.get("/tree/?show=all").content)
    assert chips == 60
    assert 0 < sizes["tree-figure"] < sizes["page"]


def test_a_page_that_draws_less_than_it_should_is_no_figure(tmp_path):
    forest = Forest(tmp_path, "", 2000, 666, "/tree/?show=all")
    program.require_chips({"all": forest}, {"all": {"chips": 2000}})
    with pytest.raises(RuntimeError, match="1,999 chips"):
        program.require_chips({"all": forest}, {"all": {"chips": 1999}})
