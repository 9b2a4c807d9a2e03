"""Load checkpoints and the card texts that lie beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from django.conf import settings
from django.db import transaction

from modelcards.actions.counts import Loaded
from modelcards.addresses import renamed
from modelcards.models import CardChange, Checkpoint, ModelCard
from modelcards.statements import CheckpointStatement

LARGEST_TEXT = 200_000
COLUMNS = ("repo_id", "path", "step", "tokens_seen", "dtype", "format", "sha256", "size")


@transaction.atomic
def checkpoints_load(*, checkpoints: Sequence[CheckpointStatement], by: str) -> Loaded:
    """Make or renew the checkpoints, each known by its card and revision; ``by`` is noted in the cards' history."""
    moved = renamed({one.card for one in checkpoints})
    checkpoints = [replace(one, card=moved.get(one.card, one.card)) for one in checkpoints]
    cards = ModelCard.objects.filter(slug__in={one.card for one in checkpoints}).in_bulk(field_name="slug")
    present = {(row.card_id, row.revision): row for row in Checkpoint.objects.filter(card__in=list(cards.values()))}
    fresh, altered = list[Checkpoint](), list[Checkpoint]()
    for one in checkpoints:
        card = cards[one.card]
        row = present.get((card.pk, one.revision)) or Checkpoint(card=card, revision=one.revision)
        wanted = {**asdict(one), "size": _size(one.path)}
        if any(getattr(row, name) != wanted[name] for name in COLUMNS):
            for name in COLUMNS:
                setattr(row, name, wanted[name])
            (altered if row.pk else fresh).append(row)
    Checkpoint.objects.bulk_create(fresh)
    Checkpoint.objects.bulk_update(altered, COLUMNS, batch_size=200)
    for one in checkpoints:
        _load_text(cards[one.card], one.path, by)
    return Loaded(len(fresh), len(altered), len(checkpoints) - len(fresh) - len(altered))


def _directory(path: str) -> Path | None:
    """The checkpoint's directory below the first checkpoint directory that has it."""
    for root in settings.HUB_CHECKPOINT_DIRS:
        found = (Path(root) / path).resolve()
        if path and found.is_dir() and found.is_relative_to(Path(root).resolve()):
            return found
    return None


def _size(path: str) -> int | None:
    """Bytes of the weight files, where they lie on this machine."""
    directory = _directory(path)
    return sum(file.stat().st_size for file in directory.glob("*.safetensors")) if directory else None


def _load_text(card: ModelCard, path: str, by: str) -> None:
    """Give the card the README.md beside its weights, without the metadata block, unless a person wrote a text."""
    directory = _directory(path)
    if directory is None or not (directory / "README.md").is_file() or _written_by_person(card):
        return
    text = _without_metadata((directory / "README.md").read_text(encoding="utf-8", errors="replace")[:LARGEST_TEXT])
    if text and text != card.card_text:
        before = {"card_text": card.card_text} if card.card_text else {}
        card.card_text = text
        card.version += 1
        CardChange.objects.create(card=card, by=by, version=card.version, before=before, after={"card_text": text})
        card.save(update_fields=["card_text", "updated_at", "version"])


def _written_by_person(card: ModelCard) -> bool:
    return CardChange.objects.filter(card=card, after__has_key="card_text").exclude(who=None).exists()


def _without_metadata(text: str) -> str:
    """The text after the YAML block between two ``---`` lines, if it starts with one."""
    lines = text.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    if lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:]):
        end = [line.strip() for line in lines].index("---", 1)
        lines = lines[end + 1 :]
    return "\n".join(lines).strip()
