"""What every page carries: a policy, the frame, and errors in the look."""

import re

import pytest

from tests.factories import make_card

pytestmark = pytest.mark.django_db


def test_pages_may_load_our_own_scripts_only(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/models/", "/compare/", "/tree/", "/evaluations/", "/nope"])
def test_pages_hold_no_inline_script_and_no_foreign_address(client, path):
    page = client.get(path).content.decode()
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.S):
        assert "src=" in attributes or "application/json" in attributes, body[:80]
    assert not re.search(r"""\son\w+=["']""", page)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//[^"']*\.(?:js|css)""", page)


def test_the_documentation_of_the_api_is_served_by_us(client):
    page = client.get("/api/v1/docs").content.decode()
    assert "/static/ninja/swagger-ui-bundle" in page
    assert "//cdn" not in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)


def test_a_page_that_is_not_there_says_so_in_the_look(client):
    answer = client.get("/nope")
    assert answer.status_code == 404
    assert b"Nothing here" in answer.content
    assert b'class="top"' in answer.content


def test_a_broken_view_shows_no_trace(client, monkeypatch):
    monkeypatch.setattr("hub.views.home.overview", lambda user: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert b"Something broke" in answer.content
    assert b"ZeroDivisionError" not in answer.content


def test_the_first_page_counts_only_what_the_reader_may_see(client, owner, signed_in):
    make_card("Open One")
    make_card("Hidden One", visibility="restricted", owner=owner)
    assert b"1 model," in client.get("/").content
    assert b"2 models," in signed_in(owner).get("/").content


def test_the_first_page_of_an_empty_site_says_what_to_do(client):
    page = client.get("/").content
    assert b"The catalog is empty" in page
    assert b"Nothing has been measured on this site yet" in page


def test_a_private_site_sends_a_reader_to_sign_in(client, settings, stranger, signed_in):
    settings.HUB_PRIVATE = True
    for path in ("/", "/models/", "/tree/"):
        answer = client.get(path)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")
    assert client.get("/accounts/login/").status_code == 200
    assert client.get("/api/v1/models").status_code == 401
    assert client.get("/healthz").status_code in (200, 503)
    assert signed_in(stranger).get("/models/").status_code == 200
