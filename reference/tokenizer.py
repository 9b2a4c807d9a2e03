"""One byte-level BPE vocabulary for all six models; each family puts its own special tokens in front of it.

The ids below RESERVED belong to the family, the ids from there on mean the same piece of text in every model.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from reference.corpus import pages

RESERVED = 16
VOCABULARY = 800
MAX_LENGTH = 256
SENTINELS = tuple(f"<extra_id_{number}>" for number in range(RESERVED - 3))
PAGES_READ = 20_000

# A word with the space before it, or one digit (so that numbers are read digit by digit), or a run of line breaks.
PIECES = r" ?\d| ?\p{L}+| ?[^\s\p{L}\d]+|\s+"


@dataclass(frozen=True)
class Family:
    """The special tokens of one architecture, in the order of their ids, and what is put around a text.

    `template` is empty where nothing is added. An encoder-decoder's text ends with the gap that its decoder fills.
    """

    specials: tuple[str, ...]
    names: dict[str, str]
    template: tuple[str, ...] = ()
    pair_template: tuple[str, ...] = ()
    extra: tuple[str, ...] = field(default=())

    def id_of(self, token: str) -> int:
        """The id of a special token."""
        return self.specials.index(token)


FAMILIES: dict[str, Family] = {
    "bert": Family(
        specials=("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
        names={
            "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
            "mask_token": "[MASK]",
        },
        template=("[CLS]", "$A", "[SEP]"),
        pair_template=("[CLS]:0", "$A:0", "[SEP]:0", "$B:1", "[SEP]:1"),
    ),
    "roberta": Family(
        specials=("<s>", "<pad>", "</s>", "<unk>", "<mask>"),
        names={
            "bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", "cls_token": "<s>",
            "sep_token": "</s>", "mask_token": "<mask>",
        },
        template=("<s>", "$A", "</s>"),
    ),
    "gpt2": Family(
        specials=("<|endoftext|>",),
        names={"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"},
    ),
    "llama": Family(
        specials=("<unk>", "<s>", "</s>"),
        names={"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"},
    ),
    "t5": Family(
        specials=("<pad>", "</s>", "<unk>", *SENTINELS),
        names={"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"},
        template=("$A", SENTINELS[0], "</s>"),
        extra=SENTINELS,
    ),
    "bart": Family(
        specials=("<s>", "<pad>", "</s>", "<unk>", "<mask>"),
        names={
            "bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", "mask_token": "<mask>",
        },
        template=("<s>", "$A", "<mask>", "</s>"),
    ),
}  # fmt: skip


def splitter() -> pre_tokenizers.PreTokenizer:
    """Cut at words and digits, then write the bytes of each piece as letters."""
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECES), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip


def learn_pieces(texts: Iterable[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The ordinary pieces in the order of their ids, and the merges: bytes first, then what the texts join most."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = splitter()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - RESERVED,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    trained.train_from_iterator(texts, trainer)
    vocabulary = trained.get_vocab()
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    known = set(pieces)
    merges = merges_of(trained)
    assert all(left + right in known for left, right in merges)
    return pieces, merges


def merges_of(trained: Tokenizer) -> list[tuple[str, str]]:
    """The merges of a trained BPE, which only its JSON tells."""
    return [tuple(merge) for merge in json.loads(trained.to_str())["model"]["merges"]]


def build(family: Family, pieces: list[str], merges: list[tuple[str, str]]) -> Tokenizer:
    """The tokenizer of one family over the shared pieces."""
    unused = tuple(f"<unused_{number}>" for number in range(RESERVED - len(family.specials)))
    reserved = family.specials + unused
    vocabulary = {token: number for number, token in enumerate((*reserved, *pieces))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = splitter()
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(reserved))
    if family.template:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=list(family.template),
            pair=list(family.pair_template) or None,
            special_tokens=[(token, family.id_of(token)) for token in family.specials],
        )
    return tokenizer


def train_tokenizers(seed: int) -> dict[str, Tokenizer]:
    """One tokenizer per family, over pieces learnt from the first pages of the corpus."""
    pieces, merges = learn_pieces(page.text for page in islice(pages(seed), PAGES_READ))
    return {name: build(family, pieces, merges) for name, family in FAMILIES.items()}
