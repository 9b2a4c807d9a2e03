"""Starts real runners for tests, and speaks with them."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evaluation.core.protocol import CellSpec, Finished, Message, ModelSpec, RunCommand, RunSpec, decode, encode

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "reference" / "models"
TASKS = ROOT / "reference" / "tasks"
FAMILIES = {
    "gpt2": "decoder-only",
    "llama": "decoder-only",
    "t5": "encoder-decoder",
    "bart": "encoder-decoder",
    "bert": "encoder-only",
    "roberta": "encoder-only",
}
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


def make_spec(out: Path, *cells: CellSpec, model: str = "gpt2", path: str | Path = "", **changes: Any) -> RunSpec:
    """A run of a reference model, or of the checkpoint at ``path`` with the family of ``model``."""
    chosen = ModelSpec(FAMILIES[model], path=str(path or MODELS / f"sapling-{model}"))
    run = {"run": "r", "task_dirs": [str(TASKS)], **changes}
    return RunSpec(model=chosen, cells=list(cells), out=str(out), **run)


def run_by_hand(spec: RunSpec, cwd: Path | None = None) -> list[Message]:
    """The events of one run, from ``python -m evaluation.runner spec.json``."""
    done = by_hand(spec, cwd)
    assert done.stdout, done.stderr
    return [decode(line) for line in done.stdout.splitlines()]


def by_hand(spec: RunSpec, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One run with all that it prints: events on stdout, what goes into a log on stderr."""
    file = Path(spec.out) / "spec.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(spec)))
    command = [sys.executable, "-m", "evaluation.runner", str(file), "--out", spec.out]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, cwd=cwd or ROOT, timeout=600)


def of_kind(events: list[Message], kind: type[Any]) -> list[Any]:
    """Those events that are of one kind, in their order."""
    return [event for event in events if isinstance(event, kind)]


class LiveRunner:
    """A runner as a worker starts it. Use as a context manager; it is killed at the end."""

    def __init__(self, *arguments: str, cwd: str | Path = ROOT) -> None:
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "evaluation.runner", "--events-fd", str(writing), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[writing],
            start_new_session=True,
            env=ENVIRONMENT,
            cwd=cwd,
            text=True,
        )
        os.close(writing)
        self._events: queue.Queue[Message] = queue.Queue()
        self._stream = os.fdopen(reading, encoding="utf-8")
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> LiveRunner:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def send(self, message: Message | str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(message if isinstance(message, str) else encode(message))
        self.process.stdin.flush()

    def score(self, spec: RunSpec) -> list[Message]:
        """The events of one run, from its first to ``finished``."""
        self.send(RunCommand(spec))
        return self.until(Finished)

    def until(self, kind: type[Any], seconds: float = 240) -> list[Message]:
        """Events up to and with the next one of ``kind``."""
        end, seen = time.monotonic() + seconds, []
        while True:
            event = self._events.get(timeout=max(0.01, end - time.monotonic()))
            seen.append(event)
            if isinstance(event, kind):
                return seen

    def _read(self) -> None:
        for line in self._stream:
            self._events.put(decode(line))


class StockHarness:
    """A process that runs lm-eval's own commands, from the repository's root. Use as a context manager."""

    def __init__(self) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.evaluation.runner.stock"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=ENVIRONMENT,
            cwd=ROOT,
            text=True,
        )

    def __enter__(self) -> StockHarness:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._said.close()

    def command(self, *arguments: str) -> None:
        """Run ``lm_eval`` with these arguments to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(arguments), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        self._said.seek(0)
        assert answer, self._said.read().decode()[-3000:]
        assert (fault := json.loads(answer)) is None, fault
