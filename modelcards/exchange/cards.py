"""Reading one Hugging Face card: metadata, text, and the ``config.json`` beside it."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.translation import gettext as _

from modelcards.exchange import mapping
from modelcards.exchange import vocabulary as hub
from modelcards.exchange.document import VERSION, read_document
from modelcards.exchange.frontmatter import Metadata, read_metadata, split
from modelcards.exchange.identity import from_path, slug_of
from modelcards.exchange.modelindex import ModelIndex
from modelcards.exchange.shapes import LONGEST_SOURCE, CardError, ReadCard
from modelcards.exchange.stating import Stating
from modelcards.tables import RowError

# The key of our own block in a card's metadata.
OWN = "arboretum"
LARGEST_CONFIG = 2**20


def read_card(text: str, *, file: str, config: dict[str, Any] | None = None) -> ReadCard:
    """What a card states; ``file`` is its path, which may tell the repository. Raises CardError with file and line."""
    block, first_line, body = split(text, file)
    _check_template(block, first_line, body, file)
    metadata = read_metadata(block, file, first_line) if block is not None else Metadata()
    _check_kind(metadata, body, file)
    repo, name = from_path(file)
    source = f"Hugging Face: {repo}" if repo else file[-LONGEST_SOURCE:]
    if OWN in metadata.values:
        return _own(metadata, file, body)
    return _foreign(metadata, file, body.strip(), config or {}, (repo, name, source))


def read_config(raw: bytes) -> dict[str, Any]:
    """A ``config.json``; empty where it is none: a card can stand without it."""
    try:
        found = json.loads(raw.decode("utf-8-sig")) if len(raw) <= LARGEST_CONFIG else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _own(metadata: Metadata, file: str, body: str) -> ReadCard:
    """A card that this program wrote: its own block says all, the rest of the metadata repeats it for the hub."""
    block, line = metadata.values[OWN], metadata.line(OWN)
    if isinstance(block, dict) and block.get("version") != VERSION:
        reason = _("version %(found)s is not known; this program reads version %(known)d")
        raise CardError(
            [RowError(file, line, OWN, reason % {"found": str(block.get("version"))[:20], "known": VERSION})]
        )
    return read_document(block, file=file, line=line, origin="import: card", body=body.strip("\n"))


def _foreign(
    metadata: Metadata, file: str, body: str, config: dict[str, Any], identity: tuple[str, str, str]
) -> ReadCard:
    repo, name, source = identity
    card = Stating(metadata, file, source, f"https://huggingface.co/{repo}" if repo else "")
    name = name or _first_name(metadata, body) or "model"
    mapping.state_identity(card, repo, name)
    mapping.state_terms(card)
    mapping.state_sizes(card, config)
    mapping.state_kind(card, config)
    newer = mapping.state_descent(card)
    index = ModelIndex(metadata, file, source)
    scores = index.scores()
    if index.errors:
        raise CardError(index.errors)
    return ReadCard(
        file=file,
        line=1,
        slug=slug_of(repo or name),
        repo=repo,
        origin=f"import: {source}"[-LONGEST_SOURCE:],
        facts=list(card.facts.values()),
        text=body,
        scores=scores,
        newer=newer,
        notes=[*card.notes, *index.notes],
    )


def _first_name(metadata: Metadata, body: str) -> str:
    """The name in the metadata, else the first heading."""
    stated = metadata.values.get("model_name")
    if isinstance(stated, str) and stated.strip():
        return stated.strip()[:200]
    heading = re.search(r"^#[ \t]+(\S.{0,199})$", body[:20_000], re.MULTILINE)
    return heading[1].strip() if heading else ""


def _check_template(block: str | None, line: int, body: str, file: str) -> None:
    """A form that nobody filled in is no card; it says of what it would be one."""
    block = "\n".join(one for one in (block or "").split("\n") if not one.startswith("#")).strip()
    if not re.fullmatch(r"\{{1,2}\s*[\w-]+\s*\}{1,2}", block):
        return
    if re.search(r"\{\{\s*pretty_name|^#\s*dataset card", body, re.IGNORECASE | re.MULTILINE):
        raise CardError([RowError(file, line, "", _dataset_reason())])
    reason = _("is a template: “%(block)s” stands where the metadata belongs; fill it in") % {"block": block[:40]}
    raise CardError([RowError(file, line, "", reason)])


def _check_kind(metadata: Metadata, body: str, file: str) -> None:
    """Refuse the cards of data sets and of spaces: the same file name, another thing."""
    keys = set(metadata.values)
    if keys & hub.MODEL_KEYS or OWN in keys:
        return
    found = sorted(keys & hub.DATASET_KEYS)
    if found or (re.match(r"\s*#\s*dataset card\b", body, re.IGNORECASE)):
        raise CardError([RowError(file, metadata.line(*found[:1]), found[0] if found else "", _dataset_reason())])
    if len(keys & hub.SPACE_KEYS) >= 2:
        reason = _("is the card of a Space, not of a model")
        raise CardError([RowError(file, metadata.line("sdk"), "sdk", reason)])


def _dataset_reason() -> str:
    return _("is the card of a data set, not of a model; only cards of models are taken")
