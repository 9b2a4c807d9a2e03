"""The estimate of device memory, by its formula and against checkpoints whose sizes are known."""

import pytest

from evaluation.core.memory import MIB, MOST, Allowance, Sizes, bytes_per_token, memory_estimate, sizes_of

LLAMA_8B = {
    "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
    "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256,
}  # fmt: skip
GPT2 = {"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "vocab_size": 50257}
T5_BASE = {
    "model_type": "t5", "is_encoder_decoder": True, "d_model": 768, "num_layers": 12, "num_decoder_layers": 12,
    "num_heads": 12, "d_kv": 64, "d_ff": 3072, "vocab_size": 32128,
}  # fmt: skip


def test_sizes_are_read_by_the_names_of_each_model_type():
    assert sizes_of(LLAMA_8B) == Sizes(32, 4096, 14336, 8 * 128, 128256)
    assert sizes_of(GPT2) == Sizes(12, 768, 4 * 768, 768, 50257)
    assert sizes_of(T5_BASE) == Sizes(12 + 24, 768, 3072, 768, 32128)
    assert sizes_of({"text_config": LLAMA_8B, "vocab_size": 5}).layers == 32
    assert not sizes_of({"hidden_size": "many", "num_hidden_layers": True}).known


def test_the_cache_of_llama_8b_is_what_its_makers_say():
    # 2 x 32 layers x 1024 x 2 bytes = 128 KiB for a token (arXiv 2407.21783: 8 key-value heads of 128).
    with_cache = bytes_per_token(sizes_of(LLAMA_8B), 2)
    assert with_cache - bytes_per_token(sizes_of(LLAMA_8B), 2, cached=False) == 128 * 1024


def test_the_formula():
    sizes = Sizes(layers=2, hidden=10, intermediate=40, key_value=10, vocabulary=100)
    allowance = Allowance(context=50, spare=0.5, working=7)
    each_token = (2 * 2 * 10 + 4 * 10 + 2 * 40 + 2 * 100) * 2
    need = memory_estimate(weights=1000, each=2, sizes=sizes, batch=4, context=20, allowance=allowance)
    assert need == int((1000 + 4 * 20 * each_token) * 1.5) + 7
    longer = memory_estimate(weights=1000, each=2, sizes=sizes, batch=4, context=5000, allowance=allowance)
    assert longer == int((1000 + 4 * 50 * each_token) * 1.5) + 7


@pytest.mark.parametrize(
    ("parameters", "config", "each", "low", "high"),
    [(8.03e9, LLAMA_8B, 2, 16.1e9, 24e9), (8.03e9, LLAMA_8B, 4, 32.2e9, 48e9), (124e6, GPT2, 4, 0.6e9, 4e9)],
)
def test_known_models_fit_where_people_run_them(parameters, config, each, low, high):
    assert low < memory_estimate(weights=int(parameters * each), each=each, sizes=sizes_of(config)) < high


def test_where_the_configuration_tells_nothing_a_fifth_of_the_weights_stands_for_it():
    assert memory_estimate(weights=10**9, each=2, sizes=Sizes()) == int(1.2e9 * 1.1) + 256 * MIB


def test_absurd_numbers_lead_to_a_number_that_a_database_holds():
    absurd = sizes_of({**LLAMA_8B, "vocab_size": 10**40})
    assert memory_estimate(weights=1, each=4, sizes=absurd) == MOST < 2**63
