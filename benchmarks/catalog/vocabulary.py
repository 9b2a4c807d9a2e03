"""How often what occurs in a generated catalog: words of the taxonomy and of the wild, with their weights."""

from __future__ import annotations

from collections.abc import Mapping

# Which families a model begun early (2013) and late (2026) has; between them the share moves over. Blank: not stated.
EARLY = {"embedding": 30, "recurrent": 25, "encoder-only": 25, "encoder-decoder": 12, "decoder-only": 6, "": 2}
LATE = {"decoder-only": 66, "encoder-only": 14, "encoder-decoder": 7, "prefix-lm": 1.5, "recurrent": 2, "": 9.5}

FAMILIES = ("decoder-only", "encoder-only", "encoder-decoder", "prefix-lm", "recurrent", "embedding", "")

# Objectives of each family; blank: not stated.
OBJECTIVES: Mapping[str, Mapping[str, float]] = {
    "decoder-only": {"causal-lm": 84, "multi-task": 2, "permutation-lm": 1, "": 13},
    "encoder-only": {"masked-lm": 52, "masked-lm-nsp": 22, "replaced-token-detection": 9, "": 17},
    "encoder-decoder": {
        "span-corruption": 34,
        "denoising": 26,
        "mixture-of-denoisers": 8,
        "supervised-translation": 14,
        "": 18,
    },
    "prefix-lm": {"blank-infilling": 60, "multi-task": 20, "mixture-of-denoisers": 10, "": 10},
    "recurrent": {"bidirectional-lm": 45, "causal-lm": 40, "": 15},
    "embedding": {"static-embedding": 90, "": 10},
    "": {"causal-lm": 10, "": 90},
}

# A few models attend otherwise than their family does.
OTHER_ATTENTION = {"decoder-only": "bidirectional", "encoder-only": "causal", "encoder-decoder": "prefix"}

# Stages of models that name a base model, with the relation; and of those that name none.
STAGES_MADE = {
    "finetuned": 33,
    "adapter": 20,
    "quantized": 21,
    "instruction-tuned": 12,
    "rlhf": 3,
    "merged": 5,
    "distilled": 2,
    "base": 1.5,
    "": 2.5,
}
STAGES_ALONE = {"base": 42, "finetuned": 31, "instruction-tuned": 10, "quantized": 5, "adapter": 3, "merged": 1, "": 8}
RELATION = {
    "finetuned": "finetune",
    "adapter": "adapter",
    "quantized": "quantized",
    "instruction-tuned": "instruction-tune",
    "rlhf": "rlhf",
    "merged": "merge",
    "distilled": "distillation",
    "base": "successor",
    "": "finetune",
}
SUFFIX = {
    "finetuned": "ft",
    "adapter": "LoRA",
    "quantized": "GGUF",
    "instruction-tuned": "Instruct",
    "rlhf": "Chat",
    "merged": "merge",
    "distilled": "distil",
    "base": "v2",
    "": "",
}

CODES = """en zh fr de es ru ja ko pt it ar hi vi id tr pl nl th fa uk cs sv ro el hu fi da he bn ta te ur ms no ca bg
hr sr sk sl lt lv et sw ml mr gu kn pa ne si my km lo ka hy az kk uz mn eu gl cy ga is mt sq mk bs af zu xh yo ig ha
am so jv su tl ceb la eo yue wuu bo ug ku ps"""
HEAD = {"": 17, "en": 42, "zh": 7, "en;zh": 7, "multilingual": 6, "multilingual;en": 2, "en;code": 2, "zh;en": 1}


def languages() -> dict[str, float]:
    """Language lists as facts write them: a few often, each further language more rarely than the one before."""
    tail: dict[str, float] = {}
    for rank, code in enumerate(CODES.split()[2:], start=1):
        tail[code] = 6 / rank
        tail[f"en;{code}"] = 2 / rank
    tail["en;fr;de;es;it;pt"] = 1
    tail["en;zh;ja;ko"] = 0.5
    return {**HEAD, **tail}


MODALITIES = {
    "text": 74,
    "text;image": 8,
    "text;code": 7,
    "code": 2,
    "text;audio": 2,
    "image": 2,
    "audio": 1.5,
    "text;image;video": 0.5,
    "": 3,
}

# Licence as written, and its identifier. Some state a licence that has none.
LICENCES = {
    ("", ""): 24,
    ("Apache-2.0", "apache-2.0"): 31,
    ("MIT", "mit"): 14,
    ("Llama 2 community licence", "llama2"): 5,
    ("Llama 3 community licence", "llama3"): 6,
    ("Gemma terms of use", "gemma"): 3,
    ("CC-BY-NC-4.0", "cc-by-nc-4.0"): 4,
    ("CC-BY-4.0", "cc-by-4.0"): 2,
    ("CC-BY-SA-4.0", "cc-by-sa-4.0"): 1,
    ("CC-BY-NC-SA-4.0", "cc-by-nc-sa-4.0"): 1,
    ("OpenRAIL", "openrail"): 3,
    ("BigScience RAIL 1.0", "bigscience-bloom-rail-1.0"): 0.5,
    ("BigCode OpenRAIL-M", "bigcode-openrail-m"): 0.4,
    ("GPL-3.0", "gpl-3.0"): 0.6,
    ("BSD-3-Clause", "bsd-3-clause"): 0.5,
    ("Other", "other"): 3,
    ("own terms, research only", ""): 1,
}

# Benchmarks of published scores: slug, name, primary metric, chance level.
BENCHMARKS = (
    ("bench-knowledge", "Generated Knowledge", "acc", 0.25),
    ("bench-commonsense", "Generated Commonsense", "acc_norm", 0.25),
    ("bench-arithmetic", "Generated Arithmetic", "exact_match", 0.0),
    ("bench-reading", "Generated Reading", "acc", 0.5),
    ("bench-code", "Generated Code", "pass@1", 0.0),
    ("bench-truth", "Generated Truthfulness", "mc2", 0.4),
    ("bench-chinese", "Generated Chinese Exams", "acc", 0.25),
    ("bench-pronouns", "Generated Pronouns", "acc", 0.5),
)

TASKS = ("classification", "summarisation", "translation", "question answering", "chat", "code completion", "retrieval")
NOTES = {
    "training_data_note": "filtered web pages, books and code; near duplicates removed",
    "training_note": "AdamW, cosine schedule, bfloat16, packed sequences",
    "limits": "may state what is not so; not tested outside its languages",
    "language_note": "as the card of the repository states",
}
