"""The page of a run: where it is, what it scored, what it said."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from evaluation.files import log_file
from evaluation.models import Attempt, Node
from tests.factories import make_cell, make_checkpoint, make_device, make_evaluation, make_run, make_score, make_task

pytestmark = pytest.mark.django_db


def url(run, act=""):
    return f"/runs/{run.pk}/{act}"


def test_a_running_run_shows_attempt_device_and_time_left(client):
    run = make_run(state="running", attempt=2, progress={"seconds_left": 40, "rate": 38.25, "phase": "scoring"})
    make_cell(run.checkpoint, state="running", run=run, documents_total=100, documents_done=25)
    page = client.get(url(run)).content.decode()
    assert "attempt 2 of 3" in page
    assert "node-1/cpu" in page
    assert "about 40 s" in page
    assert "25 of 100" in page
    assert "Lease until" in page


def test_results_show_metric_filter_value_error_and_n(client):
    run = make_run(state="done")
    cell = make_cell(run.checkpoint, make_task("gsm"), "done", run=run, num_fewshot=5)
    make_score(cell, "exact_match", 0.61234, filter="strict-match", stderr=0.0123, n=1319)
    make_score(cell, "perplexity", 1234.5, stderr=None, n=None)
    page = client.get(url(run)).content.decode()
    for text in ("exact_match", "strict-match", "0.6123", "0.0123", "1,319", "1,234.5", "none"):
        assert text in page
    assert f"/cells/{cell.pk}/samples/" in page


def test_shots_asked_and_used_are_both_told(client):
    run = make_run(state="done")
    cell = make_cell(run.checkpoint, make_task("fixed", fixed_fewshot=0), "done", run=run)
    evaluation = make_evaluation([cell])
    evaluation.wants.create(cell=cell, asked_fewshot=5)
    assert client.get(url(run)).context["rows"][0].asked == (5,)
    assert "asked 5" in client.get(url(run)).content.decode()


def test_what_made_the_scores_is_listed_where_all_cells_agree(client):
    run = make_run(state="done")
    for shots, dtype in ((0, "float32"), (5, "bfloat16")):
        make_cell(
            run.checkpoint,
            state="done",
            run=run,
            num_fewshot=shots,
            made_with={"versions": {"torch": "2.13.0"}, "device": "cpu", "dtype": dtype},
        )
    assert client.get(url(run)).context["made_with"] == [("torch", "2.13.0"), ("device", "cpu")]


def test_a_run_too_large_for_any_node_says_so(client):
    run = make_run(memory_need=500 * 2**30)
    make_cell(run.checkpoint, run=run)
    make_device(memory=8 * 2**30)
    assert "needs about 500 GiB of device memory; the largest device that is up has 8.0 GiB" in (
        client.get(url(run)).content.decode()
    )


def test_a_failed_run_gives_its_reason_and_the_log_marks_trouble(client):
    run = make_run(state="failed", reason="the runner was killed", log_tail="08:00:00 error boom <b>\n08:00:01 load ok")
    make_cell(run.checkpoint, state="failed", run=run, reason="killed")
    page = client.get(url(run)).content.decode()
    assert "the runner was killed" in page
    assert '<span class="e">error</span> boom &lt;b&gt;' in page
    assert '<span class="i">load</span> ok' in page


def test_a_hidden_run_is_not_found(client, signed_in, restricted, owner, stranger, teammate):
    run = make_run(restricted, requested_by=owner)
    assert client.get(url(run)).status_code == 404
    assert signed_in(stranger).get(url(run)).status_code == 404
    assert signed_in(stranger).post(url(run, "cancel/")).status_code == 404
    assert signed_in(teammate).get(url(run)).status_code == 200


def test_it_names_only_evaluations_that_the_reader_may_see(client, restricted):
    run = make_run(make_checkpoint())
    cell = make_cell(run.checkpoint, run=run)
    make_evaluation([cell], note="open one")
    make_evaluation([cell, make_cell(restricted)], note="closed one")
    page = client.get(url(run)).content.decode()
    assert "open one" in page
    assert "closed one" not in page


def test_the_requester_cancels_and_then_retries(signed_in, owner):
    run = make_run(requested_by=owner)
    cell = make_cell(run.checkpoint, run=run)
    make_evaluation([cell], owner)
    browser = signed_in(owner)
    assert "Cancelled." in browser.post(url(run, "cancel/"), follow=True).content.decode()
    cell.refresh_from_db()
    assert cell.state == "cancelled"
    assert "nothing left to cancel" in browser.post(url(run, "cancel/"), follow=True).content.decode()
    browser.post(url(run, "retry/"))
    cell.refresh_from_db()
    assert cell.state == "queued"
    assert cell.run_id != run.pk
    assert "a retry took them to a newer one" in browser.get(url(run)).content.decode()


def test_a_retry_without_redis_says_when_it_starts(signed_in, owner, monkeypatch):
    monkeypatch.setattr("evaluation.actions.retry.transaction.on_commit", lambda act: act())
    monkeypatch.setattr("evaluation.actions.retry.wake", lambda count=1, runs=(): False)
    run = make_run(requested_by=owner, state="failed")
    make_cell(run.checkpoint, state="failed", run=run)
    page = signed_in(owner).post(url(run, "retry/"), follow=True).content.decode()
    assert "Queued again, in a new run. It starts when Redis is back" in page


def test_a_run_that_runs_again_tells_its_attempt_and_why_the_earlier_one_ended(client):
    run = make_run(state="running", attempt=2, reason="The worker on node-1/cpu was stopped.")
    make_cell(run.checkpoint, state="running", run=run)
    page = client.get(url(run)).content.decode()
    assert "Attempt 2 is running. The earlier one ended: The worker on node-1/cpu was stopped." in page


def test_another_person_may_not_cancel(signed_in, owner, stranger):
    run = make_run(requested_by=owner)
    cell = make_cell(run.checkpoint, run=run)
    answer = signed_in(stranger).post(url(run, "cancel/"), follow=True)
    assert "Only the person who asked for it" in answer.content.decode()
    cell.refresh_from_db()
    assert cell.state == "queued"


def test_without_an_account_an_act_leads_to_sign_in(client):
    run = make_run()
    assert client.post(url(run, "retry/"))["Location"] == f"/accounts/login/?next={url(run)}"


def test_the_live_part_asks_on_only_while_it_may_change(client, part):
    assert "data-unfinished" in client.get(url(make_run()), **part("live")).content.decode()
    assert "data-unfinished" not in client.get(url(make_run(state="done")), **part("live")).content.decode()


def attempt(run, number, outcome="", **fields):
    now = timezone.now()
    ended = now - timedelta(minutes=5) if outcome else None
    values = {"devices": ["node-1/cpu"], "began_at": now - timedelta(minutes=25), "ended_at": ended}
    return Attempt.objects.create(run=run, number=number, outcome=outcome, **{**values, **fields})


def test_every_attempt_is_told_with_its_device_its_time_and_how_it_ended(client):
    run = make_run(state="running", attempt=2)
    make_cell(run.checkpoint, state="running", run=run)
    attempt(run, 1, "queued", devices=["node-9/cuda:1"], reason="The worker on node-9/cuda:1 was stopped.")
    attempt(run, 2)
    answer = client.get(url(run))
    page = answer.content.decode()
    assert [(row.attempt.number, row.how) for row in answer.context["attempts"]] == [(2, "running"), (1, "queued")]
    for text in (
        "node-9/cuda:1",
        "given back",
        "took 20 min",
        "The worker on node-9/cuda:1 was stopped.",
        "25 min now",
    ):
        assert text in page


def test_the_use_of_the_device_is_drawn_and_told_in_words(client):
    run = make_run(state="running")
    device = make_device(memory=8 * 2**30)
    attempt(run, 1, devices=[str(device)], use=[[0, 2**30, 0.25], [10, 4 * 2**30, 0.75], [20, None, None]])
    answer = client.get(url(run))
    use, page = answer.context["use"], answer.content.decode()
    assert (use.memory.peak, use.load.mean, use.total) == (4 * 2**30, 0.5, 8 * 2**30)
    assert use.memory.line == "0.0,42.0 150.0,24.0"
    for text in ("4.0 GiB", "of 8.0 GiB", "75 %", "50 % on the mean", "<svg", str(device)):
        assert text in page


def test_without_readings_there_is_no_empty_figure(client):
    run = make_run(state="running")
    attempt(run, 1)
    answer = client.get(url(run))
    assert answer.context["use"] is None
    assert 'id="use"' not in answer.content.decode()


def test_load_that_nothing_tells_is_left_out(client):
    run = make_run(state="running")
    attempt(run, 1, use=[[10, 2**30, None]])
    page = client.get(url(run)).content.decode()
    assert "1.0 GiB" in page
    assert "on the mean" not in page


def test_each_device_of_a_run_that_has_several_is_told(client):
    run = make_run(state="running", width=2)
    node = Node.objects.create(name="node-1")
    for place in range(2):
        make_device(
            node, f"cuda:{place}", memory=80 * 2**30, run=run, use={"memory": 2**30, "load": 0.5 + 0.25 * place}
        )
    page = client.get(url(run)).content.decode()
    for text in ("leads 2 devices", "node-1/cuda:1", "1.0 GiB of 80.0 GiB", "load 75 %"):
        assert text in page


def test_a_queued_run_tells_its_place_and_how_long_it_may_take(client):
    task = make_task(documents=300)
    make_device(speed={"multiple_choice": 10.0}, tasks=[task])
    make_run(priority=5)
    run = make_run()
    make_cell(run.checkpoint, task, run=run, documents_total=300)
    answer = client.get(url(run))
    assert answer.context["position"] == 2
    assert "Number 2 in the queue" in answer.content.decode()
    assert answer.context["seconds_left"] == 30
    assert "of work, once it starts" in answer.content.decode()


def test_the_whole_log_of_an_attempt_is_there_for_whoever_may_read_the_run(client, signed_in, restricted, teammate):
    run = make_run(restricted, "done")
    attempt(run, 1, "failed")
    attempt(run, 2, "done")
    default_storage.save(log_file(run.pk, 2), ContentFile(b"first line\nlast line\n<b>"))
    browser, address = signed_in(teammate), url(run, "attempts/2/log.txt")
    page = browser.get(url(run)).content.decode()
    assert address in page
    assert url(run, "attempts/1/log.txt") not in page
    answer = browser.get(address)
    assert b"".join(answer.streaming_content).startswith(b"first line")
    assert answer["Content-Type"].startswith("text/plain")
    assert browser.get(url(run, "attempts/1/log.txt")).status_code == 404
    assert client.get(address).status_code == 404
