"""A runner that scores nothing: it speaks the protocol at a chosen pace, and misbehaves when told to.

Started as ``python -m tests.fake_runner`` through RUNNER_COMMAND. The environment sets its manners:

FAKE_DOCUMENTS   documents of a cell (20)        FAKE_PACE    seconds a document (0.01)
FAKE_LOAD        seconds to load (0)             FAKE_TRACE   a file to which it appends what it does
FAKE_STEPS       1: every document is traced, with the time of the monotonic clock
FAKE_FAULTS      a directory: the file ``<fault>`` in it is consumed by the first cell that finds it, half-way through:
                 die, hang, memory, internal, task, checkpoint, absent, gated, no_samples, bad_checksum, other_shots,
                 garbage
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from evaluation.core import protocol
from evaluation.core.protocol import CancelCommand, CellSpec, KeepCommand, Message, RunCommand, RunSpec, decode, encode
from evaluation.core.samples import PROMPTS, outcome_schema, write_rows

DOCUMENTS = int(os.environ.get("FAKE_DOCUMENTS", "20"))
PACE = float(os.environ.get("FAKE_PACE", "0.01"))
LOAD = float(os.environ.get("FAKE_LOAD", "0"))
STEPS = os.environ.get("FAKE_STEPS") == "1"
TRACE = os.environ.get("FAKE_TRACE", "")
QUESTION: dict[str, Any] = {
    "document": "{}",
    "target": "yes",
    "prompt": "?",
    "contexts": [],
    "continuations": [" yes", " no"],
    "options": "",
}
ANSWER: dict[str, Any] = {
    "filter": "none",
    "loglikelihoods": [-1.0, -2.0],
    "greedy": [True, False],
    "generated": [],
    "filtered": "[]",
    "others": "{}",
    "metric.acc": 0.75,
}
FAULTS = Path(os.environ.get("FAKE_FAULTS", "/nonexistent"))


def trace(*words: object) -> None:
    if TRACE:
        with Path(TRACE).open("a") as file:
            file.write(" ".join(map(str, (os.getpid(), *words))) + "\n")


def fault(name: str) -> bool:
    """Whether somebody asked for this fault; it happens once."""
    try:
        (FAULTS / name).unlink()
    except OSError:
        return False
    trace("fault", name)
    return True


class Runner:
    def __init__(self, events_fd: int) -> None:
        self.events = os.fdopen(events_fd, "w")
        self.lock = threading.Lock()
        self.cancelled: set[tuple[str, str]] = set()
        self.loaded = ""
        self.heard = time.monotonic()
        self.lease = 0.0

    def emit(self, message: Message) -> None:
        with self.lock:
            self.events.write(encode(message))
            self.events.flush()

    def serve(self) -> None:
        self.emit(protocol.Ready(os.getpid(), {"python": "3"}, []))
        runs: list[RunSpec] = []
        wake = threading.Condition()

        def listen() -> None:
            for line in sys.stdin:
                self.heard = time.monotonic()
                command = decode(line)
                with wake:
                    if isinstance(command, RunCommand):
                        runs.append(command.spec)
                    elif isinstance(command, CancelCommand):
                        self.cancelled.add((command.run, command.cell))
                    elif not isinstance(command, KeepCommand):
                        os._exit(0)
                    wake.notify()
            os._exit(0)

        def watch() -> None:
            while True:
                time.sleep(0.2)
                if 0 < self.lease < time.monotonic() - self.heard:
                    trace("overdue")
                    os._exit(1)

        threading.Thread(target=listen, daemon=True).start()
        threading.Thread(target=watch, daemon=True).start()
        while True:
            with wake:
                wake.wait_for(lambda: runs)
                spec = runs.pop(0)
            self.lease = spec.lease_seconds
            self.run(spec)
            self.lease = 0.0

    def run(self, spec: RunSpec) -> None:
        print(f"fake: run {spec.run} with batches of {spec.batch_size}", file=sys.stderr, flush=True)
        trace("run", spec.run, spec.model.path or spec.model.repo_id, spec.batch_size, time.monotonic())
        self.emit(protocol.Phase(spec.run, "loading"))
        for cause in ("checkpoint", "absent", "gated"):
            if fault(cause):
                self.emit(protocol.Failed(spec.run, cause, f"The fake checkpoint cannot be loaded: {cause}."))
                self.emit(protocol.Finished(spec.run, 0, len(spec.cells), False, 0.0))
                return
        reused = self.loaded == spec.model.path
        time.sleep(0 if reused else LOAD)
        self.loaded = spec.model.path
        self.emit(protocol.Started(spec.run, 1000, spec.model.dtype, 128, reused, LOAD))
        done = failed = 0
        for cell in spec.cells:
            outcome = self.cell(spec, cell)
            done += outcome == "done"
            failed += outcome == "failed"
        cancelled = (spec.run, "") in self.cancelled
        self.emit(protocol.Finished(spec.run, done, failed, cancelled, 1.0))

    def stopped(self, spec: RunSpec, cell: CellSpec) -> bool:
        return (spec.run, "") in self.cancelled or (spec.run, cell.cell) in self.cancelled

    def cell(self, spec: RunSpec, cell: CellSpec) -> str:
        trace("cell", spec.run, cell.cell, cell.task)
        total = min(DOCUMENTS, cell.limit or DOCUMENTS)
        shots = cell.num_fewshot
        self.emit(protocol.TaskStarted(spec.run, cell.cell, total, total, shots, "multiple_choice", "loglikelihood"))
        began = time.monotonic()
        for document in range(total):
            if self.stopped(spec, cell):
                trace("cancelled", cell.cell)
                return "cancelled"
            if document == total // 2:
                for cause in ("memory", "internal", "task"):
                    if fault(cause):
                        self.emit(protocol.Failed(spec.run, cause, f"A fake failure of {cause}.", cell.cell))
                        return "failed"
                if fault("die"):
                    os._exit(7)
                if fault("garbage"):
                    with self.lock:
                        self.events.write("this is no event\n")
                        self.events.flush()
                while fault("hang"):
                    time.sleep(3600)
            if STEPS:
                trace("step", spec.run, cell.cell, time.monotonic())
            time.sleep(PACE)
            seconds = time.monotonic() - began
            self.emit(protocol.Progress(spec.run, cell.cell, document + 1, total, seconds))
        if fault("other_shots"):
            shots += 1
        if not fault("no_samples"):
            self.samples(spec, cell, total)
        result = protocol.Result("acc", "none", 0.75, 0.1, total, True, "c" * 64)
        undefined = protocol.Result("f1", "none", None, None, total, True, "d" * 64)
        self.emit(
            protocol.TaskDone(
                spec.run,
                cell.cell,
                [result, undefined],
                shots,
                {"versions": {"lm_eval": "fake"}},
                time.monotonic() - began,
            )
        )
        trace("done", spec.run, cell.cell)
        return "done"

    def samples(self, spec: RunSpec, cell: CellSpec, total: int) -> None:
        out = Path(spec.out)
        out.mkdir(parents=True, exist_ok=True)
        hashes = [hashlib.sha256(f"{cell.task}{n}".encode()).hexdigest() for n in range(total)]
        prompts = [{**QUESTION, "doc_id": n, "doc_hash": each} for n, each in enumerate(hashes)]
        answers = [{**ANSWER, "doc_id": n, "doc_hash": each} for n, each in enumerate(hashes)]
        asked, answered = f"{cell.cell}.prompts.parquet", f"{cell.cell}.outcomes.parquet"
        prompts_sha256, _rows = write_rows(out / asked, PROMPTS, prompts)
        answers_sha256, _rows = write_rows(out / answered, outcome_schema(["acc"]), answers)
        key = hashlib.sha256(f"{cell.task} {cell.num_fewshot} {total}".encode()).hexdigest()
        bad = "0" * 64 if fault("bad_checksum") else answers_sha256
        self.emit(
            protocol.SamplesWritten(
                spec.run,
                cell.cell,
                protocol.FileRef(asked, prompts_sha256, total, key),
                protocol.FileRef(answered, bad, total),
            )
        )


def main() -> None:
    if "--describe" in sys.argv:
        device = {"name": "cpu", "kind": "cpu", "description": "fake", "memory": 8 * 2**30}
        print(json.dumps({"versions": {"python": "3"}, "devices": [device]}))
        return
    trace("start", os.environ.get("ARBORETUM_NODE", ""), time.monotonic())
    Runner(int(sys.argv[sys.argv.index("--events-fd") + 1])).serve()


if __name__ == "__main__":
    main()
