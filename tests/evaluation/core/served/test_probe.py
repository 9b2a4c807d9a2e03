"""A probe tells what a server can do by doing it."""

import pytest

from evaluation.core.served.addresses import read_address
from evaluation.core.served.calls import Server
from evaluation.core.served.probe import Abilities, ProbeError, echoed, probe
from evaluation.core.served.retries import Retries
from tests.openai_server import Script, serving

ONCE = Retries(tries=1)


def found(script: Script, model: str = "", **how) -> Abilities:
    with serving(script=script) as server:
        return probe(Server(read_address(server.address), **how), model, ONCE)


def able(abilities: Abilities) -> set[str]:
    names = ("completions", "echo", "token_prompts", "chat", "tokenizer")
    return {name for name in names if getattr(abilities, name)}


def test_a_whole_server_can_do_everything():
    abilities = found(Script())
    assert able(abilities) == {"completions", "echo", "token_prompts", "chat", "tokenizer"}
    assert (abilities.model, abilities.max_length, abilities.software, abilities.notes) == (
        "sapling",
        2048,
        "tests",
        [],
    )


@pytest.mark.parametrize(
    ("lacks", "can", "note"),
    [
        ("echo", {"completions", "chat", "tokenizer"}, "echo with log probabilities"),
        ("token_prompts", {"completions", "echo", "chat", "tokenizer"}, "prompts of token ids"),
        ("completions", {"chat", "tokenizer"}, "No completions: it answered 404"),
        ("chat", {"completions", "echo", "token_prompts", "tokenizer"}, "No chats"),
        ("tokenizer", {"completions", "echo", "token_prompts", "chat"}, ""),
    ],
)
def test_what_is_missing_is_told(lacks, can, note):
    abilities = found(Script().without(lacks))
    assert able(abilities) == can
    assert note in " ".join(abilities.notes)


def test_a_server_without_a_list_of_models_is_asked_for_the_named_one():
    assert found(Script().without("models"), "sapling").echo
    with pytest.raises(ProbeError, match=r"Say which model is meant\. The server lists: none\."):
        found(Script().without("models"))


def test_a_model_that_is_not_served_is_told_with_those_that_are():
    with pytest.raises(ProbeError, match=r"serves no model 'oak'\. It lists: sapling\."):
        found(Script(), "oak")


def test_a_server_that_can_do_nothing_is_refused_with_what_it_said():
    with pytest.raises(ProbeError, match=r"neither completions nor chats\. No completions: it answered 404"):
        found(Script().without("completions", "chat"))


def test_a_wrong_key_ends_the_probe():
    with pytest.raises(ProbeError, match="The key is missing or not the right one"):
        found(Script(key="right"), key="wrong")


def test_silence_ends_the_probe():
    script = Script()
    script.faults.append((0, {}))
    with pytest.raises(ProbeError, match="gave no whole answer"):
        found(script, timeout=0.3)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"choices": []},
        {"choices": [{"logprobs": None}]},
        {"choices": [{"logprobs": {"content": [{"token": "a", "logprob": -1}]}}]},
        {"choices": [{"logprobs": {"token_logprobs": [-1.0], "top_logprobs": [{}]}}]},
        {"choices": [{"logprobs": {"token_logprobs": [None, None, -1], "top_logprobs": [None, {"a": 1}, {"a": 1}]}}]},
        {"choices": [{"logprobs": {"token_logprobs": [None, -1, -1], "top_logprobs": [None, None, None]}}]},
    ],
)
def test_answers_without_log_probabilities_of_the_prompt_are_no_echo(data):
    assert echoed(data) is None
