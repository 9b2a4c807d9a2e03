"""The vocabulary of the catalog: wire keys, names, and what a reader should know of each word.

The one place that holds every architecture family, objective, attention pattern, stage and relation. Pages show the
explanations with their sources; parsers accept these keys and no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class Term:
    """One word of the vocabulary: its wire key, its name on pages, and what a reader should know of it."""

    key: str
    name: _StrOrPromise
    explanation: _StrOrPromise
    source: str


@dataclass(frozen=True)
class Family(Term):
    """An architecture family: its colour's CSS class, its usual attention (blank: none), and what it suits."""

    css: str
    attention: str
    tasks: _StrOrPromise


AnyTerm = TypeVar("AnyTerm", bound=Term)


def by_key(terms: Iterable[AnyTerm]) -> dict[str, AnyTerm]:
    """The terms in their order, by wire key."""
    return {term.key: term for term in terms}


ATTENTION = by_key(
    [
        Term(
            "bidirectional",
            _("Bidirectional"),
            _(
                "Each position sees the whole text, to its left and to its right. Good for understanding a text "
                "that is already there; it gives no way to write the next word."
            ),
            "Devlin et al. 2018, arXiv:1810.04805",
        ),
        Term(
            "causal",
            _("Causal"),
            _(
                "Each position sees itself and what stands to its left. So the model can write the next word, "
                "and the probability of a text is the product over its words."
            ),
            "Radford et al. 2018, Improving Language Understanding by Generative Pre-Training",
        ),
        Term(
            "prefix",
            _("Prefix"),
            _(
                "The given prefix sees itself in both directions; what the model writes after it sees the prefix "
                "and what stands to its left."
            ),
            "Raffel et al. 2019, arXiv:1910.10683, section 3.2",
        ),
        Term(
            "bidirectional-encoder-causal-decoder",
            _("Bidirectional encoder, causal decoder"),
            _(
                "The input is read in both directions by the encoder; the decoder writes from left to right and "
                "looks at the whole input through cross-attention."
            ),
            "Vaswani et al. 2017, arXiv:1706.03762",
        ),
    ]
)

FAMILIES = by_key(
    [
        Family(
            "decoder-only",
            _("Decoder-only"),
            _(
                "One stack that reads from left to right and predicts the next word. Trained on text alone, it "
                "continues any prompt; the task is put into words, with or without solved examples."
            ),
            "Radford et al. 2018; Brown et al. 2020, arXiv:2005.14165",
            css="f-dec",
            attention="causal",
            tasks=_(
                "Generation; when large, also tasks it was never trained on: zero-shot, and better with a few shots."
            ),
        ),
        Family(
            "encoder-only",
            _("Encoder-only"),
            _(
                "One stack that reads the text in both directions at once and fills in hidden words. It gives a "
                "vector for each word and for the sentence, on which a small classifier is trained."
            ),
            "Devlin et al. 2018, arXiv:1810.04805",
            css="f-enc",
            attention="bidirectional",
            tasks=_("Sentence and token classification: sentiment, entailment, named entities, retrieval."),
        ),
        Family(
            "encoder-decoder",
            _("Encoder-decoder"),
            _(
                "An encoder reads the input in both directions, a decoder writes the output from left to right "
                "while looking at the encoded input. Every task becomes text to text."
            ),
            "Vaswani et al. 2017, arXiv:1706.03762; Raffel et al. 2019, arXiv:1910.10683",
            css="f-encdec",
            attention="bidirectional-encoder-causal-decoder",
            tasks=_("Text from text: translation, summarisation, question answering."),
        ),
        Family(
            "prefix-lm",
            _("Prefix LM"),
            _(
                "One stack whose prompt is read in both directions and whose continuation is written from left to "
                "right: between an encoder-decoder and a decoder-only model."
            ),
            "Dong et al. 2019, arXiv:1905.03197; Du et al. 2021, arXiv:2103.10360",
            css="f-prefix",
            attention="prefix",
            tasks=_("Generation on a given text, and understanding tasks put as filling a blank."),
        ),
        Family(
            "recurrent",
            _("Recurrent"),
            _(
                "Reads one word after another and carries a state along, without attention. What came before the "
                "Transformer: pre-trained LSTM language models whose states served other tasks."
            ),
            "Peters et al. 2018, arXiv:1802.05365; Howard and Ruder 2018, arXiv:1801.06146",
            css="f-pre",
            attention="",
            tasks=_("Features in context for classification and tagging."),
        ),
        Family(
            "embedding",
            _("Embedding"),
            _(
                "A table with one vector a word, the same in every sentence, learnt from which words stand "
                "near one another. It reads no order and writes nothing."
            ),
            "Mikolov et al. 2013, arXiv:1301.3781",
            css="f-pre",
            attention="",
            tasks=_("Similarity of words, and input features for other models."),
        ),
    ]
)

OBJECTIVES = by_key(
    [
        Term(
            "causal-lm",
            _("Causal LM"),
            _("Predicts each next word from the words to its left; the loss counts every position."),
            "Radford et al. 2018, Improving Language Understanding by Generative Pre-Training",
        ),
        Term(
            "masked-lm",
            _("Masked LM"),
            _("Hides some words (usually 15 %) and predicts them from both sides; only these count in the loss."),
            "Devlin et al. 2018, arXiv:1810.04805; Liu et al. 2019, arXiv:1907.11692",
        ),
        Term(
            "masked-lm-nsp",
            _("Masked LM with sentence prediction"),
            _(
                "Predicts hidden words from both sides, and whether the second of two segments really follows the "
                "first (next-sentence prediction or sentence order)."
            ),
            "Devlin et al. 2018, arXiv:1810.04805",
        ),
        Term(
            "replaced-token-detection",
            _("Replaced-token detection"),
            _("A small generator replaces some words; the model says of every word whether it was replaced."),
            "Clark et al. 2020, arXiv:2003.10555",
        ),
        Term(
            "permutation-lm",
            _("Permutation LM"),
            _("Predicts words one after another in a random order, so that each word is learnt from both sides."),
            "Yang et al. 2019, arXiv:1906.08237",
        ),
        Term(
            "span-corruption",
            _("Span corruption"),
            _("Replaces stretches of the input by one marker each; the decoder writes the missing stretches in order."),
            "Raffel et al. 2019, arXiv:1910.10683",
        ),
        Term(
            "denoising",
            _("Denoising"),
            _(
                "The input is damaged (stretches masked, sentences shuffled); the decoder writes the whole "
                "undamaged text."
            ),
            "Lewis et al. 2019, arXiv:1910.13461",
        ),
        Term(
            "blank-infilling",
            _("Blank infilling"),
            _("Blanks out stretches and writes each of them from left to right, seeing the rest in both directions."),
            "Du et al. 2021, arXiv:2103.10360",
        ),
        Term(
            "mixture-of-denoisers",
            _("Mixture of denoisers"),
            _("Mixes short spans, long spans and prefix continuation, each announced by a mode word."),
            "Tay et al. 2022, arXiv:2205.05131",
        ),
        Term(
            "multi-task",
            _("Multi-task"),
            _("Several objectives together, such as masked words, prefix and causal prediction, or supervised tasks."),
            "Dong et al. 2019, arXiv:1905.03197; Sun et al. 2021, arXiv:2107.02137",
        ),
        Term(
            "bidirectional-lm",
            _("Bidirectional LM"),
            _("Two language models, one from the left and one from the right, each predicting the next word its way."),
            "Peters et al. 2018, arXiv:1802.05365",
        ),
        Term(
            "supervised-translation",
            _("Supervised translation"),
            _("Predicts the next word of a translation from the source sentence and the words written so far."),
            "Vaswani et al. 2017, arXiv:1706.03762",
        ),
        Term(
            "static-embedding",
            _("Static embedding"),
            _("Predicts a word from its neighbours or the reverse, or factorises counts; leaves one vector a word."),
            "Mikolov et al. 2013, arXiv:1301.3781; Pennington et al. 2014, aclanthology.org/D14-1162",
        ),
    ]
)

STAGES = by_key(
    [
        Term(
            "base",
            _("Base"),
            _("Pre-trained on text and not tuned further. It continues text; it was not taught to follow a request."),
            "Bommasani et al. 2021, arXiv:2108.07258",
        ),
        Term(
            "finetuned",
            _("Fine-tuned"),
            _("Trained further on text of one domain or on labelled examples of one task."),
            "Howard and Ruder 2018, arXiv:1801.06146",
        ),
        Term(
            "instruction-tuned",
            _("Instruction-tuned"),
            _("Trained further on requests with good answers, so that it follows requests it has not seen."),
            "Wei et al. 2021, arXiv:2109.01652",
        ),
        Term(
            "rlhf",
            _("RLHF"),
            _("Trained further by reinforcement learning against a reward model of what people prefer."),
            "Ouyang et al. 2022, arXiv:2203.02155",
        ),
        Term(
            "adapter",
            _("Adapter"),
            _("A small set of added weights on a frozen base model, such as LoRA; it needs the base model to run."),
            "Hu et al. 2021, arXiv:2106.09685",
        ),
        Term(
            "quantized",
            _("Quantized"),
            _("The same model with weights of fewer bits: smaller, and slightly different in its answers."),
            "Dettmers et al. 2022, arXiv:2208.07339",
        ),
        Term(
            "distilled",
            _("Distilled"),
            _("A smaller model trained to imitate the outputs of a larger one."),
            "Hinton et al. 2015, arXiv:1503.02531",
        ),
        Term(
            "merged",
            _("Merged"),
            _("Weights averaged or combined from several models, without training."),
            "Wortsman et al. 2022, arXiv:2203.05482",
        ),
    ]
)

RELATIONS = by_key(
    [
        Term(
            "finetune",
            _("Fine-tuned from"),
            _("Starts from the base model's weights and trains on a domain or a task."),
            "Howard and Ruder 2018, arXiv:1801.06146",
        ),
        Term(
            "instruction-tune",
            _("Instruction-tuned from"),
            _("Starts from the base model's weights and trains on requests with answers."),
            "Wei et al. 2021, arXiv:2109.01652",
        ),
        Term(
            "rlhf",
            _("RLHF on"),
            _("Starts from the base model's weights and trains against a model of preferences."),
            "Ouyang et al. 2022, arXiv:2203.02155",
        ),
        Term(
            "adapter",
            _("Adapter on"),
            _("Adds a few weights to the frozen base model."),
            "Hu et al. 2021, arXiv:2106.09685",
        ),
        Term(
            "quantized",
            _("Quantized from"),
            _("The base model's weights with fewer bits."),
            "Dettmers et al. 2022, arXiv:2208.07339",
        ),
        Term(
            "merge",
            _("Merged from"),
            _("One of several models whose weights were combined."),
            "Wortsman et al. 2022, arXiv:2203.05482",
        ),
        Term(
            "distillation",
            _("Distilled from"),
            _("Trained to imitate the base model's outputs."),
            "Hinton et al. 2015, arXiv:1503.02531",
        ),
        Term(
            "successor",
            _("Successor of"),
            _("The next of a series by the same makers or in the same idea; its weights were trained anew or further."),
            "Yang et al. 2023, arXiv:2304.13712",
        ),
    ]
)


def family_attention(family: str) -> str:
    """The usual attention pattern of a family; blank where it has none or the family is not known."""
    return FAMILIES[family].attention if family in FAMILIES else ""
