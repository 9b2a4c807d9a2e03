"""What a model type, a tag or a pipeline tells of a model's architecture family and objective.

``evaluation.core.families`` decides the same from a ``config.json`` for scoring; a test keeps the two in agreement.
"""

from __future__ import annotations

import re
from typing import Any

ENCODERS = {
    "albert", "bert", "big_bird", "camembert", "canine", "convbert", "data2vec-text", "deberta", "deberta-v2",
    "distilbert", "electra", "ernie", "esm", "eurobert", "flaubert", "fnet", "funnel", "ibert", "layoutlm",
    "longformer", "luke",
    "megatron-bert", "mobilebert", "modernbert", "mpnet", "mra", "nomic_bert", "nystromformer", "perceiver", "rembert",
    "roberta", "roberta-prelayernorm", "roc_bert", "roformer", "squeezebert", "xlm", "xlm-roberta", "xlm-roberta-xl",
    "xmod", "yoso",
}  # fmt: skip
RECURRENTS = {"falcon_mamba", "mamba", "mamba2", "rwkv", "xlstm"}
# Types that are no encoders, by what their papers trained; ``xlnet`` reads both ways and still writes.
DECODERS = {
    "bloom", "codegen", "cohere", "cohere2", "ctrl", "dbrx", "deepseek_v2", "deepseek_v3", "falcon", "gemma", "gemma2",
    "gemma3", "gpt2", "gpt_bigcode", "gpt_neo", "gpt_neox", "gpt_oss", "gptj", "granite", "internlm2", "llama",
    "minicpm", "mistral", "mixtral", "mpt", "olmo", "olmo2", "olmoe", "openai-gpt", "opt", "persimmon", "phi", "phi3",
    "qwen", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "smollm3", "stablelm", "starcoder2", "xglm",
}  # fmt: skip
PAIRS = {
    "bart", "bigbird_pegasus", "blenderbot", "fsmt", "led", "longt5", "m2m_100", "marian", "mbart", "mt5", "mvp",
    "nllb-moe", "pegasus", "pegasus_x", "plbart", "prophetnet", "switch_transformers", "t5", "umt5", "xlm-prophetnet",
}  # fmt: skip
OBJECTIVES = {
    **dict.fromkeys(("bert", "albert", "big_bird", "ernie", "megatron-bert", "mobilebert"), "masked-lm-nsp"),
    **dict.fromkeys(
        ("camembert", "deberta", "distilbert", "esm", "layoutlm", "longformer", "modernbert", "mpnet", "roberta",
         "xlm-roberta", "xlm-roberta-xl", "roformer", "squeezebert"), "masked-lm"),
    **dict.fromkeys(("electra", "convbert"), "replaced-token-detection"),
    **dict.fromkeys(("t5", "mt5", "umt5", "longt5", "switch_transformers"), "span-corruption"),
    **dict.fromkeys(("bart", "mbart", "plbart", "led"), "denoising"),
    **dict.fromkeys(("marian", "fsmt", "m2m_100", "nllb-moe"), "supervised-translation"),
    **dict.fromkeys((*DECODERS, *RECURRENTS), "causal-lm"),
    "xlnet": "permutation-lm",
}  # fmt: skip
PIPELINES = {"fill-mask": ("encoder-only", "masked-lm"), "text-generation": ("decoder-only", "causal-lm"),
             "text2text-generation": ("encoder-decoder", "")}  # fmt: skip
TAGGED_OBJECTIVES = {"maskedlm": ("encoder-only", "masked-lm"), "causallm": ("decoder-only", "causal-lm")}
# What tags write instead of the library's own type.
SPELLINGS = {"gptneo": "gpt_neo", "gptneox": "gpt_neox", "xlmroberta": "xlm-roberta", "xlmr": "xlm-roberta"}
CAUSAL_HEADS = ("ForCausalLM", "LMHeadModel")
MASKED_HEADS = ("ForMaskedLM",)


def of_config(config: dict[str, Any]) -> tuple[str, str]:
    """Family and objective of a ``config.json``; blank where it does not tell."""
    kind = str(config.get("model_type", ""))
    heads = [str(name) for name in _list(config.get("architectures"))]
    family = _config_family(config, kind, heads)
    objective = OBJECTIVES.get(kind, "")
    if family == "decoder-only" and objective != "permutation-lm":
        objective = "causal-lm"
    return family, objective


def of_type(kind: str) -> tuple[str, str]:
    """Family and objective of a model type as tags write it (``gpt2``, ``XLM-RoBERTa``); blank where not known."""
    plain = _plain(kind)
    key = SPELLINGS.get(plain) or _TYPES.get(plain, "")
    if not key:
        return TAGGED_OBJECTIVES.get(plain, ("", ""))
    groups = ((ENCODERS, "encoder-only"), (DECODERS, "decoder-only"), (PAIRS, "encoder-decoder"))
    family = next((name for members, name in groups if key in members), "recurrent" if key in RECURRENTS else "")
    return family, OBJECTIVES.get(key, "")


def _config_family(config: dict[str, Any], kind: str, heads: list[str]) -> str:
    if config.get("is_encoder_decoder"):
        return "encoder-decoder"
    if kind in RECURRENTS:
        return "recurrent"
    causal = any(head.endswith(CAUSAL_HEADS) for head in heads)
    if kind in ENCODERS:
        return "decoder-only" if config.get("is_decoder") and causal else "encoder-only"
    if causal:
        return "decoder-only"
    return "encoder-only" if any(head.endswith(MASKED_HEADS) for head in heads) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _plain(kind: str) -> str:
    return re.sub(r"[^a-z0-9]", "", kind.lower())


_TYPES = {_plain(kind): kind for kind in (*ENCODERS, *DECODERS, *PAIRS, *RECURRENTS, "xlnet")}
