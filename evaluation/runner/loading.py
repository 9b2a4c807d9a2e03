"""Loads a checkpoint, safely: safetensors only, no remote code; nothing is fetched unless the site allows it."""

from __future__ import annotations

import gc
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import transformers

from evaluation.core.checkpoints import (
    CheckpointError,
    CheckpointReport,
    checkpoint_sha256,
    file_sha256,
    inspect_checkpoint,
    weight_files,
)
from evaluation.core.families import ENCODER_DECODER, ENCODER_ONLY, has_masked_head
from evaluation.core.protocol import BACKENDS, SERVED, VLLM, ModelSpec, ServedSpec
from evaluation.core.weights import Use
from evaluation.runner import engine
from evaluation.runner.engine import load_engine, number_format
from evaluation.runner.failures import ScoringError, explain, out_of_memory
from evaluation.runner.masked_lm import MaskedLM, usable_length
from evaluation.runner.observed import ObservedHFLM, free_memory, refuse_missing
from evaluation.runner.pulse import Pulse
from evaluation.runner.served.connect import connect
from evaluation.runner.spread import Place
from evaluation.runner.weights import FETCHED, TOKENIZER, Found, find

DTYPES = ("float32", "float16", "bfloat16", "auto")


@dataclass
class Loaded:
    """A checkpoint in memory, as lm-eval's model interface. ``scoring`` is the kind of its likelihoods.

    ``report`` is None for a served model, whose weights lie elsewhere; ``backend`` is lm-eval's name of the model.
    """

    key: tuple[str, ...]
    lm: Any
    report: CheckpointReport | None
    dtype: str
    parameters: int
    scoring: str
    batch_size: str
    backend: str = "hf"


class Shelf:
    """Holds one checkpoint at most; another one takes its place, and its memory is freed before."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._loaded: Loaded | None = None
        self._source: tuple[str, ...] = ()
        self._use: Use | None = None
        self.used_at = time.monotonic()

    def get(self, model: ModelSpec, place: Place, batch_size: str) -> tuple[Loaded, bool]:
        """The checkpoint, and whether it was already there. Raises ScoringError."""
        if model.served is not None:
            return self._served(model, model.served)
        folder, use = self._find(model, FETCHED)
        stamp = max((file.stat().st_mtime_ns for file in folder.iterdir()), default=0) if folder.is_dir() else 0
        what = (str(folder), str(stamp), model.sha256, model.architecture_family, model.dtype, model.backend)
        key = (*what, str(place))
        self.used_at = time.monotonic()
        if self._loaded is not None and self._loaded.key == key:
            set_batch_size(self._loaded, batch_size)
            release(use)
            return self._loaded, True
        self.clear()
        self._use = use
        self._pulse.phase("loading")
        self._loaded = load(key, model, folder, place, batch_size, self._pulse)
        return self._loaded, False

    def _served(self, model: ModelSpec, served: ServedSpec) -> tuple[Loaded, bool]:
        """A model behind an address takes the place of a checkpoint, too: one warm model at a time."""
        key = (repr(served), model.path, model.repo_id, model.revision)
        self.used_at = time.monotonic()
        if self._loaded is not None and self._loaded.key == key:
            return self._loaded, True
        self.clear()
        self._pulse.phase("loading")
        folder = None
        if model.path or model.repo_id:
            folder, self._use = self._find(model, TOKENIZER)
        lm = connect(served, folder, self._pulse)
        self._loaded = Loaded(key, lm, None, SERVED, 0, "loglikelihood", "1", lm.backend_name)
        return self._loaded, False

    def _find(self, model: ModelSpec, files: list[str]) -> Found:
        """Where the files are. Other weights are let go before: they may have to make room on the disk."""
        source = (model.path, model.repo_id, model.revision)
        if self._source != source:
            self.clear()
        self._source = source
        return find(model, self._pulse, files)

    def clear(self) -> None:
        """Free the checkpoint's memory; its files may go."""
        self._loaded = None
        gc.collect()
        free_memory()
        release(self._use)
        self._use = None

    def holds(self) -> bool:
        """Whether a checkpoint is in memory."""
        return self._loaded is not None


def release(use: Use | None) -> None:
    """Let go of weights that were held against being removed."""
    if use is not None:
        use.release()


def load(key: tuple[str, ...], model: ModelSpec, folder: Path, place: Place, batch_size: str, pulse: Pulse) -> Loaded:
    """Check the directory, then load it with the class that its family needs. Raises ScoringError."""
    report = inspect_checkpoint(folder)
    check(report, model, pulse)
    if model.backend == VLLM:
        return in_vllm(key, model, report, place, batch_size, pulse)
    try:
        masked = report.architecture_family == ENCODER_ONLY
        build = _masked if masked else _observed
        place.check()
        lm = build(folder, report, model.dtype, place, batch_size, pulse)
        place.refuse_elsewhere(lm.model)
    except (ScoringError, CheckpointError):
        raise
    except Exception as error:
        if out_of_memory(error) or (place.spread and "offload" in str(error)):
            raise place.too_small() from error
        raise ScoringError("checkpoint", f"The checkpoint cannot be loaded: {explain(error).reason}") from error
    return Loaded(
        key=key,
        lm=lm,
        report=report,
        dtype=str(lm.model.dtype).removeprefix("torch."),
        parameters=int(lm.model.num_parameters()),
        scoring="pseudo-loglikelihood" if masked else "loglikelihood",
        batch_size=batch_size,
    )


def in_vllm(
    key: tuple[str, ...], model: ModelSpec, report: CheckpointReport, place: Place, batch_size: str, pulse: Pulse
) -> Loaded:
    """The same in vLLM. Raises ScoringError."""
    place.check()
    lm = load_engine(Path(report.path), report, model, place, whole_batch(batch_size, engine.AUTO), pulse)
    dtype = number_format(lm, model.dtype)
    return Loaded(key, lm, report, dtype, report.parameters, "loglikelihood", batch_size, VLLM)


def check(report: CheckpointReport, model: ModelSpec, pulse: Pulse) -> None:
    """Raise ScoringError when the directory is not what was declared, or needs what is never done."""
    if model.backend not in BACKENDS:
        raise ScoringError("refused", f"Backend {model.backend!r} is none of {', '.join(BACKENDS)}.")
    if model.dtype not in DTYPES:
        raise ScoringError("checkpoint", f"dtype {model.dtype!r} is none of {', '.join(DTYPES)}.")
    if report.model_type not in transformers.CONFIG_MAPPING:
        code = " It brings its own Python code, which is never run." if report.remote_code else ""
        raise ScoringError("checkpoint", f"transformers knows no model type {report.model_type!r}.{code}")
    found, declared = report.architecture_family, model.architecture_family
    if not found:
        raise ScoringError("checkpoint", f"{_named(report)} has no head that predicts tokens, so it cannot be scored.")
    causal = not {ENCODER_ONLY, ENCODER_DECODER} & {found, declared}
    if declared and found != declared and not causal:
        raise ScoringError("checkpoint", f"The card says {declared}, but the checkpoint is {found} ({_named(report)}).")
    if found == ENCODER_ONLY and not has_masked_head(_config(report)):
        raise ScoringError(
            "checkpoint", f"{_named(report)} has no masked-language-model head, so it gives no likelihood."
        )
    if model.sha256 and not is_registered(report, model.sha256, pulse):
        raise ScoringError(
            "checkpoint", "The files of the checkpoint are not those that were registered (SHA-256 differs)."
        )


def is_registered(report: CheckpointReport, sha256: str, pulse: Pulse) -> bool:
    """Whether ``sha256`` is that of the one weight file, as ``sha256sum`` prints it, or of all files that decide."""
    weights = weight_files(Path(report.path))
    if len(weights) == 1 and file_sha256(weights[0], pulse.beat) == sha256:
        return True
    return checkpoint_sha256(report.path, pulse.beat) == sha256


def set_batch_size(loaded: Loaded, batch_size: str) -> None:
    """Let the next cells use another batch size without loading again."""
    if isinstance(loaded.lm, MaskedLM):
        loaded.lm.batch_size = whole_batch(batch_size)
    elif loaded.backend == VLLM:
        loaded.lm.batch_size = whole_batch(batch_size, engine.AUTO)
    elif batch_size.startswith("auto"):
        name, _, schedule = batch_size.partition(":")
        loaded.lm.batch_size_per_gpu, loaded.lm.batch_schedule = name, float(schedule or 1)
    else:
        loaded.lm.batch_size_per_gpu = whole_batch(batch_size)
    loaded.batch_size = batch_size


def whole_batch(batch_size: str, auto: int = 32) -> int:
    """A batch size as a number; ``auto`` is 32 for masked models. Raises ScoringError."""
    if batch_size.startswith("auto"):
        return auto
    if not batch_size.isdigit() or int(batch_size) < 1:
        raise ScoringError("refused", f"Batch size {batch_size!r} is neither a positive whole number nor auto.")
    return int(batch_size)


def _observed(
    folder: Path, report: CheckpointReport, dtype: str, place: Place, batch_size: str, pulse: Pulse
) -> ObservedHFLM:
    if not batch_size.startswith("auto"):
        whole_batch(batch_size)
    lm = ObservedHFLM(
        pulse,
        place.loading(),
        pretrained=str(folder),
        dtype=dtype,
        device=place.device,
        parallelize=place.spread,
        batch_size=batch_size,
        trust_remote_code=False,
        use_safetensors=True,
        local_files_only=True,
    )
    wanted = "seq2seq" if report.architecture_family == ENCODER_DECODER else "causal"
    if lm.backend != wanted:
        raise ScoringError("checkpoint", f"lm-eval takes {_named(report)} as {lm.backend}, but it is {wanted}.")
    return lm


def _masked(
    folder: Path, report: CheckpointReport, dtype: str, place: Place, batch_size: str, pulse: Pulse
) -> MaskedLM:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    model, loading = transformers.AutoModelForMaskedLM.from_pretrained(
        folder,
        dtype=dtype,
        use_safetensors=True,
        trust_remote_code=False,
        local_files_only=True,
        output_loading_info=True,
        ignore_mismatched_sizes=True,
        **place.loading(),
    )
    refuse_missing(loading)
    model = model.eval() if place.spread else model.to(place.device).eval()
    length = usable_length(model, tokenizer)
    return MaskedLM(model, tokenizer, batch_size=whole_batch(batch_size), max_length=length, pulse=pulse)


def _config(report: CheckpointReport) -> dict[str, Any]:
    return dict(json.loads((Path(report.path) / "config.json").read_text(encoding="utf-8")))


def _named(report: CheckpointReport) -> str:
    return report.architectures[0] if report.architectures else report.model_type
