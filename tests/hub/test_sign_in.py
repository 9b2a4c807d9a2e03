"""Signing in and out, and what happens to those who guess."""

import pytest
from axes.utils import reset
from django.test import RequestFactory

from hub.client import client_address
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(settings):
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    reset()


def sign_in(client, password, name="person", **more):
    return client.post("/accounts/login/", {"username": name, "password": password, "next": "/tree/"}, **more)


def test_the_right_password_leads_to_the_page_that_was_asked_for(client):
    make_user("person")
    answer = sign_in(client, "password")
    assert (answer.status_code, answer.url) == (302, "/tree/")


def test_it_never_leads_to_another_site(client):
    make_user("person")
    data = {"username": "person", "password": "password", "next": "https://evil.example/"}
    assert client.post("/accounts/login/", data).url == "/"


def test_wrong_passwords_pause_the_pair_of_name_and_address(client, counted):
    make_user("person")
    for _ in range(3):
        answer = sign_in(client, "wrong")
    assert answer.status_code == 429
    assert b"Sign-in is paused" in answer.content
    assert sign_in(client, "password").status_code == 429


def test_nobody_can_lock_a_person_out_from_elsewhere(client, counted):
    make_user("person")
    for _ in range(4):
        sign_in(client, "wrong", REMOTE_ADDR="203.0.113.9")
    assert sign_in(client, "password", REMOTE_ADDR="127.0.0.1").status_code == 302


def test_signing_out_needs_a_press_not_a_link(client, stranger, signed_in):
    browser = signed_in(stranger)
    assert browser.get("/accounts/logout/").status_code == 405
    assert browser.post("/accounts/logout/").status_code == 302
    assert browser.get("/accounts/tokens/").status_code == 302


def test_a_form_without_its_token_is_refused(stranger):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(stranger)
    answer = browser.post("/accounts/tokens/", {"name": "x", "scope": "read"})
    assert answer.status_code == 403
    assert b"too old" in answer.content


def test_more_writes_than_the_limit_have_to_wait(client, settings):
    settings.HUB_WRITES_PER_MINUTE = 3
    answers = [client.post("/accounts/login/", {}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert client.get("/").status_code == 200


def test_a_program_that_writes_too_fast_gets_a_problem_document(client, settings):
    settings.HUB_WRITES_PER_MINUTE = 1
    client.post("/api/v1/evaluations")
    answer = client.post("/api/v1/evaluations")
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, "application/problem+json")


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "10.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.5"), (5, "10.0.0.1")]
)
def test_only_our_own_proxies_are_believed(settings, proxies, seen):
    settings.HUB_PROXIES = proxies
    headers = {"X-Forwarded-For": "1.2.3.4, 203.0.113.5, 198.51.100.7"}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == seen


def test_a_change_of_role_leaves_a_trace(signed_in, stranger):
    from evaluation.models import AuditEntry

    stranger.groups.clear()
    administrator = make_user("chief", is_staff=True, is_superuser=True)
    page = f"/admin/auth/user/{stranger.pk}/change/"
    form = {"username": "stranger", "is_active": "on", "is_staff": "on", "date_joined_0": "2026-01-01"}
    answer = signed_in(administrator).post(page, {**form, "date_joined_1": "00:00:00", "email": ""})
    assert answer.status_code == 302, answer.context and answer.context["errors"]
    entry = AuditEntry.objects.get(action="role changed")
    assert (entry.by, entry.target) == ("chief", "stranger")
    assert entry.detail["changed"] == ["is_staff"]
