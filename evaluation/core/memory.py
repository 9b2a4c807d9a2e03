"""How much device memory a checkpoint needs, from its parameters, its dtype and the tokens that it works on at once.

    need = (weights + tokens x (cache + activations + logits)) x (1 + spare) + working

    weights      parameters x bytes of the dtype
    tokens       batch size x context length: that of the checkpoint, at most ``context`` of the allowance, since few
                 requests of few tasks fill what a checkpoint could see; an automatic batch counts as the usual one
    cache        2 x layers x (key-value heads x head dimension) x bytes: a key and a value of each layer
    activations  (4 x hidden + 2 x intermediate) x bytes: one layer at a time, the others' are freed at once
    logits       2 x vocabulary x bytes: lm-eval keeps the logits while it takes their log-softmax
    spare        what the allocator cannot use, as a fraction
    working      the driver's context, kernels, the process itself

The cache is counted for scoring too, since transformers builds one in every forward pass of a decoder. An encoder-only
model has none. Where a configuration does not tell its sizes, a fifth of the weights stands for all that grows with
tokens. Sources: "Efficient Memory Management for Large Language Model Serving with PagedAttention" (arXiv 2309.06180,
section 3) for the cache; lm-eval's ``HFLM._loglikelihood_tokens`` for the logits.

The estimate is of the usual case. One that is too low costs a retry with half the batch, one that is too high keeps a
run from devices that could hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
USUAL_BATCH = 16
MIB = 2**20
MOST = 2**60
"""No configuration, however absurd its numbers, leads beyond what a database can hold."""


@dataclass(frozen=True)
class Allowance:
    """What an administrator may adjust. ``context``: tokens of a request; ``spare``: a fraction; ``working``: bytes."""

    context: int = 256
    spare: float = 0.1
    working: int = 256 * MIB


@dataclass(frozen=True)
class Sizes:
    """What of a configuration decides how memory grows with tokens. 0: the configuration does not tell."""

    layers: int = 0
    hidden: int = 0
    intermediate: int = 0
    key_value: int = 0
    vocabulary: int = 0

    @property
    def known(self) -> bool:
        """Whether there is enough to reckon with."""
        return bool(self.layers and self.hidden and self.vocabulary)


def sizes_of(config: Mapping[str, Any]) -> Sizes:
    """Read them from a ``config.json``, by the names that Hugging Face's model types use."""
    text = config.get("text_config")
    known = {**config, **text} if isinstance(text, dict) else config
    hidden = _first(known, "hidden_size", "n_embd", "d_model", "dim", "n_embed")
    heads = _first(known, "num_attention_heads", "n_head", "num_heads", "encoder_attention_heads", "n_heads")
    layers = _first(known, "num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers")
    decoder = _first(known, "num_decoder_layers", "decoder_layers") if known.get("is_encoder_decoder") else 0
    each = _first(known, "head_dim", "d_kv") or (hidden // heads if heads else 0)
    return Sizes(
        layers=layers + 2 * decoder,  # a decoder layer keeps its own keys and values and those of the encoder
        hidden=hidden,
        intermediate=_first(known, "intermediate_size", "n_inner", "d_ff", "ffn_dim", "encoder_ffn_dim") or 4 * hidden,
        key_value=(_first(known, "num_key_value_heads", "n_head_kv") or heads) * each,
        vocabulary=_first(known, "vocab_size"),
    )


def memory_estimate(
    *,
    weights: int,
    each: int,
    sizes: Sizes,
    batch: int = USUAL_BATCH,
    context: int = 0,
    cached: bool = True,
    allowance: Allowance | None = None,
) -> int:
    """Bytes of device memory by the formula above. ``each``: bytes of a number; ``cached`` False: no cache is kept."""
    allowance = allowance or Allowance()
    tokens = batch * min(context or allowance.context, allowance.context)
    if sizes.known:
        growing = tokens * bytes_per_token(sizes, each, cached=cached)
    else:
        growing = weights // 5
    return min(int((weights + growing) * (1 + allowance.spare)) + allowance.working, MOST)


def bytes_per_token(sizes: Sizes, each: int, *, cached: bool = True) -> int:
    """What one token more costs: cache, activations of one layer, logits."""
    cache = 2 * sizes.layers * sizes.key_value if cached else 0
    activations = 4 * sizes.hidden + 2 * sizes.intermediate
    return (cache + activations + 2 * sizes.vocabulary) * each


def _first(config: Mapping[str, Any], *names: str) -> int:
    """The first of ``names`` that is a positive whole number; 0 where none is."""
    for name in names:
        value = config.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return 0
