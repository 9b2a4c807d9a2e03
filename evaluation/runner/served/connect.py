"""Makes a served model ready: its key, its tokenizer, and that server and tokenizer mean the same tokens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import transformers

from evaluation.core.protocol import ServedSpec
from evaluation.core.served.addresses import AddressError, read_address
from evaluation.core.served.calls import Server
from evaluation.core.served.probe import echoed, root
from evaluation.runner.failures import ScoringError, explain
from evaluation.runner.observed import AnswerHook
from evaluation.runner.pulse import Pulse
from evaluation.runner.served.asking import Asker
from evaluation.runner.served.lm import ServedLM
from evaluation.runner.served.models import Chat, Completions
from evaluation.runner.served.tokenizer import ServerTokenizer

TELLING = "A tree grows: 2,718 rings, größer als das Haus, 木が育つ; for x in range(40): print(x)\n\n"
"""Tokenizers that differ split this into different numbers of tokens."""


def connect(served: ServedSpec, tokenizer: Path | None, pulse: Pulse) -> ServedLM:
    """The model behind ``served``; ``tokenizer``: the directory of its tokenizer, where it lies on this machine.

    Raises ScoringError: no key in the environment, no tokenizer that can be read, or another one than the server's.
    """
    server = server_of(served)
    asker = Asker(server, pulse, name=served.name, concurrency=served.concurrency, tries=served.tries)
    completions = chat = None
    if served.completions:
        completions = ready(Completions(**arguments(served)), asker, pulse)
        give_tokenizer(completions, served, asker, tokenizer, root(server))
        if served.echo and completions.tokenizer is not None:
            check_tokens(completions, served)
    if served.chat:
        chat = ready(Chat(**arguments(served)), asker, pulse)
    lm = ServedLM(served, completions, chat)
    lm.set_cache_hook(AnswerHook(pulse))
    return lm


def server_of(served: ServedSpec) -> Server:
    """The server, with its key out of the environment. Raises ScoringError."""
    key = os.environ.get(served.key_variable, "") if served.key_variable else ""
    if served.key_variable and not key:
        text = f"The server {served.name} needs a key, and {served.key_variable} is not set on this node."
        raise ScoringError("refused", text)
    try:
        return Server(read_address(served.address), key=key, timeout=served.timeout)
    except AddressError as error:
        raise ScoringError("checkpoint", str(error)) from None


def arguments(served: ServedSpec) -> dict[str, Any]:
    """What lm-eval's API models are made with. It shall not ask by itself: neither retry, nor find a tokenizer."""
    return {
        "model": served.model,
        "base_url": served.address,
        "tokenizer_backend": "None",
        "tokenized_requests": False,
        "max_length": served.max_length,
        "num_concurrent": 2,
        "max_retries": 1,
        "batch_size": 1,
    }


def ready(model: Any, asker: Asker, pulse: Pulse) -> Any:
    """``model``, asking through ``asker``."""
    model.asker, model.pulse = asker, pulse
    return model


def give_tokenizer(
    model: Completions, served: ServedSpec, asker: Asker, directory: Path | None, server_root: str
) -> None:
    """The tokenizer on this machine, else the server's, else none: then texts go to the server as they are."""
    if directory is not None:
        model.tokenizer, model.tokenizer_backend = read_tokenizer(directory), "huggingface"
    elif served.tokenizer:
        model.tokenizer, model.tokenizer_backend = ServerTokenizer(asker, server_root), "remote"
    model.tokenized_requests = model.tokenizer is not None and served.token_prompts


def read_tokenizer(directory: Path) -> Any:
    """The tokenizer in a checkpoint's directory; no code of it is run. Raises ScoringError."""
    try:
        return transformers.AutoTokenizer.from_pretrained(directory, trust_remote_code=False, local_files_only=True)
    except Exception as error:
        text = f"The tokenizer of the card's checkpoint cannot be read: {explain(error).reason}"
        raise ScoringError("checkpoint", text) from error


def check_tokens(model: Completions, served: ServedSpec) -> None:
    """Have the server split a text, and find whether it puts a token before texts. Raises ScoringError."""
    plain, whole = (len(model.tok_encode(TELLING, add_special_tokens=special)) for special in (False, None))
    payload = model._create_payload(TELLING, generate=False)
    data = model.asker.one(lambda asked: asked.post(model.path, payload).data)
    given = (echoed(data) or 1) - 1
    if given not in (plain, plain + 1):
        raise ScoringError(
            "checkpoint",
            f"The tokenizer is not that of the served model: it splits a text into {plain} tokens, the server "
            f"{served.name} into {given}. Register the address with a checkpoint whose tokenizer is the same.",
        )
    model.added = given - plain
    if model.added and whole == plain and not model.tokenized_requests:
        raise ScoringError(
            "checkpoint",
            f"The server {served.name} takes no token ids and puts a token before texts, which the model's tokenizer "
            "on this site does not: likelihoods would be those of other texts.",
        )
