"""Finds out what a server can do, by doing each thing once with a few tokens."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from evaluation.core.served.calls import Answer, Server, ServerError
from evaluation.core.served.retries import Retries

SENTENCE = "A tree grows from a small seed."
TOKENS = [10, 11, 12, 13]
CANNOT = ("missing", "request", "broken", "answer")
"""Kinds of failure that mean: this one thing is not offered. All others end the probe."""
SHOWN = 10


class ProbeError(Exception):
    """The server cannot be used at all; the text is a sentence for a person."""


@dataclass(frozen=True)
class Abilities:
    """What a server offers for one model.

    ``echo``: completions give the log probabilities of the prompt's own tokens, which every loglikelihood needs;
    ``token_prompts``: they take prompts as token ids; ``tokenizer``: the server splits texts itself, as vLLM does at
    ``/tokenize`` and ``/tokenizer_info``; ``max_length``: tokens of prompt and answer together, 0 where it does not
    say. ``notes``: what it answered where something is missing.
    """

    model: str
    completions: bool = False
    echo: bool = False
    token_prompts: bool = False
    chat: bool = False
    tokenizer: bool = False
    max_length: int = 0
    software: str = ""
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON types."""
        return asdict(self)


def probe(server: Server, model: str = "", retries: Retries | None = None) -> Abilities:
    """Ask ``server`` what it can do for ``model`` (blank: the only one it serves). Raises ProbeError."""
    asked = _Probe(server, retries or Retries(tries=2))
    try:
        return asked.all(model)
    except ServerError as error:
        raise ProbeError(_sentence(error)) from None


def _sentence(error: ServerError) -> str:
    hint = " The key is missing or not the right one." if error.kind == "key" else ""
    return f"The server {error}.{hint}" if error.kind != "address" else f"The server: {error}"


class _Probe:
    """One question after the other."""

    def __init__(self, server: Server, retries: Retries) -> None:
        self.server = server
        self.retries = retries
        self.notes: list[str] = []

    def all(self, model: str) -> Abilities:
        found = self._model(model)
        found = self._completions(found)
        found = replace(found, chat=self._chat(found.model))
        if not (found.completions or found.chat):
            raise ProbeError(f"The server answers neither completions nor chats. {' '.join(self.notes)}".strip())
        return replace(found, tokenizer=self._tokenizer(), notes=self.notes)

    def _model(self, wanted: str) -> Abilities:
        """The model by its name at the server, with the length that the list of models may tell."""
        answer = self._try("list of models", lambda: self.server.get("/models"))
        listed = _models(answer.data) if answer else {}
        if not wanted and len(listed) != 1:
            raise ProbeError(f"Say which model is meant. The server lists: {_shown(listed)}.")
        name = wanted or next(iter(listed))
        if listed and name not in listed:
            raise ProbeError(f"The server serves no model {name!r}. It lists: {_shown(listed)}.")
        said = listed.get(name, {})
        software = str(said.get("owned_by") or (answer.headers.get("server", "") if answer else ""))[:60]
        software = software if software.isprintable() else ""
        return Abilities(name, max_length=_length(said), software=software)

    def _completions(self, found: Abilities) -> Abilities:
        plain = {"model": found.model, "prompt": SENTENCE, "max_tokens": 1, "temperature": 0}
        answer = self._try("completions", lambda: self.server.post("/completions", plain))
        if answer is None or not isinstance(_choice(answer.data).get("text"), str):
            return found
        echo = {**plain, "echo": True, "logprobs": 1, "seed": 1234}
        said = self._try("echo with log probabilities", lambda: self.server.post("/completions", echo))
        if said is None or echoed(said.data) is None:
            if said is not None:
                self.notes.append("Completions give no log probabilities of the prompt (echo).")
            return replace(found, completions=True)
        ids = {**echo, "prompt": [TOKENS]}
        said = self._try("prompts of token ids", lambda: self.server.post("/completions", ids))
        taken = said is not None and echoed(said.data) == len(TOKENS) + 1
        return replace(found, completions=True, echo=True, token_prompts=taken)

    def _chat(self, model: str) -> bool:
        body = {
            "model": model,
            "messages": [{"role": "user", "content": SENTENCE}],
            "max_tokens": 1,
            "temperature": 0,
        }
        answer = self._try("chats", lambda: self.server.post("/chat/completions", body))
        return answer is not None and isinstance(_choice(answer.data).get("message"), dict)

    def _tokenizer(self) -> bool:
        """As lm-eval's ``RemoteTokenizer`` needs it."""
        info = self._try("tokenizer", lambda: self.server.get(f"/{root(self.server)}/tokenizer_info"), tell=False)
        if info is None or not isinstance(info.data, dict) or not isinstance(info.data.get("eos_token"), str):
            return False
        body = {"prompt": SENTENCE, "add_special_tokens": False}
        said = self._try("tokenizer", lambda: self.server.post(f"/{root(self.server)}/tokenize", body), tell=False)
        return said is not None and isinstance(said.data, dict) and isinstance(said.data.get("tokens"), list)

    def _try(self, what: str, ask: Any, tell: bool = True) -> Answer | None:
        """The answer, or None where the server does not offer this."""
        try:
            answer: Answer = self.retries.call(ask)
        except ServerError as error:
            if error.kind not in CANNOT:
                raise
            if tell:
                self.notes.append(f"No {what}: it {error}.")
            return None
        return answer


def root(server: Server) -> str:
    """The path of the server's own root, below which ``/v1`` lies."""
    return server.address.path.removesuffix("/v1")


def echoed(data: Any) -> int | None:
    """Tokens with a log probability each (the first of a text may have none), or None where prompts are not echoed."""
    said = _choice(data).get("logprobs")
    if not isinstance(said, dict):
        return None
    values, best = said.get("token_logprobs"), said.get("top_logprobs")
    if not isinstance(values, list) or not isinstance(best, list) or len(values) != len(best) or len(values) < 3:
        return None
    if not all(isinstance(value, (int, float)) for value in values[1:]):
        return None
    return len(values) if all(isinstance(one, dict) and one for one in best[1:]) else None


def _choice(data: Any) -> dict[str, Any]:
    choices = data.get("choices") if isinstance(data, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _models(data: Any) -> dict[str, dict[str, Any]]:
    rows = data.get("data") if isinstance(data, dict) else None
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {row["id"]: row for row in found if isinstance(row.get("id"), str) and row["id"].isprintable()}


def _length(row: dict[str, Any]) -> int:
    """vLLM says ``max_model_len``, SGLang too; llama.cpp ``meta.n_ctx``."""
    meta = row.get("meta")
    said = row.get("max_model_len") or (meta.get("n_ctx") if isinstance(meta, dict) else None)
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 < said < 2**31 else 0


def _shown(names: dict[str, Any]) -> str:
    known = [name[:100] for name in names]
    rest = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return f"{', '.join(known[:SHOWN])}{rest}" if known else "none"
