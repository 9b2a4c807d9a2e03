"""Pseudo-log-likelihoods, against passes that are masked here by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from evaluation.runner.masked_lm import MaskedLM

pytestmark = pytest.mark.slow

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = [*SPECIAL, "the", "cat", "dog", "sat", "##s", "##ting", "play", "on", ","]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.WordPiece({word: at for at, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    raw.normalizer = normalizers.BertNormalizer()
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    raw.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    named = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    return PreTrainedTokenizerFast(tokenizer_object=raw, model_max_length=12, **named)


@pytest.fixture(scope="module")
def model() -> Any:
    import torch
    from transformers import BertConfig, BertForMaskedLM

    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=12, initializer_range=1.0,
    )  # fmt: skip
    return BertForMaskedLM(config).eval()


def scorer(model: Any, tokenizer: Any, batch_size: int = 4) -> MaskedLM:
    from evaluation.runner.masked_lm import MaskedLM, usable_length
    from evaluation.runner.pulse import Pulse

    pulse = Pulse(lambda message: None, lambda run, cell: False)
    length = usable_length(model, tokenizer)
    return MaskedLM(model, tokenizer, batch_size=batch_size, max_length=length, pulse=pulse)


def request(*arguments: Any) -> Any:
    return SimpleNamespace(args=arguments)


def by_hand(model: Any, passes: list[tuple[str, int, str]]) -> tuple[float, bool]:
    """Sum of log P(word at position | tokens) over passes, one forward pass each, and whether all are the argmax."""
    import torch

    total, greedy = 0.0, True
    for tokens, position, word in passes:
        ids = torch.tensor([[VOCABULARY.index(token) for token in tokens.split()]])
        with torch.no_grad():
            row = model(input_ids=ids).logits[0, position].log_softmax(-1)
        total += float(row[VOCABULARY.index(word)])
        greedy = greedy and int(row.argmax()) == VOCABULARY.index(word)
    return total, greedy


def test_a_word_of_several_pieces_is_unmasked_from_left_to_right(model, tokenizer):
    (score, greedy) = scorer(model, tokenizer).loglikelihood([request("the cat", " sats on")])[0]
    expected = by_hand(model, [
        ("[CLS] the cat [MASK] [MASK] on [SEP]", 3, "sat"),
        ("[CLS] the cat sat [MASK] on [SEP]", 4, "##s"),
        ("[CLS] the cat sat ##s [MASK] [SEP]", 5, "on"),
    ])  # fmt: skip
    assert score == pytest.approx(expected[0], abs=1e-5)
    assert greedy == expected[1]


def test_every_token_must_be_the_argmax_under_its_own_mask_to_be_greedy(model, tokenizer):
    import torch

    bias = model.cls.predictions.bias
    with torch.no_grad():
        bias[VOCABULARY.index("dog")] += 1000
    texts = [" dog", " dog dog", " cat", " dog cat", " cat dog"]
    answers = scorer(model, tokenizer).loglikelihood([request("the", text) for text in texts])
    with torch.no_grad():
        bias[VOCABULARY.index("dog")] -= 1000
    assert [greedy for _, greedy in answers] == [True, True, False, False, False]


def test_a_continuation_may_end_a_word_of_the_context(model, tokenizer):
    (score, _) = scorer(model, tokenizer).loglikelihood([request("the cat", "s")])[0]
    assert score == pytest.approx(by_hand(model, [("[CLS] the cat [MASK] [SEP]", 3, "##s")])[0], abs=1e-5)


def test_an_empty_context_scores_the_whole_text_and_no_special_token(model, tokenizer):
    (score, _) = scorer(model, tokenizer).loglikelihood([request("", "the cat")])[0]
    expected = by_hand(model, [("[CLS] [MASK] cat [SEP]", 1, "the"), ("[CLS] the [MASK] [SEP]", 2, "cat")])
    assert score == pytest.approx(expected[0], abs=1e-5)


def test_spaces_at_the_contexts_end_belong_to_the_continuation(model, tokenizer):
    asked = [request("the", " cat"), request("the ", "cat"), request("the  ", "cat")]
    first, second, third = scorer(model, tokenizer).loglikelihood(asked)
    assert first == second == third


def test_a_long_context_is_cut_from_the_left_and_cls_stays(model, tokenizer):
    (score, _) = scorer(model, tokenizer).loglikelihood([request("dog dog dog " + "the cat " * 4, "sat on")])[0]
    kept = "the cat " * 4
    expected = by_hand(model, [
        (f"[CLS] {kept} [MASK] on [SEP]", 9, "sat"),
        (f"[CLS] {kept} sat [MASK] [SEP]", 10, "on"),
    ])  # fmt: skip
    assert score == pytest.approx(expected[0], abs=1e-5)


def test_a_continuation_that_does_not_fit_is_an_error_and_not_a_score(model, tokenizer):
    from evaluation.runner.failures import ScoringError

    with pytest.raises(ScoringError, match="does not fit into the 12"):
        scorer(model, tokenizer).loglikelihood([request("the", " cat" * 11)])


def test_a_continuation_without_a_token_is_an_error_and_not_a_score(model, tokenizer):
    from evaluation.runner.failures import ScoringError

    with pytest.raises(ScoringError, match="no token"):
        scorer(model, tokenizer).loglikelihood([request("the", " ")])


def test_scores_do_not_depend_on_the_batch_size(model, tokenizer):
    texts = [
        ("the cat", " sats on"),
        ("", "play"),
        ("the dog", " playsting , on the cat"),
        ("the", " cat"),
        ("the", " dog"),
    ]
    asked = [request(*text) for text in texts]
    one, *others = [scorer(model, tokenizer, size).loglikelihood(asked) for size in (1, 2, 3, 64)]
    for other in others:
        assert max(abs(a[0] - b[0]) for a, b in zip(one, other, strict=True)) < 1e-4
        assert [greedy for _, greedy in one] == [greedy for _, greedy in other]


def test_a_short_text_rolls_as_with_an_empty_context(model, tokenizer):
    lm = scorer(model, tokenizer)
    (rolled,) = lm.loglikelihood_rolling([request("the cat sats")])
    assert rolled == pytest.approx(lm.loglikelihood([request("", "the cat sats")])[0][0], abs=1e-5)


def test_a_long_text_rolls_in_full_windows_and_scores_every_token_once(model, tokenizer):
    windows = list(scorer(model, tokenizer).windows("the cat " * 12))
    assert [len(window.ids) for window in windows] == [12, 12, 12]
    assert [len(window.scored) for window in windows] == [10, 10, 4]
    assert windows[-1].scored == [7, 8, 9, 10]
    assert all(window.ids[0] == 2 and window.ids[-1] == 3 for window in windows)


def test_equal_masked_copies_go_through_the_model_once(model, tokenizer):
    lm, rows = scorer(model, tokenizer), []
    hook = model.register_forward_pre_hook(lambda _, __, named: rows.append(len(named["input_ids"])), with_kwargs=True)
    lm.loglikelihood([request("the", " cat"), request("the", " dog"), request("the", " sat")])
    hook.remove()
    assert sum(rows) == 1


def test_generation_is_refused(model, tokenizer):
    from evaluation.runner.failures import ScoringError

    with pytest.raises(ScoringError, match="does not generate") as caught:
        scorer(model, tokenizer).generate_until([request("the", {})])
    assert caught.value.cause == "refused"


def test_a_position_table_with_a_padding_row_is_shorter_by_pad_and_one(tokenizer):
    from transformers import RobertaConfig, RobertaForMaskedLM

    from evaluation.runner.masked_lm import usable_length

    config = RobertaConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
        max_position_embeddings=11, pad_token_id=1,
    )  # fmt: skip
    assert usable_length(RobertaForMaskedLM(config), tokenizer) == 9
