"""lm-eval's own ``vllm`` model, on nodes that have vLLM: requests and answers are lm-eval's, signs of life are added.

vLLM computes in processes of its own and takes nearly all memory of its devices, so a runner that has it serves nothing
else; its worker sees to that.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lm_eval.api.registry import get_model

from evaluation.core.checkpoints import CheckpointReport
from evaluation.core.families import ENCODER_DECODER, ENCODER_ONLY
from evaluation.core.protocol import VLLM, ModelSpec
from evaluation.runner.failures import ScoringError, explain, out_of_memory
from evaluation.runner.observed import AnswerHook
from evaluation.runner.pulse import Pulse
from evaluation.runner.spread import Place

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance

AUTO = 256
"""Requests handed over at once for batch size ``auto``: vLLM itself decides how many of them it computes together."""
ENVIRONMENT = {
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_DO_NOT_TRACK": "1",
    # A process that was forked from one in which CUDA was asked for devices could not use them.
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
}
ENDED = ("EngineDeadError", "EngineGenerateError")
"""vLLM's exceptions for an engine that has died, by name: they have moved between its modules."""


class _Observed:
    """What is put before lm-eval's class."""

    _pulse: Pulse

    def __init__(self, pulse: Pulse, **arguments: Any) -> None:
        this: Any = self
        parent: Any = super()
        self._pulse = pulse
        parent.__init__(**arguments)
        this.set_cache_hook(AnswerHook(pulse))
        sign_at_steps(this.model, pulse)

    def _model_generate(self, *positional: Any, **named: Any) -> Any:
        # The seam at which a run can be cancelled: within a call the engine would be left with half of its requests.
        self._pulse.beat()
        parent: Any = super()
        try:
            return parent._model_generate(*positional, **named)
        except Exception as error:
            if type(error).__name__ in ENDED:
                text = f"vLLM ended while it computed, as its own lines in the log tell: {explain(error).reason}"
                raise ScoringError("internal", text) from error
            raise

    def loglikelihood_rolling(self, requests: Sequence[Instance], disable_tqdm: bool = False) -> list[float]:
        """As lm-eval's; progress counts its windows."""
        this: Any = self
        most = max(this.max_length - 2, 1)
        lengths = [len(this.tok_encode(request.args[0])) for request in requests]
        self._pulse.count_parts(sum(max(1, -(-length // most)) for length in lengths))
        parent: Any = super()
        return list(parent.loglikelihood_rolling(requests, disable_tqdm=disable_tqdm))

    def _loglikelihood_tokens(self, requests: Any, *positional: Any, **named: Any) -> list[tuple[float, bool]]:
        parent: Any = super()
        answers = list(parent._loglikelihood_tokens(requests, *positional, **named))
        if requests and requests[0][0] is None:
            self._pulse.answered(len(requests))
        return answers


def sign_at_steps(engine: Any, pulse: Pulse) -> None:
    """Have the engine give a sign of life before each of its steps, where it has steps."""
    steps: Any = getattr(engine, "llm_engine", None)
    step = getattr(steps, "step", None)
    if step is None:
        return

    def step_and_sign(*positional: Any, **named: Any) -> Any:
        pulse.sign()
        return step(*positional, **named)

    steps.step = step_and_sign


def load_engine(
    folder: Path, report: CheckpointReport, model: ModelSpec, place: Place, batch_size: int, pulse: Pulse
) -> Any:
    """The checkpoint in vLLM, as lm-eval's model. Raises ScoringError: not installed, another family, no memory."""
    if report.architecture_family in (ENCODER_ONLY, ENCODER_DECODER):
        raise ScoringError("refused", f"vLLM scores no {report.architecture_family} models; ask without it.")
    plain = lm_evals()
    with surroundings(place):
        try:
            observed: Any = type("ObservedVLLM", (_Observed, plain), {})
            return observed(pulse, **arguments(folder, model, place, batch_size))
        except (ScoringError, MemoryError):
            raise
        except Exception as error:
            raise not_started(error, place) from error


def lm_evals() -> type[Any]:
    """lm-eval's class, which imports vLLM. Raises ScoringError."""
    try:
        found: type[Any] = get_model(VLLM)
    except ImportError as error:
        text = f"vLLM cannot be used on this node: {explain(error).reason}"
        raise ScoringError("refused", text) from error
    return found


def arguments(folder: Path, model: ModelSpec, place: Place, batch_size: int) -> dict[str, Any]:
    """What lm-eval's class takes, and what it hands on to vLLM (``load_format``)."""
    return {
        "pretrained": str(folder),
        "dtype": model.dtype,
        "trust_remote_code": False,
        "load_format": "safetensors",
        "tensor_parallel_size": max(len(place.devices), 1),
        "batch_size": batch_size,
    }


@contextmanager
def surroundings(place: Place) -> Iterator[None]:
    """The environment in which vLLM starts its processes: they see the devices of this run alone."""
    devices = [name.partition(":")[2] or "0" for name in place.devices or (place.device,) if name.startswith("cuda")]
    wanted = {**ENVIRONMENT, "CUDA_VISIBLE_DEVICES": ",".join(devices)}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def not_started(error: Exception, place: Place) -> ScoringError:
    """Why vLLM could not load a checkpoint. What it may not have had room for is worth a larger device."""
    said = explain(error).reason
    if out_of_memory(error) or "KV cache" in str(error) or "cache blocks" in str(error):
        return ScoringError("memory", f"The checkpoint does not fit into the memory of {place} with vLLM: {said}")
    if "ngine core" in str(error):
        # It tells its parent no more; the memory of a process that ends now may be free at the next try.
        return ScoringError("internal", f"vLLM did not start, as its own lines in the log tell: {said}")
    return ScoringError("checkpoint", f"vLLM cannot load the checkpoint: {said}")


def number_format(lm: Any, asked: str) -> str:
    """The dtype that vLLM computes in."""
    config = getattr(getattr(getattr(lm, "model", None), "llm_engine", None), "model_config", None)
    return str(getattr(config, "dtype", asked)).removeprefix("torch.")
