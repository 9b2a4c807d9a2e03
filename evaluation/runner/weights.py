"""Where the weights of a checkpoint lie on this machine, fetched first where that is allowed, and held while in use."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from evaluation.core.protocol import ModelSpec
from evaluation.core.weights import Ledger, Use
from evaluation.runner import hub
from evaluation.runner.failures import ScoringError
from evaluation.runner.pulse import Pulse

TOKENIZER = ["*.json", "*.txt", "*.model", "*.jinja"]
FETCHED = [*TOKENIZER, "*.safetensors"]
COMMIT = re.compile(r"[0-9a-f]{40}")
LOOK_SECONDS = 0.2
SAY_SECONDS = 5.0
TOKEN: dict[str, str] = {}
"""The hub's token, kept for the process that fetches and out of this one's environment."""


class Found(NamedTuple):
    """A directory; ``use`` holds it against being removed, where this node fetched it."""

    folder: Path
    use: Use | None = None


def find(model: ModelSpec, pulse: Pulse, files: list[str] = FETCHED) -> Found:
    """The directory of the checkpoint. Raises ScoringError.

    A repository is looked for in the hub's cache, and fetched into it unless ``HF_HUB_OFFLINE`` is set: never more than
    weights as safetensors, configuration and tokenizer. What is there already and told by a commit or a checksum is
    not asked for again.
    """
    if bool(model.path) == bool(model.repo_id):
        raise ScoringError("checkpoint", "Give exactly one of a checkpoint's directory and its repository.")
    if model.path:
        return Found(Path(model.path))
    from huggingface_hub import constants

    pinned = bool(model.sha256) or bool(COMMIT.fullmatch(model.revision))
    offline = bool(constants.HF_HUB_OFFLINE)
    if (offline or pinned) and (folder := hub.cached(model.repo_id, model.revision, files)):
        use = _ledger(model).use(model.repo_id, folder.name) if model.weights else None
        if folder.is_dir():  # nobody was quicker to remove it
            return Found(folder, use)
    if offline:
        raise ScoringError("absent", f"{model.repo_id} at {model.revision} is not in the cache of this machine.")
    return _fetched(model, pulse, files)


def _ledger(model: ModelSpec) -> Ledger:
    return Ledger(Path(model.weights), model.weights_bytes)


def _fetched(model: ModelSpec, pulse: Pulse, files: list[str]) -> Found:
    """Have a process of its own fetch it, which alone gets the token; say that it goes on as long as bytes come."""
    command = [sys.executable, "-m", "evaluation.runner", "--fetch", model.repo_id, "--revision", model.revision]
    command += [part for pattern in files for part in ("--file", pattern)]
    command += ["--ledger", model.weights, "--most", str(model.weights_bytes)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **TOKEN}, bufsize=0
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        said = json.loads(_line(process.stdout.fileno(), model.repo_id, pulse))
        if "folder" not in said:
            raise ScoringError(said["cause"], said["reason"])
        folder = Path(said["folder"])
        return Found(folder, _ledger(model).use(model.repo_id, folder.name) if model.weights else None)
    except ValueError:
        text = f"{model.repo_id} cannot be fetched: the process that did ended with status {process.wait()}."
        raise ScoringError("internal", text) from None
    finally:
        process.kill()  # it has nothing left to do but to wait
        process.wait()
        process.stdin.close()
        process.stdout.close()


def _line(output: int, repo_id: str, pulse: Pulse) -> bytes:
    """The line that comes, or what there is of it at the end. Raises CancelError when nobody wants it any more."""
    line, size, said = b"", -1, 0.0
    while not line.endswith(b"\n"):
        if select.select([output], [], [], LOOK_SECONDS)[0]:
            if not (more := os.read(output, 65536)):
                break
            line += more
            continue
        pulse.check()
        if time.monotonic() - said > SAY_SECONDS and (now := hub.size_on_disk(repo_id)) != size:
            size, said = now, time.monotonic()
            pulse.phase("loading")
    return line
