"""How a model's weights are loaded with the transformers library."""

from __future__ import annotations

from modelcards.models import Checkpoint, ModelCard

CLASSES = {
    "decoder-only": "AutoModelForCausalLM",
    "prefix-lm": "AutoModel",
    "encoder-only": "AutoModelForMaskedLM",
    "encoder-decoder": "AutoModelForSeq2SeqLM",
}


def snippet(card: ModelCard, checkpoints: list[Checkpoint]) -> str:
    """Python lines that load the card's weights; blank where they are not open or have no known place."""
    first = checkpoints[-1] if checkpoints else None
    place = (first.path or first.repo_id) if first else card.hf_repo
    loader = CLASSES.get(card.architecture_family)
    if not place or not loader:
        return ""
    revision = f', revision="{first.revision}"' if first and first.repo_id and first.revision != "main" else ""
    return (
        f"from transformers import {loader}\nfrom transformers import AutoTokenizer\n\n"
        f'place = "{place}"\n'
        f"tokenizer = AutoTokenizer.from_pretrained(\n    place{revision})\n"
        f"model = {loader}.from_pretrained(\n    place{revision})"
    )
