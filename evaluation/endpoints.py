"""Models behind an address: how they are asked from here, what they cannot answer, what a runner is told of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from evaluation.checkpoints import inspect, local_directory
from evaluation.core.checkpoints import CheckpointError
from evaluation.core.protocol import ModelSpec, ServedSpec
from evaluation.core.served.addresses import AddressError, read_address
from evaluation.core.served.calls import Server
from evaluation.core.served.probe import Abilities, ProbeError, probe
from evaluation.models import Endpoint
from modelcards.models import Checkpoint

KEY_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,90}_API_KEY")
GENERATED = "generate_until"
LIKELIHOODS = ("loglikelihood", "loglikelihood_rolling", "multiple_choice")
USUAL_LENGTH = 2048
"""lm-eval's own, where a server does not say how much it takes."""
PROBE_SECONDS = 15.0

Probe = Callable[[str, str, str], Abilities]


def probe_address(address: str, model: str, key_variable: str) -> Abilities:
    """Ask the server what it can do. Raises ProbeError, AddressError."""
    key = os.environ.get(key_variable, "") if key_variable else ""
    if key_variable and not key:
        raise ProbeError(_("%(name)s is not set in the environment of this process.") % {"name": key_variable})
    server = Server(read_address(address), key=key, timeout=PROBE_SECONDS)
    try:
        return probe(server, model)
    finally:
        server.close()


def endpoint_of(checkpoint: Checkpoint) -> Endpoint | None:
    """The address that a checkpoint stands for, if its weights lie behind one."""
    if checkpoint.path or checkpoint.repo_id:
        return None
    return Endpoint.objects.select_related("checkpoint", "tokenizer__card").filter(checkpoint=checkpoint).first()


def cannot(endpoint: Endpoint, chat_template: bool) -> dict[str, str]:
    """Output type of a task → why this server has no answer to it."""
    why = {kind: reason for kind in LIKELIHOODS if (reason := _no_likelihood(endpoint, chat_template))}
    if reason := _no_text(endpoint, chat_template):
        why[GENERATED] = reason
    return why


def _no_likelihood(endpoint: Endpoint, chat_template: bool) -> str:
    able, name = endpoint.abilities, {"name": endpoint.name}
    if not able.get("completions"):
        return _("It needs likelihoods, and the server %(name)s only answers chats, which give none.") % name
    if not able.get("echo"):
        text = _("It needs likelihoods, and the server %(name)s gives no log probabilities of the prompt (echo).")
        return text % name
    if endpoint.tokenizer is None and not able.get("tokenizer"):
        text = _(
            "It needs likelihoods, and these a tokenizer: the card has no checkpoint here, and the server %(name)s "
            "splits no texts (/tokenize and /tokenizer_info)."
        )
        return text % name
    if chat_template and not has_template(endpoint.tokenizer):
        return _("With a chat template, likelihoods need one in a tokenizer on this site, and there is none.")
    return ""


def _no_text(endpoint: Endpoint, chat_template: bool) -> str:
    able, name = endpoint.abilities, {"name": endpoint.name}
    if not chat_template and not able.get("completions"):
        return _("The server %(name)s only answers chats: ask with the chat template.") % name
    if chat_template and not able.get("chat") and not has_template(endpoint.tokenizer):
        return _("A chat template is asked for; the server %(name)s answers no chats, and no tokenizer has one.") % name
    return ""


def has_template(tokenizer: Checkpoint | None) -> bool:
    """Whether the tokenizer on this site has a chat template. One that lies in a repository is taken at its word."""
    if tokenizer is None:
        return False
    if tokenizer.repo_id:
        return True
    try:
        return inspect(tokenizer).chat_template
    except CheckpointError:
        return False


def tokenizer_for(checkpoints: list[Checkpoint]) -> Checkpoint | None:
    """The checkpoint whose tokenizer is taken unless another is named: ``main`` before others, files before hub ids."""
    usable = [one for one in checkpoints if one.path or (one.repo_id and settings.HUB_ALLOW_DOWNLOADS)]
    return min(usable, key=lambda one: (not one.path, one.revision != "main", -(one.step or 0), one.pk), default=None)


def served_model(endpoint: Endpoint, dtype: str) -> ModelSpec:
    """What a runner on this node is told. Raises CheckpointError: removed, or no tokenizer where one is needed."""
    if endpoint.removed_at is not None:
        raise CheckpointError(_("The address of the server %(name)s was removed.") % {"name": endpoint.name})
    path, repo_id, revision = _tokenizer_here(endpoint)
    return ModelSpec(
        architecture_family=endpoint.checkpoint.card.architecture_family,
        path=path,
        repo_id=repo_id,
        revision=revision,
        dtype=dtype,
        served=_spec(endpoint),
    )


def _spec(endpoint: Endpoint) -> ServedSpec:
    able = endpoint.abilities
    names = ("completions", "echo", "token_prompts", "chat", "tokenizer")
    return ServedSpec(
        name=endpoint.name,
        address=endpoint.address,
        model=endpoint.model,
        key_variable=endpoint.key_variable,
        max_length=length(endpoint),
        concurrency=endpoint.concurrency,
        tries=endpoint.tries,
        timeout=float(endpoint.timeout),
        **{name: bool(able.get(name)) for name in names},
    )


def length(endpoint: Endpoint) -> int:
    """Tokens of prompt and answer together: as registered, as the server says, or what is usual; the least counts."""
    said = int(endpoint.abilities.get("max_length") or 0)
    return min([each for each in (endpoint.max_length, said) if each], default=USUAL_LENGTH)


def _tokenizer_here(endpoint: Endpoint) -> tuple[str, str, str]:
    """Path, repository and revision of the tokenizer on this node; all blank where the server's own will do."""
    chosen = endpoint.tokenizer
    if chosen is None:
        return "", "", "main"
    if chosen.repo_id:
        return "", chosen.repo_id, chosen.revision
    try:
        return str(local_directory(chosen)), "", "main"
    except CheckpointError:
        if endpoint.abilities.get("tokenizer"):
            return "", "", "main"
        raise


def address_problem(address: str) -> str:
    """Why this is no address that may be asked; blank if it is."""
    try:
        read_address(address)
    except AddressError as error:
        return str(error)
    return ""
