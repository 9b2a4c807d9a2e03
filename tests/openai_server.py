"""A small OpenAI-compatible server: completions with echo and log probabilities, chats, and vLLM's tokenizer calls.

python -m tests.openai_server DIRECTORY --port 8001 [--key K] [--without echo,token_prompts,chat,completions,tokenizer]

Answers from a reference checkpoint, one forward pass a prompt; in tests also from ``Letters``, which needs no weights.
``Script`` says what goes wrong, and when.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any, Protocol

Scores = tuple[list[float | None], list[dict[str, float] | None]]
ALL = frozenset({"models", "completions", "echo", "token_prompts", "chat", "tokenizer"})


class Model(Protocol):
    """What answers."""

    eos: str
    bos: str | None
    max_length: int

    def encode(self, text: str) -> list[int]: ...

    def decode(self, tokens: list[int]) -> str: ...

    def score(self, tokens: list[int]) -> Scores: ...

    def next(self, tokens: list[int]) -> int: ...

    def chat(self, messages: list[dict[str, str]]) -> str: ...


class Letters:
    """A token is a character; what follows one is decided by a hash of it. Always the same."""

    eos = "\x03"
    bos: str | None = None
    max_length = 2048

    def encode(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]

    def decode(self, tokens: list[int]) -> str:
        return "".join(map(chr, tokens))

    def score(self, tokens: list[int]) -> Scores:
        values: list[float | None] = [None]
        best: list[dict[str, float] | None] = [None]
        for before, token in pairwise(tokens):
            top = self._after(before)
            value = log(0.5) if token == top else log(0.5 / (2 + token % 7))
            values.append(value)
            best.append({chr(top): log(0.5), chr(token): value})
        return values, best

    def next(self, tokens: list[int]) -> int:
        return self._after(tokens[-1])

    def chat(self, messages: list[dict[str, str]]) -> str:
        return "".join(f"{one['role']}: {one['content']}\n" for one in messages)

    def _after(self, token: int) -> int:
        return ord("a") + hashlib.sha256(str(token).encode()).digest()[0] % 26


class Reference:
    """A causal checkpoint, as transformers loads it."""

    def __init__(self, directory: str) -> None:
        import torch
        import transformers

        self._torch = torch
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
        self._model = transformers.AutoModelForCausalLM.from_pretrained(directory, dtype="float32").eval()
        self.eos, self.bos = self._tokenizer.eos_token, self._tokenizer.bos_token
        self.max_length = int(self._model.config.max_position_embeddings)

    def encode(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False).input_ids)

    def decode(self, tokens: list[int]) -> str:
        return str(self._tokenizer.decode(tokens))

    def score(self, tokens: list[int]) -> Scores:
        rows = self._log_probabilities(tokens)
        values: list[float | None] = [None]
        best: list[dict[str, float] | None] = [None]
        for row, token in zip(rows, tokens[1:], strict=False):
            top = int(row.argmax())
            values.append(float(row[token]))
            best.append({self.decode([top]): float(row[top]), self.decode([token]): float(row[token])})
        return values, best

    def next(self, tokens: list[int]) -> int:
        return int(self._log_probabilities(tokens)[-1].argmax())

    def chat(self, messages: list[dict[str, str]]) -> str:
        return "".join(f"{one['content']}\n" for one in messages)

    def _log_probabilities(self, tokens: list[int]) -> Any:
        with self._torch.inference_mode():
            logits = self._model(self._torch.tensor([tokens])).logits[0]
            return self._torch.log_softmax(logits.float(), dim=-1)


@dataclass
class Script:
    """What the server does beside answering. ``faults``: status and headers of the next answers, 0 for silence."""

    key: str = ""
    abilities: frozenset[str] = ALL
    begins: bool = False
    """Puts the token that begins a text before prompts that are text."""
    faults: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    slow: float = 0.0
    asked: list[tuple[str, Any]] = field(default_factory=list)
    most_at_once: int = 0

    def without(self, *abilities: str) -> Script:
        """The same, not able to do these."""
        self.abilities = self.abilities - set(abilities)
        return self


class OpenAIServer(ThreadingHTTPServer):
    """Serves ``model`` under ``name``."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, model: Model, name: str = "sapling", script: Script | None = None, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.model, self.name, self.script = model, name, script or Script()
        self.lock = threading.Lock()
        self.busy = 0

    @property
    def address(self) -> str:
        """What is registered."""
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: OpenAIServer

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(json.loads(self.rfile.read(length) or "null"))

    def _answer(self, body: Any) -> None:
        script = self.server.script
        with self.server.lock:
            script.asked.append((self.path, body))
            fault = script.faults.popleft() if script.faults else None
            self.server.busy += 1
            script.most_at_once = max(script.most_at_once, self.server.busy)
        try:
            time.sleep(script.slow)
            if fault is not None and not fault[0]:
                time.sleep(60)
            elif fault is not None:
                self._say(fault[0], {"error": {"message": f"A scripted {fault[0]}."}}, fault[1])
            elif script.key and self.headers.get("Authorization") != f"Bearer {script.key}":
                self._say(401, {"error": {"message": f"Wrong key: {self.headers.get('Authorization')}"}})
            else:
                self._route(body)
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def _route(self, body: Any) -> None:
        able, model = self.server.script.abilities, self.server.model
        match self.path:
            case "/v1/models" if "models" in able:
                row = {
                    "id": self.server.name,
                    "object": "model",
                    "owned_by": "tests",
                    "max_model_len": model.max_length,
                }
                self._say(200, {"object": "list", "data": [row]})
            case "/v1/completions" if "completions" in able:
                self._completions(body)
            case "/v1/chat/completions" if "chat" in able:
                text = self._write(model.encode(model.chat(body["messages"])), body)
                message = {"role": "assistant", "content": text}
                self._say(200, {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
            case "/tokenizer_info" if "tokenizer" in able:
                self._say(200, {"eos_token": model.eos, "bos_token": model.bos})
            case "/tokenize" if "tokenizer" in able:
                self._say(200, {"tokens": model.encode(body["prompt"])})
            case "/detokenize" if "tokenizer" in able:
                self._say(200, {"prompt": model.decode(body["tokens"])})
            case _:
                self._say(404, {"detail": "Not Found"})

    def _completions(self, body: dict[str, Any]) -> None:
        able = self.server.script.abilities
        if body["model"] != self.server.name:
            return self._say(404, {"error": {"message": f"The model {body['model']} does not exist."}})
        if body.get("echo") and "echo" not in able:
            return self._say(400, {"error": {"message": "echo is not supported"}})
        prompt = body["prompt"]
        prompts = prompt if isinstance(prompt, list) and not isinstance(prompt[0], int) else [prompt]
        if "token_prompts" not in able and not all(isinstance(one, str) for one in prompts):
            return self._say(400, {"error": {"message": "a prompt must be text"}})
        choices = [{"index": index, **self._completed(one, body)} for index, one in enumerate(prompts)]
        return self._say(200, {"object": "text_completion", "model": self.server.name, "choices": choices})

    def _completed(self, prompt: str | list[int], body: dict[str, Any]) -> dict[str, Any]:
        model = self.server.model
        tokens = prompt if isinstance(prompt, list) else [*self._start(), *model.encode(prompt)]
        if not body.get("echo"):
            return {"text": self._write(tokens, body), "logprobs": None}
        whole = [*tokens, model.next(tokens)]
        values, best = model.score(whole)
        names = [model.decode([token]) for token in whole]
        logprobs = {"tokens": names, "token_logprobs": values, "top_logprobs": best}
        return {"text": model.decode(whole), "logprobs": logprobs}

    def _start(self) -> list[int]:
        model = self.server.model
        return model.encode(model.bos) if self.server.script.begins and model.bos else []

    def _write(self, tokens: list[int], body: dict[str, Any]) -> str:
        """Greedy, up to a stop sequence, the end of text or ``max_tokens``."""
        model, new, stops = self.server.model, list[int](), body.get("stop") or []
        (end,) = model.encode(model.eos)
        for _each in range(body.get("max_tokens", 16)):
            token = model.next([*tokens, *new])
            if token == end:
                break
            new.append(token)
            text = model.decode(new)
            found = [text.index(stop) for stop in stops if stop in text]
            if found:
                return text[: min(found)]
        return model.decode(new)

    def _say(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
        said = json.dumps(data).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(said), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(said)


@contextmanager
def serving(model: Model | None = None, script: Script | None = None, name: str = "sapling") -> Iterator[OpenAIServer]:
    """A server in threads of this process."""
    server = OpenAIServer(model or Letters(), name, script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving_checkpoint(directory: Path, *arguments: str) -> Iterator[str]:
    """The address of a server over a checkpoint, in a process of its own."""
    command = [sys.executable, "-m", "tests.openai_server", str(directory), *arguments]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a checkpoint until killed; prints the address once it answers."""
    line = argparse.ArgumentParser(description=__doc__)
    line.add_argument("directory")
    line.add_argument("--port", type=int, default=0)
    line.add_argument("--name", default="sapling")
    line.add_argument("--key", default="")
    line.add_argument("--without", default="")
    asked = line.parse_args(arguments)
    script = Script(key=asked.key).without(*filter(None, asked.without.split(",")))
    server = OpenAIServer(Reference(asked.directory), asked.name, script, asked.port)
    print(server.address, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
