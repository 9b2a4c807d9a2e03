"""The page of one's own notifications."""

import socket

import pytest
from django.utils import timezone

from evaluation.models import Delivery, MailChoice, Webhook
from evaluation.notices.secrets import secret_of
from tests.factories import make_cell, make_delivery, make_evaluation, make_user, make_webhook

pytestmark = pytest.mark.django_db
PAGE = "/notifications/"


@pytest.fixture(autouse=True)
def public(monkeypatch):
    """Every name stands for a public address."""

    def answer(host, port, **_rest):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.fixture
def browser(owner, signed_in):
    return signed_in(owner)


def test_it_needs_an_account(client):
    assert client.get(PAGE).status_code == 302


def test_a_newcomer_is_told_what_to_do(browser):
    answer = browser.get(PAGE)
    assert b"No webhook yet" in answer.content
    assert b"Nothing was sent yet" in answer.content
    assert b"data-unfinished" not in answer.content


def test_a_webhook_is_added_and_its_secret_is_shown_once(owner, browser):
    answer = browser.post(PAGE, {"name": "CI", "address": "https://ci.example.org/hook", "occasion": "failed"})
    hook = Webhook.objects.get()
    assert (hook.person, hook.occasion) == (owner, "failed")
    assert secret_of(hook).encode() in answer.content
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret_of(hook).encode() not in browser.get(PAGE).content


def test_a_private_address_is_refused_beside_its_field(browser):
    answer = browser.post(PAGE, {"name": "CI", "address": "https://10.0.0.1/", "occasion": "ended"})
    assert answer.status_code == 400
    assert "HUB_HOOK_HOSTS" in answer.context["form"].errors["address"][0]
    assert not Webhook.objects.exists()


def test_an_empty_form_is_shown_again_with_reasons(browser):
    answer = browser.post(PAGE, {})
    assert answer.status_code == 400
    assert {"name", "address", "occasion"} <= set(answer.context["form"].errors)


def test_a_mere_reader_adds_none(signed_in):
    browser = signed_in(make_user(roles=()))
    assert b"Add a webhook" not in browser.get(PAGE).content
    form = {"name": "CI", "address": "https://ci.example.org/hook", "occasion": "ended"}
    assert browser.post(PAGE, form).status_code == 403


def test_messages_are_told_with_what_became_of_them(owner, browser):
    hook = make_webhook(owner)
    evaluation = make_evaluation([make_cell()], owner, note="nightly")
    make_delivery(owner, hook, evaluation=evaluation, state="failed", status=500, problem="It answered 500.")
    text = browser.get(PAGE).content.decode()
    assert f'href="/evaluations/{evaluation.pk}/"' in text
    assert "nightly" in text
    assert "did not arrive" in text
    assert "It answered 500." in text
    assert "data-unfinished" not in text


def test_the_page_follows_while_a_message_waits_and_answers_only_what_changes(owner, browser):
    make_delivery(owner, make_webhook(owner))
    headers = {"HX-Request": "true", "HX-Target": "live"}
    part = browser.get(PAGE, headers=headers).content.decode()
    assert "data-unfinished" in part
    assert "<html" not in part


def test_a_test_message_is_queued(owner, browser):
    hook = make_webhook(owner)
    answer = browser.post(f"{PAGE}webhooks/{hook.pk}/test/", follow=True)
    assert b"on its way" in answer.content
    assert Delivery.objects.get().webhook == hook
    again = browser.post(f"{PAGE}webhooks/{hook.pk}/test/", follow=True)
    assert b"on its way already" in again.content


def test_pausing_resuming_renewing_and_removing(owner, browser):
    hook = make_webhook(owner)
    before = secret_of(hook)
    browser.post(f"{PAGE}webhooks/{hook.pk}/pause/")
    assert Webhook.objects.get().paused_at is not None
    assert b"Resume" in browser.get(PAGE).content
    browser.post(f"{PAGE}webhooks/{hook.pk}/resume/")
    answer = browser.post(f"{PAGE}webhooks/{hook.pk}/secret/")
    after = secret_of(Webhook.objects.get())
    assert after != before
    assert after.encode() in answer.content
    browser.post(f"{PAGE}webhooks/{hook.pk}/remove/")
    assert not Webhook.objects.exists()


def test_a_webhook_that_the_site_paused_says_why(owner, browser):
    make_webhook(owner, paused_at=timezone.now(), problem="5 messages in a row did not arrive.")
    assert b"5 messages in a row did not arrive." in browser.get(PAGE).content


@pytest.mark.parametrize("act", ["test", "pause", "resume", "secret", "remove"])
def test_nobody_sees_or_changes_the_webhooks_of_another(owner, stranger, signed_in, act):
    hook = make_webhook(owner, name="quince", address="https://quince.example.org/")
    make_delivery(owner, hook, problem="quince")
    browser = signed_in(stranger)
    assert b"quince" not in browser.get(PAGE).content
    assert browser.post(f"{PAGE}webhooks/{hook.pk}/{act}/").status_code == 404
    assert browser.get(f"{PAGE}webhooks/{hook.pk}/{act}/").status_code == 405


def test_mail_is_chosen(owner, browser, settings):
    settings.EMAIL_HOST = ""
    assert b"EMAIL_HOST" in browser.get(PAGE).content
    settings.EMAIL_HOST = "mail.example.org"
    owner.email = "owner@example.org"
    owner.save()
    assert b"owner@example.org" in browser.get(PAGE).content
    browser.post(f"{PAGE}mail/", {"occasion": "failed"})
    assert MailChoice.objects.get().occasion == "failed"
    browser.post(f"{PAGE}mail/", {"occasion": "hourly"})
    assert MailChoice.objects.get().occasion == "failed"
    browser.post(f"{PAGE}mail/test/")
    assert Delivery.objects.get().webhook is None
    browser.post(f"{PAGE}mail/", {"occasion": ""})
    assert not MailChoice.objects.exists()


def test_an_evaluation_under_way_leads_its_person_there_and_nobody_else(owner, browser, stranger, signed_in):
    moving = make_evaluation([make_cell(state="queued")], owner)
    over = make_evaluation([make_cell(state="done")], owner)
    link = f'href="{PAGE}">Tell me'.encode()
    assert link in browser.get(f"/evaluations/{moving.pk}/").content
    assert link not in browser.get(f"/evaluations/{over.pk}/").content
    assert link not in signed_in(stranger).get(f"/evaluations/{moving.pk}/").content
