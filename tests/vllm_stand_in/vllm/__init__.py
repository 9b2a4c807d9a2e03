"""Stands in for vLLM, which no machine of the tests can install: as much of it as lm-eval's ``vllm`` model uses.

It computes with transformers, one prompt at a time, so that scores can be held against those of the ``hf`` backend.
Names, arguments and shapes of answers are those of vLLM 0.11, as lm-eval 0.4.13 calls them. In the directory that
STAND_IN names it writes into ``trace`` what it was made with and asked, and does what files there say: ``pause``
(seconds before each step) and ``fault``, how to fail like vLLM: ``cache`` (no room), ``start`` (the engine does not
come up) or ``dies`` (it ends at its second step).
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypedDict

__version__ = "0.11.2"


class TokensPrompt(TypedDict):
    prompt_token_ids: list[int]


@dataclass
class SamplingParams:
    temperature: float = 1.0
    max_tokens: int = 16
    prompt_logprobs: int | None = None
    detokenize: bool = True
    stop: list[str] = field(default_factory=list)
    skip_special_tokens: bool = True
    spaces_between_special_tokens: bool = True


@dataclass
class Logprob:
    logprob: float
    rank: int


class EngineDeadError(Exception):
    """As ``vllm.v1.engine.exceptions`` has it."""


class LLMEngine:
    """Requests go in, ``step`` answers one of them."""

    def __init__(self, model: str, dtype: str, max_model_len: int | None) -> None:
        import torch
        import transformers

        self._torch = torch
        config = transformers.AutoConfig.from_pretrained(model)
        number_format = config.dtype if dtype == "auto" else getattr(torch, dtype)
        self._model = transformers.AutoModelForCausalLM.from_pretrained(model, dtype=number_format).eval()
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(model)
        longest = max_model_len or config.max_position_embeddings
        self.model_config = SimpleNamespace(max_model_len=longest, dtype=self._model.dtype)
        self._waiting: list[tuple[int, list[int], SamplingParams]] = []
        self.steps = 0

    def add_request(self, number: int, tokens: list[int], how: SamplingParams) -> None:
        assert len(tokens) + 1 <= self.model_config.max_model_len, "vLLM wants room for one new token"
        self._waiting.append((number, tokens, how))

    def has_unfinished_requests(self) -> bool:
        return bool(self._waiting)

    def step(self) -> list[tuple[int, Any]]:
        self.steps += 1
        time.sleep(float(_told("pause") or 0))
        if _told("fault") == "dies" and self.steps > 1:
            raise EngineDeadError("EngineCore encountered an issue. See stack trace (above) for the root cause.")
        number, tokens, how = self._waiting.pop(0)
        scores = self._prompt_logprobs(tokens) if how.prompt_logprobs is not None else None
        written = SimpleNamespace(text=self._write(tokens, how))
        return [(number, SimpleNamespace(prompt_logprobs=scores, outputs=[written]))]

    def _rows(self, tokens: list[int]) -> Any:
        with self._torch.inference_mode():
            logits = self._model(self._torch.tensor([tokens])).logits[0]
            return self._torch.log_softmax(logits.float(), dim=-1)

    def _prompt_logprobs(self, tokens: list[int]) -> list[dict[int, Logprob] | None]:
        found: list[dict[int, Logprob] | None] = [None]
        for row, token in zip(self._rows(tokens), tokens[1:], strict=False):
            top = int(row.argmax())
            rank = int((row > row[token]).sum()) + 1
            found.append({token: Logprob(float(row[token]), rank), top: Logprob(float(row[top]), 1)})
        return found

    def _write(self, tokens: list[int], how: SamplingParams) -> str:
        new: list[int] = []
        text = ""
        for _each in range(how.max_tokens):
            token = int(self._rows([*tokens, *new])[-1].argmax())
            if token == self._tokenizer.eos_token_id:
                break
            new.append(token)
            text = str(self._tokenizer.decode(new, skip_special_tokens=how.skip_special_tokens))
            if found := [text.index(stop) for stop in how.stop if stop in text]:
                return text[: min(found)]
        return text


class LLM:
    """Keyword arguments that vLLM has no word for are errors there too."""

    def __init__(
        self,
        model: str,
        *,
        revision: str | None = None,
        dtype: str = "auto",
        tokenizer: str | None = None,
        tokenizer_mode: str = "auto",
        tokenizer_revision: str | None = None,
        trust_remote_code: bool = False,
        tensor_parallel_size: int = 1,
        max_model_len: int | None = None,
        max_num_seqs: int | None = None,
        quantization: str | None = None,
        seed: int = 0,
        enable_lora: bool = False,
        max_lora_rank: int = 16,
        load_format: str = "auto",
    ) -> None:
        _trace({"made": {name: value for name, value in locals().items() if name != "self"}})
        fault = _told("fault")
        if fault == "cache":
            raise ValueError("To serve at least one request, 14.0 GiB KV cache is needed, larger than the available.")
        if fault == "start":
            raise RuntimeError("Engine core initialization failed. See root cause above. Failed core proc(s): {}")
        self.llm_engine = LLMEngine(model, dtype, max_model_len)

    def generate(
        self,
        prompts: list[TokensPrompt],
        sampling_params: list[SamplingParams],
        *,
        use_tqdm: bool = True,
        lora_request: object = None,
    ) -> list[Any]:
        _trace({"generate": len(prompts)})
        for number, (prompt, how) in enumerate(zip(prompts, sampling_params, strict=True)):
            self.llm_engine.add_request(number, prompt["prompt_token_ids"], how)
        answers: dict[int, Any] = {}
        while self.llm_engine.has_unfinished_requests():
            answers.update(self.llm_engine.step())
        return [answers[number] for number in range(len(prompts))]


def _told(name: str) -> str:
    """What a file of the directory says; blank where there is none."""
    file = Path(os.environ["STAND_IN"]) / name
    return file.read_text() if file.is_file() else ""


def _trace(said: dict[str, Any]) -> None:
    names = ("CUDA_VISIBLE_DEVICES", "VLLM_NO_USAGE_STATS", "VLLM_WORKER_MULTIPROC_METHOD")
    with (Path(os.environ["STAND_IN"]) / "trace").open("a", encoding="utf-8") as trace:
        trace.write(json.dumps({**said, "environment": {name: os.environ.get(name) for name in names}}) + "\n")
