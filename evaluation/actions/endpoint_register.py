"""Register an address at which a model of the catalog is served, after asking it what it can do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.permission import check_may_register
from evaluation.core.request import RequestError
from evaluation.core.served.addresses import read_address
from evaluation.core.served.probe import Abilities, ProbeError
from evaluation.endpoints import KEY_VARIABLE, Probe, address_problem, probe_address, tokenizer_for
from evaluation.models import Endpoint
from modelcards.models import Checkpoint, ModelCard
from modelcards.querysets import Reader

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
AUTOMATIC, SERVERS = "", "@server"
LIMITS = {"concurrency": (1, 256), "tries": (1, 10), "timeout": (1, 3600), "max_length": (16, 100_000_000)}


@dataclass(frozen=True)
class Registration:
    """What a person says of a server. ``served_model`` blank: the only one it serves; ``tokenizer``: a revision of the
    card, blank for its checkpoint on this site or else the server's own, ``@server`` for the server's own;
    ``max_length``: tokens of prompt and answer together, ``None`` for as many as the server says.
    """

    model: str
    name: str
    address: str
    served_model: str = ""
    key_variable: str = ""
    tokenizer: str = AUTOMATIC
    concurrency: int = 8
    tries: int = 5
    timeout: int = 120
    max_length: int | None = None


def endpoint_register(
    *, user: Reader, asked: Registration, from_shell: bool = False, ask: Probe = probe_address
) -> Endpoint:
    """Probe the address and write it with a checkpoint of its own, which the card has from now on.

    Raises ``NotAllowed`` unless ``user`` may register addresses, ``RequestError`` by field for what is wrong or does
    not answer. The server is asked before the transaction begins.
    """
    if not from_shell:
        check_may_register(user)
    card = ModelCard.objects.visible_to(user).filter(slug=asked.model).first()
    checkpoints = list(card.checkpoints.all()) if card else []
    errors = {**_errors(asked), **_of_card(asked, card, checkpoints)}
    if errors or card is None:
        raise RequestError(errors)
    found = _probed(asked, ask)
    try:
        with transaction.atomic():
            endpoint = _write(user, card, checkpoints, asked, found)
            detail = {"address": endpoint.address, "model": endpoint.model, "key_variable": endpoint.key_variable}
            audit(who=user, action="address registered", target=endpoint, detail=detail)
    except IntegrityError:
        raise RequestError({"name": [_taken(asked.name)]}) from None
    return endpoint


def _errors(asked: Registration) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not NAME.fullmatch(asked.name):
        errors["name"] = [_("A name has small letters, digits, dots, hyphens and underscores, at most 60.")]
    if problem := address_problem(asked.address):
        errors["address"] = [problem]
    if len(asked.served_model) > 300 or not asked.served_model.isprintable():
        errors["served_model"] = [_("A model's name is one line of at most 300 characters.")]
    if asked.key_variable and not KEY_VARIABLE.fullmatch(asked.key_variable):
        errors["key_variable"] = [
            _("Name an environment variable that ends in _API_KEY, such as VLLM_API_KEY. No other is ever sent.")
        ]
    for name, (least, most) in LIMITS.items():
        value = getattr(asked, name)
        if value is not None and not least <= value <= most:
            errors[name] = [_("Must be between %(least)d and %(most)d.") % {"least": least, "most": most}]
    return errors


def _of_card(asked: Registration, card: ModelCard | None, checkpoints: list[Checkpoint]) -> dict[str, list[str]]:
    if card is None:
        return {"model": [_("There is no model “%(name)s”.") % {"name": asked.model}]}
    errors: dict[str, list[str]] = {}
    revisions = {one.revision for one in checkpoints}
    if asked.name in revisions:
        errors["name"] = [_taken(asked.name)]
    if asked.tokenizer not in (AUTOMATIC, SERVERS) and _named(asked, checkpoints) is None:
        usable = ", ".join(one.revision for one in checkpoints if one.path or one.repo_id) or _("none")
        text = _("The card has no checkpoint “%(name)s” with files; it has: %(known)s.")
        errors["tokenizer"] = [text % {"name": asked.tokenizer, "known": usable}]
    return errors


def _taken(name: str) -> str:
    return _("The card has a revision “%(name)s” already; name the server otherwise.") % {"name": name}


def _probed(asked: Registration, ask: Probe) -> Abilities:
    try:
        found = ask(asked.address, asked.served_model, asked.key_variable)
    except ProbeError as error:
        raise RequestError({"address": [str(error)]}) from None
    if asked.max_length and 0 < found.max_length < asked.max_length:
        text = _("The server says that it takes %(n)d tokens; leave this blank, or name fewer.")
        raise RequestError({"max_length": [text % {"n": found.max_length}]})
    return found


def _named(asked: Registration, checkpoints: list[Checkpoint]) -> Checkpoint | None:
    """The checkpoint whose tokenizer is meant."""
    if asked.tokenizer == SERVERS:
        return None
    if asked.tokenizer == AUTOMATIC:
        return tokenizer_for(checkpoints)
    return next((one for one in checkpoints if one.revision == asked.tokenizer and (one.path or one.repo_id)), None)


def _write(
    user: Reader, card: ModelCard, checkpoints: list[Checkpoint], asked: Registration, found: Abilities
) -> Endpoint:
    checkpoint = Checkpoint.objects.create(card=card, revision=asked.name, format="served")
    return Endpoint.objects.create(
        checkpoint=checkpoint,
        address=str(read_address(asked.address)),
        model=found.model,
        key_variable=asked.key_variable,
        tokenizer=_named(asked, checkpoints),
        concurrency=asked.concurrency,
        tries=asked.tries,
        timeout=asked.timeout,
        max_length=asked.max_length,
        abilities=found.to_json(),
        probed_at=Now(),
        registered_by_id=user.pk,
    )
