"""Registering, pausing, renewing, trying and removing webhooks."""

import socket

import pytest
from django.utils import timezone

from evaluation.actions import ActionError, NotAllowed
from evaluation.actions.mail_choose import mail_choose
from evaluation.actions.notice_try import mail_try, webhook_try
from evaluation.actions.webhook_add import MOST, webhook_add
from evaluation.actions.webhook_change import webhook_pause, webhook_remove, webhook_renew, webhook_resume
from evaluation.core.request import RequestError
from evaluation.models import AuditEntry, Delivery, MailChoice, Webhook
from evaluation.notices.secrets import secret_of
from tests.factories import make_delivery, make_user, make_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(monkeypatch):
    """What each name stands for; others are unknown."""
    known = {"ci.example.org": "93.184.215.14", "inside.example.org": "10.0.0.7"}

    def answer(host, port, **_rest):
        if host not in known:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known


def added(user, address="https://ci.example.org/hook?key=k", **fields):
    return webhook_add(user=user, **{"name": "CI", "address": address, **fields})


def wrong(user, address="https://ci.example.org/hook", **fields) -> dict:
    with pytest.raises(RequestError) as refused:
        added(user, address, **fields)
    assert not Webhook.objects.exists()
    return refused.value.errors


def test_a_webhook_is_kept_and_its_secret_is_not(owner, names):
    hook, secret = added(owner)
    assert (hook.person, hook.address, hook.occasion) == (owner, "https://ci.example.org/hook?key=k", "ended")
    assert secret == secret_of(hook)
    assert secret.startswith("whsec_")
    assert secret not in str(Webhook.objects.values().get())
    entry = AuditEntry.objects.get(action="webhook added")
    assert entry.detail == {"host": "ci.example.org"}


def test_every_webhook_has_a_secret_of_its_own_made_of_the_sites_key(owner, names, settings):
    hook, secret = added(owner)
    assert added(owner)[1] != secret
    settings.SECRET_KEY = "another"
    assert secret_of(hook) != secret


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://inside.example.org/", "private network"),
        ("https://127.0.0.1/", "private network"),
        ("https://localhost/", "No address is known"),
        ("https://169.254.169.254/latest/meta-data", "link-local"),
        ("https://no-such.example.org/", "No address is known"),
        ("http://ci.example.org/", "https://"),
        ("javascript:alert(1)", "https://"),
    ],
)
def test_an_address_where_no_webhook_may_go_is_refused_with_the_reason(owner, names, address, words):
    assert words in wrong(owner, address)["address"][0]


def test_an_administrator_allows_a_private_host_by_name(owner, names, settings):
    settings.HUB_HOOK_HOSTS = ["inside.example.org"]
    hook, _secret = added(owner, "http://inside.example.org/hook")
    assert hook.address == "http://inside.example.org/hook"


def test_a_name_or_occasion_that_is_none_is_told_by_field(owner, names):
    assert set(wrong(owner, name=" ", occasion="never")) == {"name", "occasion"}
    assert set(wrong(owner, name="a\nb")) == {"name"}
    assert set(wrong(owner, name="a" * 101)) == {"name"}


def test_a_person_has_so_many_and_no_more(owner, names):
    for _each in range(MOST):
        make_webhook(owner)
    with pytest.raises(RequestError, match="remove one first"):
        added(owner)


def test_who_may_not_queue_may_not_register(names):
    with pytest.raises(NotAllowed):
        added(make_user(roles=()))


def test_pausing_drops_what_waits_and_resuming_forgets_what_was_missed(owner):
    hook = make_webhook(owner, missed=4)
    message = make_delivery(owner, hook)
    webhook_pause(user=owner, webhook=hook)
    message.refresh_from_db()
    hook.refresh_from_db()
    assert (message.state, hook.paused_at is not None) == ("dropped", True)
    webhook_resume(user=owner, webhook=hook)
    hook.refresh_from_db()
    assert (hook.paused_at, hook.missed) == (None, 0)


def test_a_renewed_secret_is_another(owner):
    hook = make_webhook(owner)
    before = secret_of(hook)
    after = webhook_renew(user=owner, webhook=hook)
    hook.refresh_from_db()
    assert after == secret_of(hook) != before


def test_a_removed_webhook_takes_its_messages_with_it(owner):
    hook = make_webhook(owner)
    make_delivery(owner, hook)
    webhook_remove(user=owner, webhook=hook)
    assert not Delivery.objects.exists()
    assert AuditEntry.objects.filter(action="webhook removed").exists()


@pytest.mark.parametrize("act", [webhook_pause, webhook_resume, webhook_renew, webhook_remove, webhook_try])
def test_nobody_changes_the_webhook_of_another(owner, stranger, act):
    hook = make_webhook(owner)
    with pytest.raises(NotAllowed):
        act(user=stranger, webhook=hook)
    hook.refresh_from_db()
    assert hook.paused_at is None


def test_a_test_message_waits_to_be_sent_and_only_one_at_a_time(owner):
    hook, other = make_webhook(owner), make_webhook(owner, name="chat")
    message = webhook_try(user=owner, webhook=hook)
    assert (message.state, message.body["type"], message.evaluation) == ("waiting", "test", None)
    with pytest.raises(ActionError, match="on its way"):
        webhook_try(user=owner, webhook=hook)
    webhook_try(user=owner, webhook=other)


def test_a_paused_webhook_is_not_tried(owner):
    hook = make_webhook(owner, paused_at=timezone.now())
    with pytest.raises(ActionError, match="paused"):
        webhook_try(user=owner, webhook=hook)


def test_mail_is_chosen_and_given_up(owner):
    mail_choose(user=owner, occasion="failed")
    mail_choose(user=owner, occasion="ended")
    assert MailChoice.objects.get().occasion == "ended"
    message = make_delivery(owner)
    mail_choose(user=owner, occasion="")
    message.refresh_from_db()
    assert (MailChoice.objects.count(), message.state) == (0, "dropped")
    with pytest.raises(RequestError):
        mail_choose(user=owner, occasion="daily")


def test_mail_is_tried_only_where_it_can_be_sent(owner, settings):
    settings.EMAIL_HOST = ""
    with pytest.raises(ActionError, match="EMAIL_HOST"):
        mail_try(user=owner)
    settings.EMAIL_HOST = "mail.example.org"
    with pytest.raises(ActionError, match="no e-mail address"):
        mail_try(user=owner)
    owner.email = "owner@example.org"
    owner.save()
    assert mail_try(user=owner).webhook is None
