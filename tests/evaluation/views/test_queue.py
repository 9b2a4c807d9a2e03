"""The page of the queue: what it shows to whom, and what can be done with many runs."""

import pytest

from evaluation.models import Run
from tests.factories import (
    make_card,
    make_cell,
    make_checkpoint,
    make_device,
    make_evaluation,
    make_run,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db
URL, ACT = "/queue/", "/queue/act/"


@pytest.fixture(autouse=True)
def no_redis(monkeypatch):
    for module in ("retry", "reprioritise"):
        monkeypatch.setattr(f"evaluation.actions.{module}.wake", lambda count=1, runs=(): True)


def one(name, person=None, state="queued", **fields):
    """A run of one cell of the model ``name``, wanted by its person."""
    checkpoint = make_checkpoint(make_card(name))
    run = make_run(checkpoint, state, requested_by=person, **fields)
    make_evaluation([make_cell(checkpoint, state=state, run=run)], person)
    return run


def models(answer):
    return [row.model for row in answer.context["rows"]]


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_an_empty_queue_says_so(client):
    assert "The queue is empty" in client.get(URL).content.decode()
    assert "No run like this" in client.get(URL, {"model": "oak"}).content.decode()


def test_it_shows_place_reason_progress_and_person(client, owner):
    one("Elm", owner, "running", progress={"seconds_left": 120})
    one("Oak", owner, memory_need=96 * 2**30)
    make_device(memory=8 * 2**30)
    answer = client.get(URL)
    page = answer.content.decode()
    assert models(answer) == ["Elm", "Oak"]
    for text in ("1 running, 1 queued", "place 1 of 1", "needs about 96.0 GiB", "2 min left", "0 of 1 cell", "owner"):
        assert text in page


def test_filters_are_in_the_address_and_survive_in_links_and_forms(client, signed_in, owner):
    one("Oak", owner), one("Elm", owner)
    answer = signed_in(owner).get(URL, {"model": "oak", "state": "queued"})
    page = answer.content.decode()
    assert models(answer) == ["Oak"]
    assert '<option value="oak" selected>' in page
    assert '<input type="hidden" name="model" value="oak">' in page
    assert "?model=oak&amp;state=running" in page


def test_pages_are_turned_by_address(client, owner):
    runs = [one(f"M{number:02}", owner) for number in range(27)]
    assert len(models(client.get(URL))) == 25
    assert models(client.get(URL, {"page": "2"})) == ["M25", "M26"]
    assert client.get(URL, {"page": "nonsense"}).status_code == 200
    assert len(runs) == 27


def test_hidden_models_are_left_out(client, signed_in, owner, stranger):
    card = make_card("Secret Oak", visibility="restricted", owner=owner)
    run = make_run(make_checkpoint(card), requested_by=owner)
    make_cell(run.checkpoint, make_task("hush"), run=run)
    for reader in (client, signed_in(stranger)):
        page = reader.get(URL).content.decode()
        assert "Secret Oak" not in page
        assert "hush" not in page
    assert "Secret Oak" in signed_in(owner).get(URL).content.decode()


def test_the_script_gets_the_live_part_alone(client, owner, part):
    one("Oak", owner)
    page = client.get(URL, **part("live")).content.decode()
    assert "<html" not in page
    assert "Oak" in page
    assert "data-unfinished" in page
    assert "data-unfinished" not in client.get(URL, {"state": "done"}, **part("live")).content.decode()


def test_only_runs_that_a_person_may_change_can_be_ticked(client, signed_in, owner, teammate):
    mine, hers = one("Oak", owner), one("Elm", teammate)
    tick = '<input type="checkbox" name="run" value="{}"'.format
    page = signed_in(owner).get(URL).content.decode()
    assert tick(mine.pk) in page
    assert tick(hers.pk) not in page
    assert tick(hers.pk) in signed_in(make_user(is_staff=True)).get(URL).content.decode()
    assert "checkbox" not in client.get(URL).content.decode()


def test_ticked_runs_are_cancelled_and_others_stay(signed_in, owner):
    gone, kept = one("Oak", owner), one("Elm", owner)
    answer = signed_in(owner).post(ACT, {"act": "cancel", "run": [gone.pk], "model": "oak"}, follow=True)
    assert answer.redirect_chain == [("/queue/?model=oak", 302)]
    assert said(answer) == ["1 run was cancelled. What was done stays."]
    assert Run.objects.get(pk=gone.pk).state == "cancelled"
    assert Run.objects.get(pk=kept.pk).state == "queued"


def test_all_that_match_are_those_of_the_filter_beyond_the_page(signed_in, owner, teammate):
    for number in range(30):
        one(f"M{number}", owner, priority=0)
    elsewhere = one("Elm", owner, "running")
    hers = one("Oak", teammate)
    data = {"act": "priority", "priority": "-7", "scope": "all", "state": "queued"}
    answer = signed_in(owner).post(ACT, data, follow=True)
    assert Run.objects.filter(priority=-7, requested_by=owner).count() == 30
    assert Run.objects.get(pk=hers.pk).priority == 0
    assert Run.objects.get(pk=elsewhere.pk).priority == 0
    assert said(answer) == [
        "30 runs have priority -7 now.",
        "1 run stays as it is: Only the person who asked for it, or an administrator, may do this.",
    ]


def test_failed_runs_are_repeated(signed_in, owner):
    one("Oak", owner, "failed")
    answer = signed_in(owner).post(ACT, {"act": "retry", "scope": "all", "state": "failed"}, follow=True)
    assert said(answer) == ["What failed of 1 run was queued again."]
    assert Run.objects.waiting().count() == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"act": "cancel"}, "Choose the runs first"),
        ({"act": "cancel", "run": ["x", "٣", str(10**30)]}, "Choose the runs first"),
        ({"act": "explode", "scope": "all"}, "Choose what to do"),
        ({"act": "priority", "scope": "all", "priority": "high"}, "a whole number"),
        ({"act": "priority", "scope": "all", "priority": "9"}, "Only an administrator"),
        ({"act": "priority", "scope": "all", "priority": "-1000"}, "from -100 to 100"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(signed_in, owner, data, why):
    run = one("Oak", owner)
    answer = signed_in(owner).post(ACT, data, follow=True)
    assert why in said(answer)[0]
    run.refresh_from_db()
    assert (run.state, run.priority) == ("queued", 0)


def test_hidden_runs_cannot_be_named(signed_in, owner, stranger):
    card = make_card("Secret Oak", visibility="restricted", owner=owner)
    run = make_run(make_checkpoint(card), requested_by=stranger)
    make_cell(run.checkpoint, run=run)
    answer = signed_in(stranger).post(ACT, {"act": "cancel", "run": [run.pk]}, follow=True)
    assert "Choose the runs first" in said(answer)[0]
    assert Run.objects.get(pk=run.pk).state == "queued"


def test_without_an_account_one_signs_in_first_and_get_changes_nothing(client, owner):
    run = one("Oak", owner)
    assert client.post(ACT, {"act": "cancel", "run": [run.pk]}).headers["Location"].startswith("/accounts/login/")
    assert client.get(ACT).status_code == 405
    assert Run.objects.get(pk=run.pk).state == "queued"


@pytest.mark.django_db(transaction=True)
def test_without_redis_it_says_that_work_starts_later(signed_in, owner, monkeypatch):
    monkeypatch.setattr("evaluation.actions.retry.wake", lambda count=1, runs=(): False)
    one("Oak", owner, "failed")
    answer = signed_in(owner).post(ACT, {"act": "retry", "scope": "all", "state": "failed"}, follow=True)
    assert said(answer)[-1] == "It starts when Redis is back; nothing is lost meanwhile."
    assert Run.objects.waiting().count() == 1


def test_the_number_of_queries_does_not_grow_with_rows(client, owner, django_assert_max_num_queries):
    make_device()
    for number in range(12):
        one(f"M{number}", owner)
    with django_assert_max_num_queries(22):
        client.get(URL)
