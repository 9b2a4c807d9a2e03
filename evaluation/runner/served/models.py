"""lm-eval's own API models, asking through connections that are looked at, retried and counted.

What is sent and how answers are read is lm-eval's. Ours are the connections, the check that a server scored just the
tokens it was given, and the tokens themselves: texts are split as lm-eval's ``hf`` model splits them, with the token
that begins a text where the tokenizer adds one, so that scores equal those of the same weights loaded here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lm_eval.models.openai_completions import LocalChatCompletion, LocalCompletionsAPI
from lm_eval.utils import get_rolling_token_windows, make_disjoint_window

from evaluation.core.served.calls import Server, ServerError
from evaluation.core.served.probe import echoed
from evaluation.runner.failures import ScoringError
from evaluation.runner.pulse import Pulse
from evaluation.runner.served.asking import Asker

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance

Likelihood = tuple[float, bool]


class _Asked:
    """Where lm-eval asks, ask through an ``Asker``. Always by its concurrent way, with one prompt a request."""

    path = ""
    asker: Asker
    pulse: Pulse
    cache_hook: Any

    async def get_batched_requests(
        self, requests: Sequence[Any], cache_keys: Sequence[Any], *, generate: bool = True, **how: Any
    ) -> list[list[Any]]:
        """The answers in the order of the requests, each alone in a list."""
        ctxlens: Sequence[int | None] = how.get("ctxlens") or [None] * len(requests)
        questions = [
            self._question(request, ctxlen, generate, how.get("gen_kwargs"))
            for request, ctxlen in zip(requests, ctxlens, strict=True)
        ]
        answers: list[list[Any]] = [[] for _each in requests]
        method = "generate_until" if generate else "loglikelihood"
        for number, answer in self.asker.each(questions):
            answers[number] = [answer]
            if cache_keys[number] is None:
                self.pulse.answered()
            else:
                self.cache_hook.add_partial(method, cache_keys[number], answer)
        return answers

    def _question(
        self, request: Any, ctxlen: int | None, generate: bool, options: dict[str, Any] | None
    ) -> Callable[[Server], Any]:
        this: Any = self
        if ctxlen is not None and ctxlen < 1:
            raise ScoringError("task", f"A continuation does not fit into the {this.max_length} tokens of the server.")
        # Both may ask the server's tokenizer, which is this thread's part.
        message, eos = this.create_message([request], generate), this.eos_string

        def ask(server: Server) -> Any:
            how = copy.deepcopy(options)
            payload = this._create_payload(message, generate=generate, gen_kwargs=how, seed=this._seed, eos=eos)
            data = server.post(self.path, payload).data
            try:
                if generate:
                    (text,) = this.parse_generations(outputs=data)
                    return text or ""
                this.check_echo(data, request)
                (answer,) = this.parse_logprobs(outputs=data, tokens=[request], ctxlens=[ctxlen])
                return answer
            except (KeyError, TypeError, ValueError, IndexError, AttributeError, AssertionError):
                raise ServerError("answer", f"answered {self.path} with something else than was asked for") from None

        return ask


class Completions(_Asked, LocalCompletionsAPI):  # type: ignore[misc]
    """``local-completions``."""

    path = "/completions"
    begins = True
    """Whether texts begin with the tokenizer's token for that, unless they begin with it already."""
    added = 0
    """Tokens that the server puts before a prompt that is text."""

    def tok_encode(self, string: Any, add_special_tokens: bool | None = None, **_named: Any) -> Any:
        """The tokens of a text, or of each of several, as lm-eval's ``hf`` model has them."""
        self.pulse.beat()
        if not isinstance(string, str):
            return [self.tok_encode(one) for one in string]
        bos = self.tokenizer.bos_token
        special = add_special_tokens if add_special_tokens is not None else not (bos and string.startswith(bos))
        if self.tokenizer_backend == "remote":
            start = [self.tokenizer.bos_token_id] if special and self.tokenizer.begins else []
            return [*start, *self.tokenizer.encode(string)]
        return self.tokenizer(string, add_special_tokens=special, return_attention_mask=False, verbose=False).input_ids

    def create_message(self, messages: Any, generate: bool = False) -> Any:
        """The prompt; tokens become text where the server takes no tokens."""
        if self.tokenized_requests or isinstance(messages[0], str):
            return messages if self.tokenized_requests else messages[0]
        tokens = list(messages[0])
        if self.added and tokens[0] == self.prefix_token_id:
            tokens = tokens[1:]
        (text,) = self.decode_batch([tokens])
        return text

    def check_echo(self, data: Any, tokens: list[int]) -> None:
        """Raise ServerError unless the answer has a log probability for each of ``tokens`` and one new token."""
        given = echoed(data)
        if given is None:
            raise ServerError("answer", "gave no log probabilities of the prompt (echo)")
        if given != len(tokens) + 1:
            raise ServerError(
                "answer", f"scored {given - 1} tokens where {len(tokens)} were meant: its tokenizer is another one"
            )

    def loglikelihood_rolling(self, requests: list[Instance], disable_tqdm: bool = False) -> list[float]:
        """As lm-eval's, with the windows of all texts asked for together."""
        texts = [self._windows(request.args[0]) for request in requests]
        self.pulse.count_parts(sum(map(len, texts)))
        answers = iter(self._loglikelihood_tokens([window for windows in texts for window in windows]))
        totals = []
        for request, windows in zip(requests, texts, strict=True):
            totals.append(sum(next(answers)[0] for _window in windows))
            self.cache_hook.add_partial("loglikelihood_rolling", request.args, totals[-1])
        return totals

    def _windows(self, text: str) -> list[tuple[None, list[int], list[int]]]:
        windows = get_rolling_token_windows(
            token_list=self.tok_encode(text),
            prefix_token=self.prefix_token_id,
            max_seq_len=self.max_length - 1,
            context_len=1,
        )
        return [(None, *make_disjoint_window(window)) for window in windows]


class Chat(_Asked, LocalChatCompletion):  # type: ignore[misc]
    """``local-chat-completions``."""

    path = "/chat/completions"
