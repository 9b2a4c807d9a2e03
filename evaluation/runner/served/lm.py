"""One model for lm-eval over a server's two interfaces: completions, and chats where a cell asks for its template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lm_eval.api.model import LM

from evaluation.core.protocol import ServedSpec
from evaluation.runner.failures import ScoringError
from evaluation.runner.served.models import Chat, Completions

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance

GENERATED = "generate_until"


class ServedLM(LM):  # type: ignore[misc]
    """Answers each cell through the interface that ``take`` chose for it."""

    def __init__(self, served: ServedSpec, completions: Completions | None, chat: Chat | None) -> None:
        super().__init__()
        self.served = served
        self.max_length = served.max_length
        self._completions = completions
        self._chat = chat
        self._speaks: Any = completions or chat

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of completions, or None where texts go to the server as they are."""
        return self._completions.tokenizer if self._completions else None

    @property
    def tokenizer_name(self) -> str:
        return ""

    @property
    def backend_name(self) -> str:
        """As lm-eval calls what answers now."""
        return "local-chat-completions" if self._speaks is self._chat else "local-completions"

    def take(self, output_type: str, chat_template: bool) -> None:
        """A cell begins. Raises ScoringError for what this server cannot answer."""
        name = self.served.name
        templated = bool(getattr(self.tokenizer, "chat_template", None))
        self._speaks = self._completions
        if output_type == GENERATED and chat_template and self._chat:
            self._speaks = self._chat
        elif self._completions is None:
            raise ScoringError("refused", f"The server {name} only answers chats: ask with the chat template.")
        elif chat_template and not templated:
            raise ScoringError(
                "refused", f"No chat template: neither the server {name} nor its tokenizer here has one."
            )
        if output_type != GENERATED and not (self.served.echo and self.tokenizer is not None):
            lack = "log probabilities of the prompt (echo)" if not self.served.echo else "a tokenizer"
            raise ScoringError("refused", f"A likelihood needs {lack}, and the server {name} offers none.")

    def set_cache_hook(self, cache_hook: Any) -> None:
        """Who hears each answer as soon as it is there."""
        self.cache_hook = cache_hook
        for one in (self._completions, self._chat):
            if one is not None:
                one.set_cache_hook(cache_hook)

    def apply_chat_template(self, chat_history: list[dict[str, str]], add_generation_prompt: bool = True) -> Any:
        """The turns as text, or as they are where the server has the template."""
        if self._chat is not None and self._speaks is self._chat:
            return self._chat.apply_chat_template(chat_history, add_generation_prompt)
        return self.tokenizer.apply_chat_template(
            chat_history,
            tokenize=False,
            add_generation_prompt=add_generation_prompt,
            continue_final_message=not add_generation_prompt,
        )

    def loglikelihood(self, requests: list[Instance]) -> list[tuple[float, bool]]:
        """(log-likelihood, greedy) per request."""
        return list(self._speaks.loglikelihood(requests, disable_tqdm=True))

    def loglikelihood_rolling(self, requests: list[Instance]) -> list[float]:
        """Log-likelihood of whole texts."""
        return list(self._speaks.loglikelihood_rolling(requests, disable_tqdm=True))

    def generate_until(self, requests: list[Instance]) -> list[str]:
        """A text per request."""
        return list(self._speaks.generate_until(requests, disable_tqdm=True))
