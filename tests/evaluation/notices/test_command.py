"""`manage.py webhook`."""

import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from evaluation.models import Delivery, Webhook
from evaluation.notices.secrets import secret_of
from tests.factories import make_webhook

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = StringIO()
    call_command("webhook", *words, "--user", "owner", stdout=out)
    return out.getvalue()


def test_it_prints_the_secret_alone(owner, monkeypatch):
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_b: public)
    secret = said("add", "CI", "https://ci.example.org/hook", "--occasion", "failed").strip()
    assert secret == secret_of(Webhook.objects.get())


def test_it_refuses_a_private_address_by_field(owner):
    with pytest.raises(CommandError, match=r"address: 10\.0\.0\.1 lies in a private network"):
        said("add", "CI", "https://10.0.0.1/")


def test_it_lists_tries_pauses_resumes_and_removes(owner):
    hook = make_webhook(owner)
    assert "ci.example.org" in said("list")
    assert "waits to be sent" in said("test", str(hook.pk))
    assert Delivery.objects.count() == 1
    said("pause", str(hook.pk))
    assert "paused" in said("list")
    said("resume", str(hook.pk))
    assert "active" in said("list")
    said("remove", str(hook.pk))
    assert said("list") == ""


def test_it_knows_no_webhook_of_another(owner, teammate):
    hook = make_webhook(teammate)
    with pytest.raises(CommandError, match="no webhook"):
        said("remove", str(hook.pk))
    with pytest.raises(CommandError, match="no account"):
        call_command("webhook", "list", "--user", "nobody")
