"""Verdicts of stored queries on rows of the database, for the one who looks."""

import pytest
from django.contrib.auth.models import AnonymousUser

from evaluation.claims.listing import open_claims
from evaluation.claims.query import BETTER, COMPETITIVE, LARGER, ClaimQuery
from evaluation.claims.reading import Evidence
from evaluation.models import Benchmark, Claim, Score
from modelcards.models import FormerSlug
from tests.evaluation.claims.rows import NAMES, make_claim, make_values
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_card, make_published, make_task

pytestmark = pytest.mark.django_db
QUERY = ClaimQuery(BETTER, "oak", ("elm",))
NOBODY = AnonymousUser()


def judge(query=QUERY, user=NOBODY):
    return Evidence(user, [query]).judge(query)


@pytest.fixture
def trees():
    """Oak is ahead of Elm on four of five benchmarks, by what one paper prints."""
    oak, elm = make_card("Oak"), make_card("Elm")
    make_values(oak, [0.6, 0.6, 0.6, 0.6, 0.4])
    make_values(elm, [0.5, 0.5, 0.5, 0.5, 0.5])
    return oak, elm


def test_a_verdict_is_found_from_the_rows(trees):
    judged = judge()
    assert judged.verdict == "supported"
    assert (judged.decisions[0].agree, judged.decisions[0].against) == (4, 1)
    assert judge(ClaimQuery(BETTER, "elm", ("oak",))).verdict == "contradicted"


def test_a_claim_about_several_needs_all_of_them(trees):
    query = ClaimQuery(COMPETITIVE, "oak", ("elm", "ash"))
    assert judge(query).verdict == "not enough data"
    make_values(make_card("Ash"), [0.9] * 5)
    assert judge(query).verdict == "mixed"


@pytest.mark.parametrize(
    "words",
    [
        {"subjects": NAMES[:4]},
        {"shots": (5,)},
        {"origins": ("measured",)},
        {"sources": ("another",)},
        {"language": "de"},
    ],
)
def test_each_word_of_the_query_keeps_rows_out(trees, words):
    assert judge(ClaimQuery(BETTER, "oak", ("elm",), **words)).decisions[0].n < 5


def test_the_language_of_a_benchmark_is_one_of_those_it_states(trees):
    Benchmark.objects.update(languages="en, de")
    assert judge(ClaimQuery(BETTER, "oak", ("elm",), language="de")).verdict == "supported"


def test_scores_of_a_hidden_card_give_no_verdict_to_others(trees, owner, stranger):
    oak, _elm = trees
    oak.visibility, oak.owner = "restricted", owner
    oak.save()
    for reader in (NOBODY, stranger):
        judged = judge(user=reader)
        assert judged.verdict == "not enough data"
        assert judged.against[0].missing == ("oak",)
        assert judged.against[0].compared.ballots == ()
    assert judge(user=owner).verdict == "supported"


def test_hidden_sizes_make_no_trend(owner):
    for number, value in ((1, 0.1), (2, 0.2), (4, 0.3)):
        make_values(
            make_card(f"Oak {number}B", parameters=number * 10**9, visibility="restricted", owner=owner), [value] * 5
        )
    query = ClaimQuery(LARGER, series=("Oak",))
    assert judge(query).trends == ()
    assert judge(query, owner).verdict == "supported"
    assert judge(ClaimQuery(LARGER), owner).decision.agree == 5


def test_a_renamed_card_is_found_under_its_former_name(trees):
    oak, _elm = trees
    FormerSlug.objects.create(slug="oak", card=oak)
    oak.slug = "old-oak"
    oak.save()
    assert judge().verdict == "supported"


def test_measured_scores_are_tested_on_the_documents_they_share():
    oak, elm = make_card("Oak"), make_card("Elm")
    for name in NAMES[:5]:
        task = make_task(name)
        make_measured(oak, task, [1.0] * 80 + [0.0] * 20)
        make_measured(elm, task, [1.0] * 40 + [0.0] * 60)
    judged = judge()
    row = judged.against[0].compared.ballots[0].rows[0]
    assert (judged.verdict, row.how, row.vote) == ("supported", "measured alike", 1)
    assert row.low > 0.2
    assert row.p < 1e-9


def test_measured_scores_within_noise_leave_it_mixed():
    oak, elm = make_card("Oak"), make_card("Elm")
    for name in NAMES[:5]:
        task = make_task(name)
        make_measured(oak, task, [1.0] * 52 + [0.0] * 48)
        make_measured(elm, task, [0.0] * 50 + [1.0] * 50)
    assert judge().verdict == "mixed"
    assert judge().decisions[0].open == 5


def test_scores_that_are_no_numbers_say_nothing(trees):
    Score.objects.filter(card=trees[0]).update(value=float("inf"))
    assert judge().decisions[0].n == 0


def test_all_claims_take_a_handful_of_questions(trees, django_assert_max_num_queries):
    for number in range(12):
        make_claim(slug=f"claim-{number}")
    with django_assert_max_num_queries(30):
        claims = open_claims(NOBODY)
        evidence = Evidence(NOBODY, [QUERY] * len(claims))
        assert {evidence.judge(QUERY).verdict for _claim in claims} == {"supported"}


def test_a_persons_claim_shows_to_those_who_may_read_what_it_names(trees, owner, teammate, stranger):
    oak, _elm = trees
    claim = make_claim(author=teammate)
    assert claim in open_claims(NOBODY)
    oak.visibility, oak.owner = "restricted", owner
    oak.save()
    seen = {reader: claim in open_claims(reader) for reader in (NOBODY, stranger, owner, teammate)}
    assert seen == {NOBODY: False, stranger: False, owner: True, teammate: True}


def test_shipped_claims_show_to_everybody():
    assert [one.slug for one in open_claims(NOBODY)] == [one.slug for one in Claim.objects.filter(shipped=True)]
    assert len(open_claims(NOBODY)) == 6


def test_a_value_of_another_source_does_not_meet_a_measured_one(trees):
    _oak, elm = trees
    Score.objects.filter(card=elm).delete()
    for name in NAMES[:5]:
        make_measured(elm, make_task(name), [1.0] * 10 + [0.0] * 90)
    judged = judge()
    assert (judged.decisions[0].n, judged.against[0].compared.barred) == (0, 5)


def test_two_values_of_one_question_that_disagree_leave_it_open(trees):
    oak, elm = trees
    Score.objects.filter(card=elm).update(source="another paper")
    make_published(oak, Benchmark.objects.get(slug="alpha"), 0.3, source="a third paper")
    assert judge().decisions[0].open == 1


def test_a_group_of_several_benchmarks_does_not_vote_beside_them():
    oak, elm = make_card("Oak"), make_card("Elm")
    tasks = [make_task(name) for name in NAMES[:5]]
    make_task("suite", kind="group", members=[one.name for one in tasks], aggregates=[{"metric": "acc"}])
    for task in tasks:
        make_measured(oak, task, [1.0] * 80 + [0.0] * 20)
        make_measured(elm, task, [1.0] * 40 + [0.0] * 60)
    assert {ballot.subject for ballot in judge().against[0].compared.ballots} == set(NAMES[:5])


def test_a_verdict_along_sizes_is_kept_until_a_score_changes(django_assert_max_num_queries):
    for number, value in ((1, 0.1), (2, 0.2), (4, 0.3)):
        make_values(make_card(f"Oak {number}B", parameters=number * 10**9), [value] * 5)
    query = ClaimQuery(LARGER)
    assert judge(query).verdict == "supported"
    with django_assert_max_num_queries(5):
        assert judge(query).verdict == "supported"
    Score.objects.filter(card__slug="oak-1b").update(value=0.9)
    assert judge(query).verdict == "contradicted"
