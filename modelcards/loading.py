"""How a model's weights are loaded with the transformers library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modelcards.models import Checkpoint, ModelCard

CLASSES = {
    "decoder-only": "AutoModelForCausalLM",
    "prefix-lm": "AutoModel",
    "encoder-only": "AutoModelForMaskedLM",
    "encoder-decoder": "AutoModelForSeq2SeqLM",
    "": "AutoModel",
}
# More revisions than a list of choices can hold are chosen from at the repository.
MOST_REVISIONS = 300


@dataclass(frozen=True)
class Loading:
    """Python lines that load a card's weights (blank: no known place), and the revisions there are to choose from."""

    lines: str
    revision: str = ""
    revisions: Sequence[str] = ()
    family_unknown: bool = False


def loading(card: ModelCard, checkpoints: Sequence[Checkpoint], revision: str = "") -> Loading:
    """How to load the card at a revision; one that it does not have, or none, is the usual one.

    Weights that lie in no directory and no repository (behind an address, or known from results alone) load nowhere.
    """
    checkpoints = [one for one in checkpoints if one.path or one.repo_id]
    chosen = next((one for one in checkpoints if one.revision == revision), None) or _usual(checkpoints)
    place = (chosen.path or chosen.repo_id) if chosen else card.hf_repo
    if not place or card.architecture_family not in CLASSES:
        return Loading("")
    pinned = chosen.revision if chosen and chosen.repo_id and chosen.revision != "main" else ""
    revisions = [one.revision for one in checkpoints][:MOST_REVISIONS]
    return Loading(
        lines=_lines(_library(card), _class(card), place, pinned),
        revision=chosen.revision if chosen else "",
        revisions=revisions if len(revisions) > 1 else (),
        family_unknown=not card.architecture_family,
    )


def _usual(checkpoints: Sequence[Checkpoint]) -> Checkpoint | None:
    """Files on this site before a repository, ``main`` before others, then what was described before what only results
    of others name; of equals the last.
    """

    def rank(one: Checkpoint) -> tuple[bool, bool, bool]:
        return bool(one.path), one.revision == "main", bool(one.format or one.dtype or one.sha256 or one.size)

    return max(reversed(checkpoints), key=rank, default=None)


def in_order(checkpoints: Iterable[Checkpoint]) -> list[Checkpoint]:
    """By training step, then tokens; those that say neither last, as ``main`` mostly is."""
    return sorted(
        checkpoints,
        key=lambda one: (one.step is None and one.tokens_seen is None, one.step or 0, one.tokens_seen or 0, one.pk),
    )


def _class(card: ModelCard) -> str:
    """The transformers class that gives a model its head for the objective it was trained on."""
    if card.stage == "adapter":
        return {"decoder-only": "AutoPeftModelForCausalLM", "encoder-decoder": "AutoPeftModelForSeq2SeqLM"}.get(
            card.architecture_family, "AutoPeftModel"
        )
    if card.architecture_family == "encoder-only" and card.objective == "replaced-token-detection":
        return "AutoModelForPreTraining"
    return CLASSES[card.architecture_family]


def _library(card: ModelCard) -> str:
    return "peft" if card.stage == "adapter" else "transformers"


def _lines(library: str, loader: str, place: str, revision: str) -> str:
    # Written as JSON, so that no name of a path ends the string.
    pinned = f",\n    revision={json.dumps(revision)}" if revision else ""
    imported = (
        f"from transformers import (\n    {loader},\n    AutoTokenizer,\n)"
        if library == "transformers"
        else f"from {library} import {loader}\nfrom transformers import AutoTokenizer"
    )
    return (
        f"{imported}\n\nplace = {json.dumps(place, ensure_ascii=False)}\n"
        f"tokenizer = AutoTokenizer.from_pretrained(\n    place{pinned})\n"
        f"model = {loader}.from_pretrained(\n    place{pinned})"
    )
