"""The six architectures, of half a million to a million parameters, as Hugging Face configurations."""

from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForPreTraining,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    RobertaConfig,
    RobertaForMaskedLM,
    T5Config,
    T5ForConditionalGeneration,
)

from reference.tokenizer import FAMILIES, MAX_LENGTH, SENTINELS, VOCABULARY

WIDTH, HEADS, LAYERS = 128, 4, 3
INNER = 3 * WIDTH
GATED_INNER = 2 * WIDTH  # three matrices of this width hold as much as two of INNER
ENCODER_LAYERS, DECODER_LAYERS = 3, 2


def bert() -> PreTrainedModel:
    """Masked LM with next-sentence prediction."""
    family = FAMILIES["bert"]
    return BertForPreTraining(BertConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=INNER, max_position_embeddings=MAX_LENGTH, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, pad_token_id=family.id_of("[PAD]"),
    ))  # fmt: skip


def roberta() -> PreTrainedModel:
    """Masked LM. Its positions count from the pad id on, so it needs that many more than it can use."""
    family = FAMILIES["roberta"]
    pad = family.id_of("<pad>")
    return RobertaForMaskedLM(RobertaConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=INNER, max_position_embeddings=MAX_LENGTH + pad + 1, type_vocab_size=1,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=pad,
        bos_token_id=family.id_of("<s>"), eos_token_id=family.id_of("</s>"),
    ))  # fmt: skip


def gpt2() -> PreTrainedModel:
    """Causal LM with learnt positions."""
    end = FAMILIES["gpt2"].id_of("<|endoftext|>")
    return GPT2LMHeadModel(GPT2Config(
        vocab_size=VOCABULARY, n_positions=MAX_LENGTH, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_inner=INNER,
        activation_function="gelu_pytorch_tanh",
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=end, eos_token_id=end, pad_token_id=end,
    ))  # fmt: skip


def llama() -> PreTrainedModel:
    """Causal LM with rotary positions."""
    family = FAMILIES["llama"]
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=GATED_INNER, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, max_position_embeddings=MAX_LENGTH, tie_word_embeddings=True,
        bos_token_id=family.id_of("<s>"), eos_token_id=family.id_of("</s>"), pad_token_id=family.id_of("</s>"),
    ))  # fmt: skip


def t5() -> PreTrainedModel:
    """Span corruption. The decoder starts with the first sentinel, which the tokenizer puts at the end of a prompt."""
    family = FAMILIES["t5"]
    return T5ForConditionalGeneration(T5Config(  # type: ignore[call-arg]
        vocab_size=VOCABULARY, d_model=WIDTH, d_kv=WIDTH // HEADS, d_ff=INNER, num_layers=ENCODER_LAYERS,
        num_decoder_layers=DECODER_LAYERS, num_heads=HEADS, dropout_rate=0.0, feed_forward_proj="relu",
        pad_token_id=family.id_of("<pad>"), eos_token_id=family.id_of("</s>"),
        decoder_start_token_id=family.id_of(SENTINELS[0]),
    ))  # fmt: skip


def bart() -> PreTrainedModel:
    """Denoising. The decoder starts with the end token, as BART's do."""
    family = FAMILIES["bart"]
    return BartForConditionalGeneration(BartConfig(
        vocab_size=VOCABULARY, d_model=WIDTH, encoder_layers=ENCODER_LAYERS, decoder_layers=DECODER_LAYERS,
        encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=INNER, decoder_ffn_dim=INNER,
        max_position_embeddings=MAX_LENGTH, dropout=0.0, pad_token_id=family.id_of("<pad>"),
        bos_token_id=family.id_of("<s>"), eos_token_id=family.id_of("</s>"),
        decoder_start_token_id=family.id_of("</s>"), forced_eos_token_id=None,
    ))  # fmt: skip


ARCHITECTURES = {"bert": bert, "roberta": roberta, "gpt2": gpt2, "llama": llama, "t5": t5, "bart": bart}
