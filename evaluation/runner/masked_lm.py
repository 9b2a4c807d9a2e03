"""Scores text with a masked language model: pseudo-log-likelihood, within-word left-to-right.

A masked model gives no probability of a text, but a pseudo-log-likelihood: the sum over its tokens of the log
probability of each, masked, with the others visible (Salazar et al. 2020, arXiv 1910.14659). That overrates words of
several pieces, whose other pieces give the masked one away. Kauf and Ivanova (2023, arXiv 2305.10588) therefore mask,
together with each token, the later tokens of its word; this is what is done here.

    PLL(continuation | context) = Σ_i log P(t_i | context, t_j for j outside t_i's word, t_j of its word with j < i)

The sum runs over the continuation's tokens. It is not the log-likelihood that a causal model gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from lm_eval.api.model import LM

from evaluation.runner.failures import ScoringError
from evaluation.runner.pulse import Pulse

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance

REQUESTS_AT_ONCE = 256
"""So many requests have their masked copies in memory at one time."""


@dataclass(frozen=True)
class Encoded:
    """A text as the model sees it. ``scored``: indices of the tokens whose probabilities are summed."""

    ids: list[int]
    words: list[int | None]
    scored: list[int]

    def masked(self, index: int, mask: int) -> tuple[int, ...]:
        """The ids with the token at ``index`` and the later tokens of its word replaced by ``mask``."""
        word = self.words[index]
        return tuple(
            mask if at == index or (at > index and word is not None and self.words[at] == word) else token
            for at, token in enumerate(self.ids)
        )


class MaskedLM(LM):  # type: ignore[misc]
    """lm-eval's model interface over a masked language model and its fast tokenizer."""

    def __init__(self, model: Any, tokenizer: Any, *, batch_size: int, max_length: int, pulse: Pulse) -> None:
        super().__init__()
        if not getattr(tokenizer, "is_fast", False):
            raise ScoringError("checkpoint", "The tokenizer gives no character offsets: a tokenizer.json is needed.")
        if tokenizer.mask_token_id is None:
            raise ScoringError("checkpoint", "The tokenizer has no mask token, so nothing can be masked.")
        self.model = model
        self.tokenizer = tokenizer
        self.batch_size = batch_size
        self.max_length = max_length
        self.pulse = pulse
        self._device = model.device

    @property
    def tokenizer_name(self) -> str:
        return str(self.tokenizer.name_or_path)

    def loglikelihood(self, requests: list[Instance]) -> list[tuple[float, bool]]:
        """(pseudo-log-likelihood, whether every scored token is the argmax under its own mask) per request."""
        answers: list[tuple[float, bool]] = []
        for start in range(0, len(requests), REQUESTS_AT_ONCE):
            block = requests[start : start + REQUESTS_AT_ONCE]
            texts = [self.encode(*request.args[:2]) for request in block]
            scored = self._score(texts)
            for request, answer in zip(block, scored, strict=True):
                self.cache_hook.add_partial("loglikelihood", request.args, answer)
            answers += scored
        return answers

    def loglikelihood_rolling(self, requests: list[Instance]) -> list[float]:
        """Pseudo-log-likelihood of whole texts; what the model cannot see at once is scored in windows."""
        totals = []
        for request in requests:
            windows = list(self.windows(request.args[0]))
            totals.append(sum(score for score, _ in self._score(windows, answers=False)))
            self.cache_hook.add_partial("loglikelihood_rolling", request.args, totals[-1])
            self.pulse.answered()
        return totals

    def generate_until(self, requests: list[Instance]) -> list[str]:
        """Refused: a masked model has no next token."""
        raise ScoringError("refused", "An encoder-only model does not generate text, so this task cannot be scored.")

    def encode(self, context: str, continuation: str) -> Encoded:
        """Encode both at once; the continuation's tokens are those that reach past the context's characters.

        Whitespace at the context's end belongs to the continuation, as in lm-eval. A token across the border
        counts to the continuation. What is too long loses context from the left; [CLS] stays.
        """
        ids, words, ends, special = self._tokens(context + continuation)
        border = len(context.rstrip())
        scored = [at for at in range(len(ids)) if not special[at] and (ends[at] > border or not border)]
        if not scored:
            raise ScoringError("task", f"The continuation {continuation[:80]!r} has no token that could be scored.")
        surplus = len(ids) - self.max_length
        if surplus <= 0:
            return Encoded(ids, words, scored)
        room = [at for at in range(scored[0]) if not special[at]]
        if surplus > len(room):
            raise ScoringError(
                "task",
                f"A continuation of {len(scored)} tokens does not fit into the {self.max_length} that the model sees.",
            )
        dropped = set(room[:surplus])
        kept = [at for at in range(len(ids)) if at not in dropped]
        return Encoded([ids[at] for at in kept], [words[at] for at in kept], [at - surplus for at in scored])

    def windows(self, text: str) -> Iterator[Encoded]:
        """``text`` in pieces that the model can see, each between the special tokens; every token is scored once.

        The last window reaches back to be full, so that its tokens see as much as the others'.
        """
        ids, words, _, special = self._tokens(text)
        body = [at for at in range(len(ids)) if not special[at]]
        if not body:
            return
        head = [at for at in range(body[0]) if special[at]]
        tail = [at for at in range(body[-1] + 1, len(ids)) if special[at]]
        room = self.max_length - len(head) - len(tail)
        for start in range(0, len(body), room):
            first = max(0, min(start, len(body) - room))
            kept = [*head, *body[first : first + room], *tail]
            scored = range(len(head) + start - first, len(kept) - len(tail))
            yield Encoded([ids[at] for at in kept], [words[at] for at in kept], list(scored))

    def _tokens(self, text: str) -> tuple[list[int], list[int | None], list[int], list[bool]]:
        """Ids, word numbers, end offsets and special marks of the tokens of ``text``."""
        self.pulse.beat()
        encoding = self.tokenizer(
            text,
            add_special_tokens=True,
            truncation=False,
            padding=False,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            verbose=False,
        )
        ends = [end for _, end in encoding["offset_mapping"]]
        special = [bool(mark) for mark in encoding["special_tokens_mask"]]
        return list(encoding["input_ids"]), encoding.word_ids(0), ends, special

    def _score(self, texts: list[Encoded], *, answers: bool = True) -> list[tuple[float, bool]]:
        """Sum of log probabilities and greediness per text. Equal masked copies go through the model once."""
        mask = self.tokenizer.mask_token_id
        wanted: dict[tuple[tuple[int, ...], int], list[tuple[int, int]]] = {}
        for number, text in enumerate(texts):
            for at in text.scored:
                wanted.setdefault((text.masked(at, mask), at), []).append((number, text.ids[at]))
        totals, greedy = [0.0] * len(texts), [True] * len(texts)
        open_tokens = [len(text.scored) for text in texts]
        copies = sorted(wanted, key=lambda copy: -len(copy[0]))
        for start in range(0, len(copies), self.batch_size):
            batch = copies[start : start + self.batch_size]
            for copy, row in zip(batch, self._log_probabilities(batch), strict=True):
                best = int(row.argmax())
                for number, token in wanted[copy]:
                    totals[number] += float(row[token])
                    greedy[number] = greedy[number] and best == token
                    open_tokens[number] -= 1
                    if answers and not open_tokens[number]:
                        self.pulse.answered()
        return list(zip(totals, greedy, strict=True))

    def _log_probabilities(self, batch: list[tuple[tuple[int, ...], int]]) -> torch.Tensor:
        """One row over the vocabulary per masked copy: the log probabilities at its position, in float32 on the CPU."""
        self.pulse.beat()
        longest = len(batch[0][0])
        pad = self.tokenizer.pad_token_id or 0
        ids = torch.tensor([[*copy, *[pad] * (longest - len(copy))] for copy, _ in batch], device=self._device)
        seen = torch.tensor([[1] * len(copy) + [0] * (longest - len(copy)) for copy, _ in batch], device=self._device)
        at = torch.tensor([position for _, position in batch], device=self._device)
        with torch.inference_mode():
            logits = self.model(input_ids=ids, attention_mask=seen).logits
            rows = logits[torch.arange(len(batch), device=self._device), at]
            return torch.log_softmax(rows.float(), dim=-1).cpu()


def usable_length(model: Any, tokenizer: Any) -> int:
    """Tokens that the model can see at once.

    A position table with a padding row (RoBERTa) starts after it: max_position_embeddings - pad - 1.
    """
    longest = int(getattr(model.config, "max_position_embeddings", 0) or 0)
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and getattr(module, "padding_idx", None) is not None:
            longest = int(module.num_embeddings) - int(module.padding_idx) - 1
    said = int(tokenizer.model_max_length)
    return min(longest, said) if longest else min(said, 512)
