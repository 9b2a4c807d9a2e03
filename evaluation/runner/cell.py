"""Scores one cell with lm-eval's own ``evaluate`` and says everything about it."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lm_eval.evaluator import evaluate
from lm_eval.utils import set_torch_seed

from evaluation.core.answers import AnswerStore
from evaluation.core.protocol import CellSpec, Message, RunSpec, SamplesWritten, TaskDone, TaskStarted, Warned
from evaluation.runner.failures import CancelError, ScoringError, explain, out_of_memory
from evaluation.runner.keeping import keeping, sentence
from evaluation.runner.loading import Loaded
from evaluation.runner.messages import MessageLog
from evaluation.runner.pulse import Pulse
from evaluation.runner.results import made_with, results_of
from evaluation.runner.samplefiles import write_samples
from evaluation.runner.served.lm import ServedLM
from evaluation.runner.tasks import Tasks

DEFAULT_SEED, DEFAULT_PYTHON_SEED = 1234, 0
"""lm-eval's own defaults: where no seed is asked for, Python's generator alone gets another one."""


@dataclass
class CellWork:
    """What scoring a cell needs besides the cell."""

    spec: RunSpec
    loaded: Loaded
    tasks: Tasks
    pulse: Pulse
    emit: Callable[[Message], None]
    store: AnswerStore | None = None


def score_cell(cell: CellSpec, work: CellWork) -> None:
    """Load the task, let the model answer, send samples and results. Raises ScoringError or CancelError."""
    began = time.monotonic()
    work.pulse.enter(work.spec.run, cell.cell)
    work.pulse.phase("tasks")
    if cell.num_fewshot < 0 or (cell.limit is not None and cell.limit < 1):
        raise ScoringError("refused", "Shots are 0 or more, and a limit is 1 or more.")
    seed_everything(cell.seed)
    task = work.tasks.load(cell.task, work.spec)
    configure(task, cell, work)
    refuse(task, cell, work.loaded)
    messages = MessageLog(task, work.pulse)
    kind = scoring_kind(task, work.loaded)
    observe(task, cell, kind, work)
    lm, kept = keeping(task, cell, work)
    work.pulse.phase("requests")
    try:
        answer = evaluate(
            lm=lm,
            task_dict={"tasks": {task.task_name: task}},
            limit=cell.limit,
            log_samples=True,
            apply_chat_template=cell.chat_template,
            fewshot_as_multiturn=cell.chat_template,
            system_instruction=cell.system_instruction,
            confirm_run_unsafe_code=work.spec.allow_generated_code,
        )
    except (CancelError, ScoringError):
        raise
    except Exception as error:
        if out_of_memory(error):
            raise
        raise ScoringError("task", f"Task {cell.task} cannot be scored: {explain(error).reason}") from error
    results = results_of(task, cell, answer, messages.digest(answer), kind)
    files = write_samples(answer["samples"][task.task_name], Path(work.spec.out), cell.cell)
    shots = int(task.config.num_fewshot or 0)
    work.emit(SamplesWritten(work.spec.run, cell.cell, files.prompts, files.outcomes))
    seconds = round(time.monotonic() - began, 3)
    seeds = {"python": python_seed(cell.seed), "numpy": cell.seed, "torch": cell.seed, "fewshot": cell.seed}
    record = {**made_with(task, cell, work), "seeds": seeds, "scoring": kind}
    if files.chance is not None:
        record["chance"] = files.chance
    if kept is not None:
        record["answers"] = kept.told()
        tell(sentence(kept), cell, work)
    work.emit(TaskDone(work.spec.run, cell.cell, results, shots, record, seconds))


def tell(said: str, cell: CellSpec, work: CellWork) -> None:
    """A line in the log of the run."""
    if said:
        print(f"{cell.task}, {cell.num_fewshot}-shot: {said}", file=sys.stderr, flush=True)


def seed_everything(seed: int) -> None:
    """Seed as lm-eval's command does before it loads tasks: for 1234 as by default, else as with ``--seed``."""
    random.seed(python_seed(seed))
    np.random.seed(seed)
    set_torch_seed(seed)


def python_seed(seed: int) -> int:
    """The seed of Python's own generator, by which some tasks shuffle their documents' options."""
    return DEFAULT_PYTHON_SEED if seed == DEFAULT_SEED else seed


def configure(task: Any, cell: CellSpec, work: CellWork) -> None:
    """Put the cell's settings into the task, as lm-eval's simple_evaluate does; a fixed 0 shots wins there."""
    if cell.generation_kwargs and task.get_config("output_type") == "generate_until":
        task.set_config(key="generation_kwargs", value=dict(cell.generation_kwargs), update=True)
    if task.get_config("num_fewshot") != 0:
        task.set_config(key="num_fewshot", value=cell.num_fewshot)
    elif cell.num_fewshot:
        text = f"Task {cell.task} fixes 0 shots; {cell.num_fewshot} were asked for and 0 are used."
        work.emit(Warned(work.spec.run, text, cell.cell))
    task.set_fewshot_seed(seed=cell.seed)


def refuse(task: Any, cell: CellSpec, loaded: Loaded) -> None:
    """Raise ScoringError for what this checkpoint cannot answer."""
    if isinstance(loaded.lm, ServedLM):
        loaded.lm.take(str(task.OUTPUT_TYPE), cell.chat_template)
        return
    if loaded.scoring != "loglikelihood" and task.OUTPUT_TYPE == "generate_until":
        raise ScoringError(
            "refused", f"Task {cell.task} lets the model generate text, which an encoder-only model cannot."
        )
    if cell.chat_template and not getattr(loaded.lm.tokenizer, "chat_template", None):
        raise ScoringError("refused", "The checkpoint's tokenizer has no chat template.")


def scoring_kind(task: Any, loaded: Loaded) -> str:
    """loglikelihood, pseudo-loglikelihood or generated."""
    return "generated" if task.OUTPUT_TYPE == "generate_until" else loaded.scoring


def observe(task: Any, cell: CellSpec, kind: str, work: CellWork) -> None:
    """Have the task say when its requests are built, and beat while it works through documents."""
    build, process, sift = task.build_all_requests, task.process_results, task.apply_filters

    def build_and_tell(**named: Any) -> None:
        build(**named)
        documents = len({request.doc_id for request in task.instances})
        requests = sum(request.repeats or 1 for request in task.instances)
        shots, output = int(task.config.num_fewshot or 0), str(task.OUTPUT_TYPE)
        run = work.spec.run
        work.emit(TaskStarted(run, cell.cell, documents, requests, shots, output, kind))
        work.pulse.count(documents, requests)

    def process_and_beat(*positional: Any) -> Any:
        work.pulse.beat()
        return process(*positional)

    def sift_and_tell() -> Any:
        work.pulse.phase("metrics")
        return sift()

    task.build_all_requests = build_and_tell
    task.apply_filters = sift_and_tell
    task.process_results = process_and_beat
