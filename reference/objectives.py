"""The six pre-training objectives: from a batch of pages to the loss of a model."""

from collections.abc import Callable
from random import Random
from typing import Any, cast

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from reference.hiding import gaps, hidden_pieces
from reference.reading import TokenPage
from reference.tokenizer import FAMILIES, MAX_LENGTH

IGNORED = -100
NSP_WEIGHT = 0.25
NSP_LONGEST = (MAX_LENGTH - 3) // 2  # two strangers of this length still fit together

# The models are loosely typed here: transformers gives their parts and outputs no types that a checker could follow.
Loss = Callable[[Any, list[TokenPage], Random], Tensor]


def padded(rows: list[list[int]], filler: int) -> Tensor:
    """Rows of ids as one tensor, filled up on the right."""
    width = max(map(len, rows))
    return torch.tensor([row + [filler] * (width - len(row)) for row in rows])


def mask_of(rows: list[list[int]]) -> Tensor:
    """One where a row has a token, zero where it is filled up."""
    return padded([[1] * len(row) for row in rows], 0)


def causal(eos: int) -> Loss:
    """Each token from the ones before it; a page ends with the end token."""

    def loss(model: Any, batch: list[TokenPage], rng: Random) -> Tensor:
        rows = [[*page.ids, eos] for page in batch]
        output = model(input_ids=padded(rows, eos), attention_mask=mask_of(rows), labels=padded(rows, IGNORED))
        return cast(Tensor, output.loss)

    return loss


def hide(page: TokenPage, mask: int, rng: Random) -> tuple[list[int], list[int]]:
    """The page with some pieces masked, and the labels: the masked pieces, everything else ignored."""
    ids, labels = list(page.ids), [IGNORED] * len(page.ids)
    for at in hidden_pieces(page, rng):
        ids[at], labels[at] = mask, page.ids[at]
    return ids, labels


def masked(model: Any, batch: list[TokenPage], rng: Random) -> Tensor:
    """RoBERTa: the hidden pieces from both sides."""
    family = FAMILIES["roberta"]
    bos, eos, pad, mask = (family.id_of(token) for token in ("<s>", "</s>", "<pad>", "<mask>"))
    hidden = [hide(page, mask, rng) for page in batch]
    rows = [[bos, *ids, eos] for ids, _ in hidden]
    labels = padded([[IGNORED, *label, IGNORED] for _, label in hidden], IGNORED)
    states = model.roberta(input_ids=padded(rows, pad), attention_mask=mask_of(rows)).last_hidden_state
    # The vocabulary is scored at the masked places only, which are few: this saves a fifth of the time.
    asked = labels != IGNORED
    return cross_entropy(model.lm_head(states[asked]), labels[asked])


def masked_nsp(model: Any, batch: list[TokenPage], rng: Random) -> Tensor:
    """BERT: the hidden pieces, and for pages cut in two whether the second part really follows."""
    rows = nsp_rows(batch, rng)
    ids = [row.ids for row in rows]
    output = model.bert(
        input_ids=padded(ids, FAMILIES["bert"].id_of("[PAD]")),
        attention_mask=mask_of(ids),
        token_type_ids=padded([row.segments for row in rows], 0),
    )
    labels = padded([row.labels for row in rows], IGNORED)
    asked = labels != IGNORED
    loss = cross_entropy(model.cls.predictions(output.last_hidden_state[asked]), labels[asked])
    follows = torch.tensor([row.follows for row in rows])
    # The mean over no pairs at all would be NaN: short pages come in batches without any.
    if (follows != IGNORED).any():
        loss = loss + NSP_WEIGHT * cross_entropy(
            model.cls.seq_relationship(output.pooler_output), follows, ignore_index=IGNORED
        )
    return loss


class NspRow:
    """A page between [CLS] and [SEP], in one segment or two."""

    def __init__(self, ids: list[int], labels: list[int]) -> None:
        family = FAMILIES["bert"]
        self.ids = [family.id_of("[CLS]"), *ids, family.id_of("[SEP]")]
        self.labels = [IGNORED, *labels, IGNORED]
        self.segments = [0] * len(self.ids)
        self.follows = IGNORED

    def add(self, ids: list[int], labels: list[int], follows: bool) -> None:
        """Put a second segment behind the first; the class of a true successor is 0."""
        self.ids += [*ids, FAMILIES["bert"].id_of("[SEP]")]
        self.labels += [*labels, IGNORED]
        self.segments += [1] * (len(ids) + 1)
        self.follows = 0 if follows else 1


def nsp_rows(batch: list[TokenPage], rng: Random) -> list[NspRow]:
    """Every other page of several lines is cut in two at a line; half of those swap their second parts in a ring."""
    mask = FAMILIES["bert"].id_of("[MASK]")
    rows: list[NspRow] = []
    cut: list[tuple[NspRow, list[int], list[int]]] = []
    for page in batch:
        ids, labels = hide(page, mask, rng)
        if len(page.lines) > 1 and len(page.ids) <= NSP_LONGEST and rng.random() < 0.5:
            at = rng.randrange(1, len(page.lines))
            end, start = page.lines[at - 1][1], page.lines[at][0]
            row = NspRow(ids[:end], labels[:end])
            cut.append((row, ids[start:], labels[start:]))
        else:
            row = NspRow(ids, labels)
        rows.append(row)
    stay = len(cut) // 2 if len(cut) > 2 else len(cut)
    for row, ids, labels in cut[:stay]:
        row.add(ids, labels, follows=True)
    strangers = cut[stay:]
    for (row, _, _), (_, ids, labels) in zip(strangers, strangers[1:] + strangers[:1], strict=True):
        row.add(ids, labels, follows=False)
    return rows


def corrupted(page: TokenPage, rng: Random, marks: list[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """The page with a mark in place of each gap, and the gaps."""
    ids: list[int] = []
    holes, at = gaps(page, rng), 0
    for (start, end), mark in zip(holes, marks, strict=False):
        ids += [*page.ids[at:start], mark]
        at = end
    return ids + page.ids[at:], holes


def span_corruption(model: Any, batch: list[TokenPage], rng: Random) -> Tensor:
    """T5: sentinels in place of the gaps; the decoder writes what belongs there, each gap led in by its sentinel.

    The decoder is started with the first sentinel itself, so the labels begin with the text of the first gap.
    """
    family = FAMILIES["t5"]
    eos, pad = family.id_of("</s>"), family.id_of("<pad>")
    sentinels = [family.id_of(token) for token in family.extra]
    rows, labels = [], []
    for page in batch:
        ids, holes = corrupted(page, rng, sentinels)
        rows.append([*ids, eos])
        label: list[int] = []
        for number, (start, end) in enumerate(holes):
            label += [sentinels[number]] * (number > 0) + page.ids[start:end]
        labels.append([*label, eos])
    output = model(input_ids=padded(rows, pad), attention_mask=mask_of(rows), labels=padded(labels, IGNORED))
    return cast(Tensor, output.loss)


def denoising(model: Any, batch: list[TokenPage], rng: Random) -> Tensor:
    """BART: one mask in place of each gap; the decoder rebuilds the page from the first gap on.

    What stands before the first gap is whole already, and copying it out would cost most of the time.
    """
    family = FAMILIES["bart"]
    bos, eos, pad, mask = (family.id_of(token) for token in ("<s>", "</s>", "<pad>", "<mask>"))
    rows, labels = [], []
    for page in batch:
        ids, holes = corrupted(page, rng, [mask] * len(page.ids))
        rows.append([bos, *ids, eos])
        labels.append([*page.ids[holes[0][0] :], eos])
    output = model(input_ids=padded(rows, pad), attention_mask=mask_of(rows), labels=padded(labels, IGNORED))
    return cast(Tensor, output.loss)


def loss_of(family: str) -> Loss:
    """The objective of a family."""
    losses: dict[str, Loss] = {
        "bert": masked_nsp,
        "roberta": masked,
        "gpt2": causal(FAMILIES["gpt2"].id_of("<|endoftext|>")),
        "llama": causal(FAMILIES["llama"].id_of("</s>")),
        "t5": span_corruption,
        "bart": denoising,
    }
    return losses[family]
