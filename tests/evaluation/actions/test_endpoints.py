"""Addresses of served models: registered after a probe, probed again, removed; and what a plan makes of them."""

from typing import Any

import pytest

from evaluation.actions import (
    ActionError,
    NotAllowed,
    Registration,
    endpoint_probe,
    endpoint_register,
    endpoint_remove,
    evaluation_plan,
    evaluation_submit,
)
from evaluation.actions.endpoint_register import LIMITS
from evaluation.core.request import RequestError
from evaluation.core.served.probe import Abilities, ProbeError
from evaluation.endpoints import length, probe_address, served_model
from evaluation.models import AuditEntry, Endpoint, Run
from modelcards.models import Checkpoint
from tests.factories import make_card, make_cell, make_endpoint, make_run, make_task, make_user
from tests.openai_server import Script, serving

pytestmark = pytest.mark.django_db

WHOLE = Abilities("sapling", completions=True, echo=True, token_prompts=True, chat=True, tokenizer=True)


@pytest.fixture
def administrator():
    return make_user("chief", is_superuser=True, is_staff=True)


def able(*_asked: str) -> Abilities:
    """A probe that finds a whole server."""
    return WHOLE


def silent(*_asked: str) -> Abilities:
    """A probe that finds none."""
    raise ProbeError("The server gave no whole answer within 15 s.")


def asked(**fields) -> Registration:
    values = {"model": "oak", "name": "oven", "address": "http://gpu-3:8000/v1/completions", **fields}
    return Registration(**values)


def test_a_registered_server_is_a_checkpoint_of_its_card(administrator):
    card = make_card("oak")
    with serving(script=Script()) as server:
        endpoint = endpoint_register(user=administrator, asked=asked(address=server.address))
    assert str(endpoint.checkpoint) == "oak@oven"
    assert (endpoint.checkpoint.card, endpoint.checkpoint.path, endpoint.checkpoint.repo_id) == (card, "", "")
    assert (endpoint.model, endpoint.abilities["echo"], endpoint.problem) == ("sapling", True, "")
    assert endpoint.registered_by == administrator
    entry = AuditEntry.objects.get(action="address registered")
    assert (entry.who, entry.target) == (administrator, "oak@oven")


def test_the_address_is_kept_without_the_last_part_of_a_call(administrator):
    make_card("oak")
    assert endpoint_register(user=administrator, asked=asked(), ask=able).address == "http://gpu-3:8000/v1"


def test_the_tokenizer_is_that_of_the_cards_checkpoint_on_this_site(administrator, runnable):
    here = runnable("oak")
    Checkpoint.objects.create(card=here.card, path="oak", revision="step1", step=1)
    endpoint = endpoint_register(user=administrator, asked=asked(), ask=able)
    assert endpoint.tokenizer == here
    named = endpoint_register(user=administrator, asked=asked(name="two", tokenizer="step1"), ask=able)
    assert named.tokenizer.revision == "step1"
    own = endpoint_register(user=administrator, asked=asked(name="three", tokenizer="@server"), ask=able)
    assert own.tokenizer is None


def test_only_an_administrator_registers_and_removes_and_evaluators_probe(administrator):
    evaluator, reader = make_user("evaluator"), make_user("reader", roles=())
    make_card("oak")
    for person in (evaluator, reader):
        with pytest.raises(NotAllowed, match="Only an administrator"):
            endpoint_register(user=person, asked=asked(), ask=able)
    endpoint = make_endpoint()
    with pytest.raises(NotAllowed):
        endpoint_remove(user=evaluator, endpoint=endpoint)
    with pytest.raises(NotAllowed):
        endpoint_probe(user=reader, endpoint=endpoint, ask=able)
    assert endpoint_probe(user=evaluator, endpoint=endpoint, ask=able).problem == ""


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"model": "elm"}, "model", "There is no model “elm”"),
        ({"name": "Big Oven"}, "name", "small letters"),
        ({"name": "main"}, "name", "has a revision “main” already"),
        ({"address": "http://169.254.169.254/v1"}, "address", "never asked"),
        ({"address": "gpu-3"}, "address", "begins with http"),
        ({"key_variable": "SECRET_KEY"}, "key_variable", "ends in _API_KEY"),
        ({"key_variable": "DATABASE_URL"}, "key_variable", "ends in _API_KEY"),
        ({"tokenizer": "step7"}, "tokenizer", "no checkpoint “step7” with files; it has: main"),
        ({"served_model": "a\nb"}, "served_model", "one line"),
        *[({name: most + 1}, name, f"between {least} and {most}") for name, (least, most) in LIMITS.items()],
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_asked(administrator, runnable, fields, field, why):
    runnable("oak")
    with pytest.raises(RequestError) as wrong:
        endpoint_register(user=administrator, asked=asked(**fields), ask=lambda *_: pytest.fail("was asked"))
    assert list(wrong.value.errors) == [field]
    assert why in wrong.value.errors[field][0]


def test_the_longest_text_is_as_registered_as_the_server_says_or_the_usual(administrator):
    make_card("oak")
    says = Abilities("sapling", completions=True, max_length=4096)
    for most, found, wanted in ((512, says, 512), (None, says, 4096), (None, WHOLE, 2048), (8192, WHOLE, 8192)):
        registration = asked(name=f"s{wanted}", max_length=most)
        endpoint = endpoint_register(user=administrator, asked=registration, ask=lambda *_, found=found: found)
        assert length(endpoint) == wanted
    with pytest.raises(RequestError, match="max_length: The server says that it takes 4096 tokens"):
        endpoint_register(user=administrator, asked=asked(name="more", max_length=5000), ask=lambda *_: says)


def test_a_server_that_takes_less_since_a_probe_is_asked_for_less():
    endpoint = make_endpoint(max_length=1024)
    assert served_model(endpoint, "float32").served.max_length == 1024
    Endpoint.objects.update(abilities={**endpoint.abilities, "max_length": 256})
    assert served_model(Endpoint.objects.get(), "float32").served.max_length == 256


def test_a_card_that_the_person_may_not_read_does_not_exist(owner, stranger):
    make_card("Oak", visibility="restricted", owner=owner)
    with pytest.raises(RequestError, match="There is no model"):
        endpoint_register(user=stranger, asked=asked(), from_shell=True, ask=able)


def test_a_server_that_does_not_answer_is_not_registered(administrator):
    make_card("oak")
    with pytest.raises(RequestError, match="address: The server gave no whole answer"):
        endpoint_register(user=administrator, asked=asked(), ask=silent)
    assert not Checkpoint.objects.exists()


def test_a_key_comes_out_of_the_environment_and_is_nowhere_stored(administrator, monkeypatch):
    make_card("oak")
    with serving(script=Script(key="s3cret")) as server:
        named = asked(address=server.address, key_variable="OVEN_API_KEY")
        with pytest.raises(RequestError, match="OVEN_API_KEY is not set in the environment"):
            endpoint_register(user=administrator, asked=named)
        monkeypatch.setenv("OVEN_API_KEY", "wrong")
        with pytest.raises(RequestError, match="missing or not the right one"):
            endpoint_register(user=administrator, asked=named)
        monkeypatch.setenv("OVEN_API_KEY", "s3cret")
        endpoint = endpoint_register(user=administrator, asked=named)
    stored = [*Endpoint.objects.values_list(), *AuditEntry.objects.values_list()]
    assert endpoint.key_variable == "OVEN_API_KEY"
    assert "s3cret" not in str(stored)


def test_a_probe_that_fails_is_noted_and_what_was_known_stays():
    endpoint, user = make_endpoint(), make_user()
    failed = endpoint_probe(user=user, endpoint=endpoint, ask=silent)
    assert failed.problem == "The server gave no whole answer within 15 s."
    assert failed.abilities == endpoint.abilities
    again = endpoint_probe(user=user, endpoint=endpoint, ask=lambda *_: Abilities("sapling", completions=True))
    assert (again.problem, again.abilities["echo"]) == ("", False)


def test_the_probe_goes_to_no_address_that_is_never_asked(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_n: [(2, 1, 6, "", ("169.254.169.254", 80))])
    with pytest.raises(ProbeError, match="never asked"):
        probe_address("http://innocent.example/v1", "", "")


def test_a_removed_address_without_cells_leaves_nothing(administrator):
    endpoint = make_endpoint()
    endpoint_remove(user=administrator, endpoint=endpoint)
    assert not Endpoint.objects.exists()
    assert not Checkpoint.objects.exists()


def test_a_removed_address_with_scores_is_only_asked_no_more(administrator, ask):
    task = make_task("agreement")
    endpoint = make_endpoint(make_card("oak"))
    make_cell(endpoint.checkpoint, task, "done")
    endpoint_remove(user=administrator, endpoint=endpoint)
    assert Endpoint.objects.get().removed_at is not None
    (cell,) = evaluation_plan(user=administrator, request=ask("oak@oven", tasks=["agreement"], force=True)).cells
    assert (cell.verdict, cell.reason) == ("refused", "The address of the server oven was removed.")


def test_an_address_with_runs_under_way_stays(administrator):
    endpoint = make_endpoint()
    make_run(endpoint.checkpoint)
    with pytest.raises(ActionError, match="1 run on it is waiting or under way"):
        endpoint_remove(user=administrator, endpoint=endpoint)


def verdicts(ask, endpoint: Endpoint, **fields) -> dict[str, str]:
    """Task → why it is refused, or blank."""
    tasks = {"choice": "multiple_choice", "rolling": "loglikelihood_rolling", "written": "generate_until"}
    for name, kind in tasks.items():
        make_task(name, output_type=kind)
    request = ask(str(endpoint.checkpoint), tasks=list(tasks), **fields)
    return {cell.task.name: cell.reason for cell in evaluation_plan(user=make_user(), request=request).cells}


def test_a_whole_server_takes_every_task_and_no_memory(ask):
    endpoint = make_endpoint(make_card("oak"))
    assert verdicts(ask, endpoint) == {"choice": "", "rolling": "", "written": ""}
    request = ask("oak@oven", tasks=["choice"])
    evaluation_submit(user=make_user(), request=request)
    assert (Run.objects.get().memory_need, Run.objects.get().checkpoint) == (0, endpoint.checkpoint)


@pytest.mark.parametrize(
    ("lacks", "why"),
    [
        ("echo", "gives no log probabilities of the prompt (echo)"),
        ("tokenizer", "splits no texts"),
        ("completions", "only answers chats, which give none"),
    ],
)
def test_likelihoods_that_a_server_cannot_give_are_refused_with_that_reason(ask, lacks, why):
    abilities: dict[str, Any] = {lacks: False}
    said = verdicts(ask, make_endpoint(make_card("oak"), **abilities))
    assert why in said["choice"]
    assert why in said["rolling"]
    assert said["written"] == (
        "" if lacks != "completions" else "The server oven only answers chats: ask with the chat template."
    )


def test_a_tokenizer_on_this_site_serves_for_a_server_without_one(ask, runnable):
    here = runnable("oak")
    endpoint = make_endpoint(here.card, tokenizer=False)
    Endpoint.objects.update(tokenizer=here)
    assert verdicts(ask, endpoint)["choice"] == ""


def test_with_a_chat_template_the_server_writes_and_likelihoods_need_one_here(ask):
    said = verdicts(ask, make_endpoint(make_card("oak")), chat_template=True)
    assert said["written"] == ""
    assert "need one in a tokenizer on this site" in said["choice"]


def test_without_chats_a_chat_template_is_refused(ask):
    said = verdicts(ask, make_endpoint(make_card("oak"), chat=False), chat_template=True)
    assert "answers no chats" in said["written"]


def test_a_slug_alone_means_the_files_on_this_site_before_a_server(ask, runnable):
    here = runnable("oak")
    Checkpoint.objects.filter(pk=here.pk).update(revision="step9", step=9)
    make_endpoint(here.card)
    make_task("choice")
    (cell,) = evaluation_plan(user=make_user(), request=ask("oak", tasks=["choice"])).cells
    assert cell.checkpoint == here
