"""What the courier sends, and what becomes of it."""

import json
import smtplib
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core import mail
from django.utils import timezone

from evaluation.actions.evaluations_end import evaluations_end
from evaluation.core.hooks.sending import Reply, SendError
from evaluation.core.hooks.signing import verify
from evaluation.models import Delivery, MailChoice
from evaluation.notices import courier
from evaluation.notices.secrets import secret_of
from tests.factories import make_card, make_cell, make_checkpoint, make_delivery, make_evaluation, make_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """What was sent; ``answer`` is what comes back, an error is raised."""

    class Wire:
        answer = Reply(204, 0.1)
        calls: list = []

        def send(self, target, body, headers, *, named):
            self.calls.append((str(target), body, headers))
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

    wire = Wire()
    wire.calls = []
    monkeypatch.setattr(courier, "send", wire.send)
    return wire


@pytest.fixture
def mailing(owner, settings):
    settings.EMAIL_HOST = "mail.example.org"
    owner.email = "owner@example.org"
    owner.save()
    MailChoice.objects.create(person=owner, occasion="ended")


def only() -> Delivery:
    return Delivery.objects.get()


def test_an_evaluation_that_ends_reaches_its_persons_webhook_signed(owner, sent):
    hook = make_webhook(owner)
    make_evaluation([make_cell(state="done")], owner, note="nightly — 夜")
    evaluations_end()
    assert courier.send_due() == 1
    address, body, headers = sent.calls[0]
    assert address == hook.address
    assert json.loads(body) == only().body
    verify(secret_of(hook), headers, body, timezone.now().timestamp())
    assert headers["webhook-id"] == only().message
    assert (only().state, only().status) == ("sent", 204)
    assert courier.send_due() == 0


def test_a_message_that_is_sent_again_has_the_same_name_and_body(owner, sent):
    message = make_delivery(owner, make_webhook(owner))
    sent.answer = Reply(503, 0.1)
    courier.send_due()
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    sent.answer = Reply(200, 0.1)
    courier.send_due()
    (_a, first, one), (_b, second, two) = sent.calls
    assert (first, one["webhook-id"]) == (second, two["webhook-id"]) == (first, message.message)


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (Reply(200, 0.1), "sent", ""),
        (Reply(500, 0.1), "waiting", "answered 500"),
        (Reply(404, 0.1), "waiting", "answered 404"),
        (Reply(429, 0.1, 100.0), "waiting", "answered 429"),
        (Reply(410, 0.1), "failed", "answered 410"),
        (Reply(302, 0.1), "failed", "not followed"),
        (SendError("cannot be reached"), "waiting", "cannot be reached"),
        (SendError("private", final=True), "failed", "private"),
        (ValueError("odd"), "waiting", "ValueError"),
    ],
)
def test_only_2xx_is_a_yes(owner, sent, answer, state, words):
    make_delivery(owner, make_webhook(owner))
    sent.answer = answer
    courier.send_due()
    assert only().state == state
    assert words in only().problem


def test_an_address_that_became_private_is_refused_without_asking_it(owner, sent):
    make_delivery(owner, make_webhook(owner, address="https://10.0.0.1/hook"))
    courier.send_due()
    assert sent.calls == []
    assert only().state == "failed"
    assert "private network" in only().problem


def test_nothing_goes_to_a_closed_account_or_a_paused_webhook(owner, teammate, sent):
    make_delivery(owner, make_webhook(owner, paused_at=timezone.now()))
    make_delivery(teammate, make_webhook(teammate))
    teammate.is_active = False
    teammate.save()
    courier.send_due()
    assert sent.calls == []
    assert [d.state for d in Delivery.objects.all()] == ["dropped", "dropped"]


def test_what_a_person_may_not_read_any_more_is_not_told(owner, stranger, sent):
    make_webhook(owner)
    card = make_card("Secret")
    make_evaluation([make_cell(make_checkpoint(card), state="done")], owner)
    evaluations_end()
    card.visibility, card.owner = "restricted", stranger
    card.save()
    courier.send_due()
    assert sent.calls == []
    assert only().state == "dropped"
    assert "may not read" in only().problem


def test_one_message_that_cannot_be_sent_keeps_no_other_back(owner, sent, monkeypatch):
    first, second = (make_delivery(owner, make_webhook(owner, name=name)) for name in "ab")
    answers = iter([OSError("disk"), Reply(200, 0.1)])
    monkeypatch.setattr(courier, "send", Mock(side_effect=answers))
    assert courier.send_due() == 2
    assert [Delivery.objects.get(pk=d.pk).state for d in (first, second)] == ["waiting", "sent"]


def test_an_evaluation_that_ends_is_told_by_mail(owner, mailing, settings):
    settings.HUB_SITE_URL = "https://hub.example.org"
    cells = [make_cell(state="done"), make_cell(state="failed", reason="No data\nhere")]
    evaluation = make_evaluation(cells, owner, note="nightly\r\nBcc: all@example.org")
    evaluations_end()
    courier.send_due()
    letter = mail.outbox[0]
    assert letter.to == ["owner@example.org"]
    assert letter.subject == "[Arboretum] nightly Bcc: all@example.org is over, and something failed"
    assert f"https://hub.example.org/evaluations/{evaluation.pk}/" in letter.body
    assert "2 cells: 1 done, 1 failed, 0 cancelled." in letter.body
    assert "No data here" in letter.body
    assert "https://hub.example.org/notifications/" in letter.body
    assert only().message in letter.extra_headers["Message-ID"]
    assert only().state == "sent"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"owner@example.org": (550, b"no such user")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"owner@example.org": (451, b"later")}), "waiting"),
        (smtplib.SMTPServerDisconnected("gone"), "waiting"),
        (ConnectionRefusedError(), "waiting"),
    ],
)
def test_a_mail_server_that_does_not_take_it_is_asked_again_unless_the_address_is_none(
    owner, mailing, monkeypatch, error, state
):
    make_delivery(owner)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", Mock(side_effect=error))
    courier.send_due()
    assert only().state == state
    assert "mail server" in only().problem


def test_mail_is_dropped_where_the_site_sends_none(owner, settings):
    settings.EMAIL_HOST = ""
    make_delivery(owner)
    courier.send_due()
    assert (only().state, mail.outbox) == ("dropped", [])


def test_a_test_mail_says_what_it_is(owner, mailing):
    make_delivery(owner)
    courier.send_due()
    assert mail.outbox[0].subject == "[Arboretum] Test message"
