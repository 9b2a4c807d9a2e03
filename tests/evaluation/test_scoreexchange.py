"""Published scores that files of cards state."""

import pytest

from evaluation.models import Score
from evaluation.scoreexchange import plan_scores, read_scores, store_scores
from modelcards.registry import StatedScore, StatedScores
from tests.factories import make_benchmark, make_card, make_cell, make_published, make_score

pytestmark = pytest.mark.django_db
ORIGIN = "import: Hugging Face: org/a"


def stated(benchmark="boolq", value=0.5, *, names=(), source="the card", metric="acc"):
    return StatedScore(benchmark, 0, metric, value, source, "unchecked", names)


def store(card, *scores):
    store_scores({card.pk: StatedScores(ORIGIN, scores)})


def plan(card, *scores):
    return plan_scores({card.pk: StatedScores(ORIGIN, scores)}).get(card.pk, [])


def test_a_score_is_stored_with_the_card_as_its_source():
    card, benchmark = make_card(), make_benchmark("boolq")
    store(card, stated())
    score = Score.objects.get()
    assert (score.benchmark, score.value, score.origin, score.source) == (benchmark, 0.5, "published", "the card")
    assert (score.confidence, score.higher_is_better) == ("unchecked", True)


def test_the_plan_says_what_storing_does_and_stores_nothing():
    card = make_card()
    make_benchmark("boolq")
    assert plan(card, stated()) == [("boolq, acc, 0-shot (the card)", "", "0.5")]
    assert not Score.objects.exists()
    store(card, stated())
    assert plan(card, stated()) == []
    assert plan(card, stated(value=0.6)) == [("boolq, acc, 0-shot (the card)", "0.5", "0.6")]
    assert plan(card) == [("boolq, acc, 0-shot (the card)", "0.5", "")]


def test_storing_again_changes_no_row():
    card = make_card()
    store(card, stated(), stated("other"))
    before = list(Score.objects.values())
    store(card, stated(), stated("other"))
    assert list(Score.objects.values()) == before


def test_what_the_card_says_no_more_goes():
    card = make_card()
    store(card, stated(), stated("other"))
    store(card, stated())
    assert [score.task_name for score in Score.objects.all()] == ["boolq"]


@pytest.mark.parametrize("written", ["HellaSwag", "hella_swag", "HELLASWAG"])
def test_a_benchmark_is_found_by_its_names(written):
    benchmark = make_benchmark("hellaswag", name="HellaSwag")
    card = make_card()
    store(card, stated("something", names=(written,)))
    assert Score.objects.get().benchmark == benchmark


def test_a_benchmark_that_is_not_known_keeps_the_name_that_the_card_gives():
    card = make_card()
    store(card, stated("My own data"))
    score = Score.objects.get()
    assert (score.benchmark, score.task_name) == (None, "My own data")


def test_scores_that_another_file_states_stay():
    card, benchmark = make_card(), make_benchmark("boolq")
    shipped = make_published(card, benchmark, 0.4, source="the card", catalog="scores.csv")
    store(card, stated(value=0.9))
    store(card)
    shipped.refresh_from_db()
    assert shipped.value == 0.4


def test_published_scores_leave_and_measured_ones_stay_here(stranger):
    card, benchmark = make_card(), make_benchmark("boolq")
    make_published(card, benchmark, 0.4)
    make_score(make_cell())
    found = read_scores(stranger, list({card.pk, *Score.objects.values_list("card", flat=True)}))
    assert [(one.benchmark, one.value) for scores in found.values() for one in scores] == [("boolq", 0.4)]


def test_scores_of_a_card_that_is_not_open_to_the_reader_stay_here(owner, stranger):
    card = make_card(visibility="restricted", owner=owner)
    make_published(card, make_benchmark("boolq"))
    assert read_scores(stranger, [card.pk]) == {}
    assert card.pk in read_scores(owner, [card.pk])
