"""The server's own tokenizer, in the words of lm-eval's ``RemoteTokenizer``: vLLM's ``/tokenize`` and its like."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

from evaluation.core.served.calls import Server, ServerError
from evaluation.runner.served.asking import Asker

REMEMBERED = 50_000


class ServerTokenizer:
    """Splits texts and joins tokens by asking the server; texts that come again are not asked for twice."""

    chat_template = None

    def __init__(self, asker: Asker, root: str) -> None:
        self._asker = asker
        self._root = root
        self.encode = lru_cache(REMEMBERED)(self._encode)

    @cached_property
    def info(self) -> dict[str, Any]:
        """What the server says of its tokenizer."""
        said = self._asker.one(lambda server: server.get(f"/{self._root}/tokenizer_info").data)
        return said if isinstance(said, dict) else {}

    @property
    def eos_token(self) -> str | None:
        """The token that ends a text."""
        return self._name("eos_token")

    @property
    def bos_token(self) -> str | None:
        """The token that begins a text, where there is one."""
        return self._name("bos_token")

    @cached_property
    def eos_token_id(self) -> int | None:
        """Its number."""
        return self.encode(self.eos_token)[0] if self.eos_token else None

    @cached_property
    def bos_token_id(self) -> int | None:
        """Its number."""
        return self.encode(self.bos_token)[0] if self.bos_token else None

    @property
    def begins(self) -> bool:
        """Whether texts begin with the token for that, as ``add_bos_token`` of the tokenizer's settings says."""
        return bool(self.info.get("add_bos_token")) and self.bos_token is not None

    def batch_decode(self, many: list[list[int]]) -> list[str]:
        """The text of each list of tokens."""
        return [self._decode(tokens) for tokens in many]

    def _name(self, key: str) -> str | None:
        said = self.info.get(key)
        said = said.get("content") if isinstance(said, dict) else said
        return said if isinstance(said, str) else None

    def _encode(self, text: str) -> tuple[int, ...]:
        body = {"prompt": text, "add_special_tokens": False}

        def ask(server: Server) -> tuple[int, ...]:
            said = server.post(f"/{self._root}/tokenize", body).data
            tokens = said.get("tokens") if isinstance(said, dict) else None
            if not isinstance(tokens, list) or not all(isinstance(token, int) for token in tokens):
                raise ServerError("answer", "answered /tokenize without a list of tokens")
            return tuple(tokens)

        return self._asker.one(ask)

    def _decode(self, tokens: list[int]) -> str:
        def ask(server: Server) -> str:
            said = server.post(f"/{self._root}/detokenize", {"tokens": list(tokens)}).data
            text = said.get("prompt") if isinstance(said, dict) else None
            if not isinstance(text, str):
                raise ServerError("answer", "answered /detokenize without a text")
            return text

        return self._asker.one(ask)
