"""When an evaluation is over, and who is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.actions import evaluation_cancel, evaluation_retry, run_retry
from evaluation.actions.evaluations_end import evaluations_end
from evaluation.models import Cell, Delivery, Evaluation, MailChoice
from tests.factories import make_cell, make_checkpoint, make_evaluation, make_run, make_webhook

pytestmark = pytest.mark.django_db


def ended(evaluation: Evaluation) -> bool:
    evaluation.refresh_from_db()
    return evaluation.ended_at is not None


def test_an_evaluation_is_over_when_its_last_cell_is(owner):
    done, moving = make_cell(state="done"), make_cell(state="running")
    evaluation = make_evaluation([done, moving], owner)
    assert (evaluations_end(), ended(evaluation)) == (0, False)
    Cell.objects.filter(pk=moving.pk).update(state="failed", reason="no")
    assert (evaluations_end(), ended(evaluation)) == (1, True)
    assert timezone.now() - evaluation.ended_at < timedelta(minutes=1)
    assert evaluations_end() == 0


def test_a_cell_that_waits_keeps_it_open(owner):
    evaluation = make_evaluation([make_cell(state="queued")], owner)
    assert evaluations_end() == 0
    assert not ended(evaluation)


def test_its_person_is_told_once_at_each_webhook_and_by_mail(owner, teammate):
    hooks = [make_webhook(owner), make_webhook(owner, name="chat")]
    make_webhook(teammate)
    MailChoice.objects.create(person=owner, occasion="ended")
    evaluation = make_evaluation([make_cell(state="done")], owner)
    evaluations_end()
    evaluations_end()
    told = Delivery.objects.order_by("pk")
    assert [delivery.webhook for delivery in told] == [*hooks, None]
    assert {delivery.person for delivery in told} == {owner}
    assert {delivery.evaluation for delivery in told} == {evaluation}
    assert {delivery.state for delivery in told} == {"waiting"}
    assert len({delivery.message for delivery in told}) == 3


def test_who_wants_only_failures_hears_of_failures_alone(owner):
    make_webhook(owner, occasion="failed")
    MailChoice.objects.create(person=owner, occasion="failed")
    make_evaluation([make_cell(state="done")], owner)
    evaluations_end()
    assert not Delivery.objects.exists()
    make_evaluation([make_cell(state="failed", reason="no data")], owner)
    evaluations_end()
    assert Delivery.objects.count() == 2


def test_nobody_is_told_where_nobody_asked_or_the_webhook_is_paused_or_the_account_closed(owner, teammate):
    make_webhook(owner, paused_at=timezone.now())
    make_webhook(teammate)
    teammate.is_active = False
    teammate.save()
    for person in (owner, teammate, None):
        make_evaluation([make_cell(state="done")], person)
    assert evaluations_end() == 3
    assert not Delivery.objects.exists()


def test_the_message_says_what_became_of_it(owner, settings):
    settings.HUB_SITE_URL = "https://hub.example.org"
    make_webhook(owner)
    checkpoint = make_checkpoint(revision="step100")
    run = make_run(checkpoint, state="done")
    bad = make_cell(checkpoint, state="failed", reason="x" * 1000, run=run)
    cells = [make_cell(checkpoint, state="done"), bad, make_cell(checkpoint, state="cancelled")]
    evaluation = make_evaluation(cells, owner, note="nightly")
    evaluations_end()
    evaluation.refresh_from_db()
    body = Delivery.objects.get().body
    assert (body["type"], body["timestamp"]) == ("evaluation.ended", evaluation.ended_at.isoformat())
    data = body["data"]
    assert data["url"] == f"https://hub.example.org/evaluations/{evaluation.pk}/"
    assert (data["state"], data["note"]) == ("failed", "nightly")
    assert data["cells"] == {"total": 3, "done": 1, "failed": 1, "cancelled": 1}
    assert data["models"] == [checkpoint.card.slug]
    assert data["failures"] == [
        {
            "model": checkpoint.card.slug,
            "checkpoint": "step100",
            "task": bad.task.name,
            "num_fewshot": 0,
            "reason": "x" * 300,
            "run": run.pk,
        }
    ]


def test_a_cell_that_two_shot_counts_share_is_counted_once(owner):
    make_webhook(owner)
    cell = make_cell(state="done")
    evaluation = make_evaluation([cell], owner)
    evaluation.wants.create(cell=cell, asked_fewshot=5)
    evaluations_end()
    assert Delivery.objects.get().body["data"]["cells"]["total"] == 1


def test_a_cancelled_one_is_over_although_others_go_on_with_its_cells(owner, teammate):
    make_webhook(owner)
    shared = make_cell(state="queued", run=make_run())
    mine, theirs = make_evaluation([shared], owner), make_evaluation([shared], teammate)
    evaluation_cancel(user=owner, evaluation=mine)
    evaluations_end()
    assert (ended(mine), ended(theirs)) == (True, False)
    assert Delivery.objects.get().body["data"]["state"] == "cancelled"


def test_one_that_is_repeated_is_open_again_and_told_anew(owner):
    make_webhook(owner)
    cell = make_cell(state="failed", reason="no", run=make_run(state="failed"))
    evaluation = make_evaluation([cell], owner)
    evaluations_end()
    evaluation_retry(user=owner, evaluation=evaluation)
    assert (evaluations_end(), ended(evaluation)) == (0, False)
    Cell.objects.update(state="done")
    evaluations_end()
    assert [delivery.body["data"]["state"] for delivery in Delivery.objects.order_by("pk")] == ["failed", "done"]


def test_one_that_was_cancelled_and_is_repeated_is_told_when_it_is_over_and_not_before(owner):
    make_webhook(owner)
    evaluation = make_evaluation([make_cell(state="queued", run=make_run(requested_by=owner))], owner)
    evaluation_cancel(user=owner, evaluation=evaluation)
    evaluations_end()
    evaluation_retry(user=owner, evaluation=evaluation)
    assert (evaluations_end(), ended(evaluation)) == (0, False)


def test_repeating_a_run_opens_every_evaluation_that_wants_its_cells_but_no_cancelled_one(owner, teammate):
    run = make_run(state="failed", requested_by=owner)
    cell = make_cell(run.checkpoint, state="failed", reason="no", run=run)
    mine, theirs = make_evaluation([cell], owner), make_evaluation([cell], teammate)
    gone = make_evaluation([cell], owner, cancelled_at=timezone.now())
    other = make_evaluation([make_cell(state="done")], owner)
    evaluations_end()
    run_retry(user=owner, run=run)
    assert [ended(each) for each in (mine, theirs, gone, other)] == [False, False, True, True]
