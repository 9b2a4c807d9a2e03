"""``manage.py endpoint``: register, list, probe and remove, against a server that really answers."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from evaluation.models import AuditEntry, Endpoint
from tests.factories import make_card, make_cell, make_endpoint, make_run, make_user
from tests.openai_server import OpenAIServer, Script, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving(script=Script().without("token_prompts")) as running:
        yield running


@pytest.fixture
def oak():
    make_user("chief", is_superuser=True, is_staff=True)
    return make_card("oak")


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("endpoint", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[str, int]:
    with pytest.raises(CommandError) as error:
        said(*arguments)
    return str(error.value), error.value.returncode


def test_an_address_is_registered_with_its_settings_and_listed(oak, server):
    printed = said(
        "register", "oak", "oven", server.address, "--tries", "3", "--max-length", "512", "--concurrency", "2"
    )
    assert f"oak@oven  {server.address}  sapling" in printed
    assert "no   prompts of token ids" in printed
    assert "at most 512 tokens" in printed
    endpoint = Endpoint.objects.get()
    assert (endpoint.tries, endpoint.concurrency, endpoint.timeout) == (3, 2, 120)
    assert endpoint.registered_by.username == "chief"
    assert said("list") == printed


def test_mistakes_are_told_by_field_with_status_2_and_nothing_is_registered(oak, server):
    text, status = refused("register", "elm", "Big Oven", server.address, "--tries", "0")
    assert {line.partition(":")[0] for line in text.splitlines()} == {"model", "name", "tries"}
    assert status == 2
    text, status = refused("register", "oak", "oven", "http://169.254.169.254/v1")
    assert (text.startswith("address: "), status) == (True, 2)
    text, status = refused("register", "oak", "oven", server.address, "--key-variable", "SECRET_KEY")
    assert (text.startswith("key_variable: "), status) == (True, 2)
    assert not Endpoint.objects.exists()
    assert not server.script.asked


def test_a_probe_tells_what_has_changed_and_ends_with_1_when_nobody_answers(oak, server):
    said("register", "oak", "oven", server.address)
    server.script.abilities -= {"echo"}
    assert "no   log probabilities of the prompt (echo)" in said("probe", "oak@oven")
    server.script.abilities -= {"models", "completions", "chat"}
    text, status = refused("probe", "oak@oven")
    assert (status, text.startswith("The server answers neither completions nor chats.")) == (1, True)
    assert "The last probe failed: The server answers neither" in said("list")


def test_an_unknown_name_is_told_with_those_there_are(oak):
    make_endpoint(oak)
    assert refused("probe", "oak@stove") == ("No address is registered as 'oak@stove'. Registered: oak@oven.", 2)


def test_removing_keeps_scores_and_is_refused_while_runs_wait(oak):
    endpoint = make_endpoint(oak)
    run = make_run(endpoint.checkpoint)
    assert refused("remove", "oak@oven")[0].startswith("1 run on it is waiting or under way")
    run.delete()
    make_cell(endpoint.checkpoint, state="done")
    assert said("remove", "oak@oven") == "oak@oven is asked no more.\n"
    assert said("list") == ""
    assert Endpoint.objects.get().removed_at is not None
    assert AuditEntry.objects.filter(action="address removed").exists()
