"""One evaluation: its matrix, runs, failures, settings; cancel and retry."""

import pytest

from evaluation.models import EvaluationCell
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


def url(evaluation, act=""):
    return f"/evaluations/{evaluation.pk}/{act}"


def mixed(requested_by=None):
    """Two models on one task: one done, one failed in a run, one running."""
    task = make_task("sapling_order", documents=200)
    oak, elm = make_checkpoint(make_card("Oak")), make_checkpoint(make_card("Elm"))
    run = make_run(oak, "failed", requested_by=requested_by)
    moving = make_run(
        elm, "running", requested_by=requested_by, progress={"seconds_left": 120}, log_tail="08:00:00 load x"
    )
    cells = [
        make_cell(oak, task, "done", run=run, documents_total=200, documents_done=200),
        make_cell(oak, task, "failed", num_fewshot=5, run=run, reason="out of memory at batch 16"),
        make_cell(elm, task, "running", run=moving, documents_total=200, documents_done=50),
    ]
    return make_evaluation(cells, requested_by, note="mixed")


def test_it_counts_cells_and_says_what_is_left(client):
    answer = client.get(url(mixed()))
    summary = answer.context["summary"]
    assert (summary.total, summary.done, summary.failed, summary.running) == (3, 1, 1, 1)
    assert summary.seconds_left == 120
    assert "about 2 min" in answer.content.decode()


def test_between_two_cells_it_says_that_the_next_is_prepared(client):
    oak = make_checkpoint()
    run = make_run(oak, "running")
    evaluation = make_evaluation([make_cell(oak, state="done", run=run), make_cell(oak, run=run)])
    assert "running; the next is being prepared" in client.get(url(evaluation)).content.decode()
    run.state = "queued"
    run.save()
    assert "running; the rest waits" in client.get(url(evaluation)).content.decode()


def test_each_square_says_its_state_in_words_and_leads_on(client):
    evaluation = mixed()
    matrix = client.get(url(evaluation)).context["matrix"]
    by_state = {square.state: square for row in matrix.rows for square in row.squares if square}
    assert by_state["done"].url.endswith("/samples/")
    assert by_state["failed"].url.startswith("/runs/")
    assert by_state["running"].text == "25"
    assert by_state["running"].title == "Elm, sapling_order, 0-shot: running, 25 %"
    page = client.get(url(evaluation)).content.decode()
    assert '<span class="vh">Oak, sapling_order, 5-shot: failed</span>' in page


def test_failures_say_why(client):
    page = client.get(url(mixed())).content.decode()
    assert "out of memory at batch 16" in page
    assert "08:00:00" in page


def test_shots_that_a_task_fixes_are_told(client):
    cell = make_cell(state="done", task=make_task("fixed", fixed_fewshot=0))
    evaluation = make_evaluation([cell])
    EvaluationCell.objects.create(evaluation=evaluation, cell=cell, asked_fewshot=5)
    answer = client.get(url(evaluation))
    assert answer.context["matrix"].shots == (0, 5)
    assert "the task fixes 0 shots" in answer.content.decode()
    assert answer.context["summary"].total == 1


def test_what_was_refused_when_submitted_is_in_the_matrix_with_its_reason(client):
    evaluation = make_evaluation([make_cell(state="done")])
    evaluation.request["refused"] = [{"model": "oak", "task": "essay", "num_fewshot": 0, "reason": "writes no text"}]
    evaluation.save()
    evaluation.cards.add(make_card("Great Oak", slug="oak"))
    answer = client.get(url(evaluation))
    assert "Great Oak, essay 0-shot" in answer.content.decode()
    assert "1 cell was refused" in client.get("/evaluations/").content.decode()
    assert "writes no text" in answer.content.decode()
    assert "refused" in [square.state for row in answer.context["matrix"].rows for square in row.squares if square]


def test_an_evaluation_with_a_hidden_model_is_not_found(client, signed_in, restricted, owner, teammate, stranger):
    evaluation = make_evaluation([make_cell(restricted), make_cell()], owner)
    assert client.get(url(evaluation)).status_code == 404
    assert signed_in(stranger).get(url(evaluation)).status_code == 404
    assert signed_in(teammate).get(url(evaluation)).status_code == 200
    for act in ("cancel/", "retry/"):
        assert signed_in(stranger).post(url(evaluation, act)).status_code == 404
        assert client.post(url(evaluation, act)).status_code == 404


def test_devices_that_do_other_work_are_not_named_by_it(client, restricted):
    evaluation = mixed()
    device = make_device()
    make_run(restricted, "running", owner=str(device))
    page = client.get(url(evaluation)).content.decode()
    assert "other work" in page
    assert "Secret Oak" not in page


def test_the_live_part_stops_asking_when_all_has_ended(client, part):
    assert "data-unfinished" in client.get(url(mixed()), **part("live")).content.decode()
    ended = make_evaluation([make_cell(state="done"), make_cell(state="cancelled")])
    page = client.get(url(ended), **part("live")).content.decode()
    assert "data-unfinished" not in page
    assert "<html" not in page


def test_the_live_part_is_the_same_text_while_nothing_changes(signed_in, owner, part):
    evaluation, browser = mixed(owner), signed_in(owner)
    texts = {browser.get(url(evaluation), **part("live")).content for _ in range(2)}
    assert len(texts) == 1


def test_the_requester_cancels_what_is_under_way(signed_in, owner):
    evaluation = mixed(owner)
    answer = signed_in(owner).post(url(evaluation, "cancel/"), follow=True)
    assert answer.redirect_chain == [(url(evaluation), 302)]
    assert "Cancelled." in answer.content.decode()
    assert sorted(evaluation.cells.values_list("state", flat=True)) == ["cancelled", "done", "failed"]


def test_cancelling_what_is_done_says_so(signed_in, owner):
    evaluation = make_evaluation([make_cell(state="done")], owner)
    answer = signed_in(owner).post(url(evaluation, "cancel/"), follow=True)
    assert "nothing left to cancel" in answer.content.decode()


def test_the_requester_retries_what_failed(signed_in, owner):
    evaluation = mixed(owner)
    signed_in(owner).post(url(evaluation, "retry/"))
    assert sorted(evaluation.cells.values_list("state", flat=True)) == ["done", "queued", "running"]


@pytest.mark.parametrize("act", ["cancel/", "retry/"])
def test_another_person_may_not_act_and_is_told(signed_in, owner, stranger, act):
    evaluation = mixed(owner)
    answer = signed_in(stranger).post(url(evaluation, act), follow=True)
    assert "Only the person who asked for it" in answer.content.decode()
    assert sorted(evaluation.cells.values_list("state", flat=True)) == ["done", "failed", "running"]
    assert f'formaction="{url(evaluation, act)}"' not in answer.content.decode()


def test_staff_may_act(signed_in, owner, stranger):
    stranger.is_staff = True
    stranger.save()
    evaluation = mixed(owner)
    page = signed_in(stranger).get(url(evaluation)).content.decode()
    assert f'formaction="{url(evaluation, "cancel/")}"' in page
    signed_in(stranger).post(url(evaluation, "cancel/"))
    assert evaluation.cells.filter(state="cancelled").count() == 1


@pytest.mark.parametrize("act", ["cancel/", "retry/"])
def test_without_an_account_an_act_leads_to_sign_in_and_back_to_the_page(client, owner, act):
    evaluation = mixed(owner)
    answer = client.post(url(evaluation, act))
    assert answer["Location"] == f"/accounts/login/?next={url(evaluation)}"
    assert client.get(url(evaluation, act)).status_code == 405


def test_the_number_of_queries_does_not_grow_with_cells(client, django_assert_max_num_queries):
    cells = [make_cell(run=make_run(), state="queued") for _ in range(12)]
    make_device().node.tasks.add(*(cell.task for cell in cells))
    with django_assert_max_num_queries(18):
        client.get(url(make_evaluation(cells)))


def test_an_administrator_sees_every_evaluation(signed_in, restricted):
    administrator = make_user("root", is_staff=True, is_superuser=True)
    evaluation = make_evaluation([make_cell(restricted), make_cell()])
    assert signed_in(administrator).get(url(evaluation)).status_code == 200


def test_an_evaluation_that_names_a_hidden_model_only_as_refused_is_not_found(
    client, signed_in, restricted, owner, stranger, runnable
):
    runnable("oak")
    make_task("agreement")
    form = {"models": "oak,secret-oak", "tasks": "agreement", "num_fewshot": "0"}
    address = signed_in(owner).post("/evaluations/new/", form)["Location"]
    assert "secret-oak" in signed_in(owner).get(address).content.decode()
    for browser in (client, signed_in(stranger)):
        assert browser.get(address).status_code == 404
        assert "secret-oak" not in browser.get("/evaluations/").content.decode()
