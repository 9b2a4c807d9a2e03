"""The queue page."""

import pytest

from evaluation.models import Task
from tests.factories import make_cell, make_checkpoint, make_device, make_evaluation, make_run

pytestmark = pytest.mark.django_db
URL = "/evaluations/"


def titles(answer):
    return [row.evaluation.note for row in answer.context["rows"]]


def evaluation_in(state, note, **fields):
    checkpoint = make_checkpoint()
    run = make_run(checkpoint, state)
    return make_evaluation([make_cell(checkpoint, state=state, run=run)], note=note, **fields)


def test_an_empty_queue_shows_where_to_start(client):
    page = client.get(URL).content.decode()
    assert "Nothing has been queued yet" in page
    assert "/evaluations/new/" in page


def test_newest_first_with_person_and_progress(client, owner):
    done, waiting = make_cell(state="done"), make_cell(state="queued")
    make_evaluation([done], note="older")
    make_evaluation([done, waiting], owner, note="newer")
    answer = client.get(URL)
    assert titles(answer) == ["newer", "older"]
    assert (answer.context["rows"][0].summary.over, answer.context["rows"][0].summary.total) == (1, 2)
    assert "owner" in answer.content.decode()


@pytest.mark.parametrize("state", ["queued", "running", "done", "failed", "cancelled"])
def test_the_state_filter_finds_what_the_rows_say(client, state):
    for each in ("queued", "running", "done", "failed", "cancelled"):
        evaluation_in(each, each)
    answer = client.get(URL, {"state": state})
    assert titles(answer) == [state]
    assert answer.context["rows"][0].summary.state == state


def test_what_moves_decides_the_state_of_a_mixed_evaluation(client):
    make_evaluation([make_cell(state="done"), make_cell(state="failed"), make_cell(state="running")], note="mixed")
    assert titles(client.get(URL, {"state": "running"})) == ["mixed"]
    assert titles(client.get(URL, {"state": "failed"})) == []
    assert titles(client.get(URL, {"state": "done"})) == []


def test_an_unknown_state_in_the_address_is_no_filter(client):
    evaluation_in("done", "one")
    assert titles(client.get(URL, {"state": "<b>"})) == ["one"]


def test_mine_shows_only_ones_own(signed_in, owner, teammate):
    evaluation_in("done", "his", requested_by=owner)
    evaluation_in("done", "hers", requested_by=teammate)
    assert titles(signed_in(owner).get(URL, {"mine": "1"})) == ["his"]
    assert "No evaluation like this" in signed_in(owner).get(URL, {"mine": "1", "state": "failed"}).content.decode()


def test_evaluations_with_hidden_models_are_left_out(client, signed_in, restricted, owner, teammate, stranger):
    make_evaluation([make_cell(restricted), make_cell()], note="secret")
    assert titles(client.get(URL)) == []
    assert titles(signed_in(stranger).get(URL)) == []
    assert titles(signed_in(teammate).get(URL)) == ["secret"]
    assert titles(signed_in(owner).get(URL)) == ["secret"]


def test_it_says_why_something_waits(client):
    checkpoint = make_checkpoint()
    run = make_run(checkpoint, memory_need=96 * 2**30)
    make_evaluation([make_cell(checkpoint, run=run)])
    assert "no worker is up" in client.get(URL).content.decode()
    make_device(memory=8 * 2**30)
    page = client.get(URL).content.decode()
    assert "96.0 GiB" in page
    assert "8.0 GiB" in page


def test_nothing_is_said_to_wait_while_a_device_prepares_its_next_cell(client):
    waiting, begun = make_checkpoint(), make_checkpoint()
    cells = [make_cell(waiting, run=make_run(waiting)), make_cell(begun, run=make_run(begun, "running"))]
    make_evaluation(cells)
    page = client.get(URL).content.decode()
    assert "its next cell is being prepared" in page
    assert "no worker is up" not in page


def test_pages_are_turned_by_address_and_keep_the_filter(client):
    cell = make_cell(state="done")
    for number in range(30):
        make_evaluation([cell], note=f"n{number}")
    first = client.get(URL, {"state": "done"})
    assert len(titles(first)) == 25
    assert "?state=done&amp;page=2" in first.content.decode()
    assert titles(client.get(URL, {"state": "done", "page": "2"})) == ["n4", "n3", "n2", "n1", "n0"]
    assert client.get(URL, {"page": "nonsense"}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_rows(client, django_assert_max_num_queries):
    for number in range(12):
        evaluation_in("queued", str(number))
    make_device().node.tasks.add(*Task.objects.all())
    with django_assert_max_num_queries(14):
        client.get(URL)


def test_the_script_gets_the_live_part_alone(client, part):
    evaluation_in("running", "one")
    page = client.get(URL, **part("live")).content.decode()
    assert "<html" not in page
    assert "one" in page
    assert "data-unfinished" in page
