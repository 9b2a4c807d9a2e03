"""The examples of docs/api.md are run as they stand there."""

import re
import shlex
from pathlib import Path
from string import Template

import pytest
from django.test import Client

from hub.actions import token_create
from hub.models import Scope
from tests.factories import make_card, make_fact, make_lineage, make_user

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).resolve().parent.parent / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
WRITTEN = {"POST": 201, "DELETE": 204, "PATCH": 200}


def commands():
    """Every command line of the page, a line that goes on put together."""
    return [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines() if line.startswith("curl ")]


def run(client, line, names):
    """Do what curl would do with this line."""
    words = iter(shlex.split(Template(line).substitute(names))[1:])
    method, headers, body, address = "GET", {}, None, ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, value = next(words).split(": ", 1)
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            address = word.removeprefix("http://testserver")
    kind = headers.pop("Content-Type", "application/json")
    return method, client.generic(method, address, body or "", content_type=kind, headers=headers)


def test_every_example_works():
    editor = make_user("editor", is_superuser=True)
    _token, secret = token_create(who=None, user=editor, name="docs", scope=Scope.WRITE, days=None)
    oak, elm = make_card("Oak", slug="oak-7b", parameters=7 * 10**9), make_card("Elm", slug="elm-7b")
    for card in (oak, elm):
        make_fact(card, "name", card.name)
    make_lineage(elm, oak)
    client, seen = Client(), []
    for line in commands():
        etag = client.get("/api/v1/models/oak-7b").headers["ETag"]
        # A shell leaves the quotes of a variable's value alone.
        names = {"SITE": "http://testserver", "TOKEN": secret, "ETAG": etag.replace('"', '\\"')}
        method, answer = run(client, line, names)
        expected = WRITTEN.get(method, 304 if "If-None-Match" in line else 200)
        expected = 200 if line.rstrip('"').endswith("/restore") else expected
        assert answer.status_code == expected, (line, answer.content)
        seen.append(method)
    assert len(seen) >= 15
    assert {"GET", "POST", "PATCH", "DELETE"} == set(seen)


def test_every_address_of_models_and_every_filter_is_told(client):
    document = client.get("/api/v1/openapi.json").json()["paths"]
    for path in document:
        last = path.removeprefix("/api/v1/").split("/")[-1].replace("{", "<").replace("}", ">")
        told = last.replace("<pk>", "id").replace("<slug>", "models/<slug>")
        assert told.strip("<>") in TEXT or path.startswith(("/api/v1/evaluations/", "/api/v1/runs")), path
    for parameter in document["/api/v1/models"]["get"]["parameters"]:
        assert f"`{parameter['name']}`" in TEXT, parameter["name"]
