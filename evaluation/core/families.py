"""Which architecture family a Hugging Face ``config.json`` describes.

The order of the rules follows what the weights can do: a head that predicts the next token makes a decoder even of a
BERT (``is_decoder``), a masked-LM head makes an encoder. The model type decides only where no head says it.
"""

from __future__ import annotations

from typing import Any

ENCODER_ONLY = "encoder-only"
DECODER_ONLY = "decoder-only"
ENCODER_DECODER = "encoder-decoder"
RECURRENT = "recurrent"

ENCODERS = {
    "albert", "bert", "big_bird", "camembert", "canine", "convbert", "data2vec-text", "deberta", "deberta-v2",
    "distilbert", "electra", "ernie", "esm", "eurobert", "flaubert", "fnet", "funnel", "ibert", "layoutlm",
    "longformer", "luke",
    "megatron-bert", "mobilebert", "modernbert", "mpnet", "mra", "nomic_bert", "nystromformer", "perceiver", "rembert",
    "roberta", "roberta-prelayernorm", "roc_bert", "roformer", "squeezebert", "xlm", "xlm-roberta", "xlm-roberta-xl",
    "xmod", "yoso",
}  # fmt: skip
RECURRENTS = {"falcon_mamba", "mamba", "mamba2", "rwkv", "xlstm"}
CAUSAL_HEADS = ("ForCausalLM", "LMHeadModel")
MASKED_HEADS = ("ForMaskedLM",)
PRETRAINING_WITH_MASKED_HEAD = {"albert", "bert", "big_bird", "ernie", "megatron-bert", "mobilebert", "roc_bert"}
"""Model types whose ``…ForPreTraining`` holds the masked-LM head next to that of sentence order."""


def family_of(config: dict[str, Any]) -> str:
    """The architecture family of a configuration, or "" where neither its head nor its model type tells."""
    model_type, heads = str(config.get("model_type", "")), _heads(config)
    if config.get("is_encoder_decoder"):
        return ENCODER_DECODER
    if model_type in RECURRENTS:
        return RECURRENT
    if model_type in ENCODERS:
        return DECODER_ONLY if config.get("is_decoder") and _any_ends(heads, CAUSAL_HEADS) else ENCODER_ONLY
    if _any_ends(heads, CAUSAL_HEADS):
        return DECODER_ONLY
    return ENCODER_ONLY if _any_ends(heads, MASKED_HEADS) else ""


def has_masked_head(config: dict[str, Any]) -> bool:
    """Whether the checkpoint holds a head that predicts a masked token (an ELECTRA discriminator does not)."""
    heads = _heads(config)
    if _any_ends(heads, MASKED_HEADS):
        return True
    return _any_ends(heads, ("ForPreTraining",)) and config.get("model_type") in PRETRAINING_WITH_MASKED_HEAD


def _heads(config: dict[str, Any]) -> list[str]:
    return [str(name) for name in config.get("architectures") or []]


def _any_ends(names: list[str], endings: tuple[str, ...]) -> bool:
    return any(name.endswith(endings) for name in names)
