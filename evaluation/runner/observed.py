"""lm-eval's own ``hf`` model with a pulse: every number is stock's, only signs of life are added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from lm_eval.api.model import CacheHook
from lm_eval.models.huggingface import HFLM

from evaluation.core.checkpoints import CheckpointError
from evaluation.runner.kept import KeptAnswers, pack_windows, windows
from evaluation.runner.pulse import Pulse

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance


class AnswerHook(CacheHook):  # type: ignore[misc]
    """lm-eval hands every answer to its cache hook as soon as it has it; this one only counts."""

    def __init__(self, pulse: Pulse) -> None:
        super().__init__(None)
        self._pulse = pulse

    def add_partial(self, attr: str, req: Any, res: Any) -> None:
        """One more request is answered."""
        if attr != "loglikelihood_rolling":
            self._pulse.answered()


class ObservedHFLM(HFLM):  # type: ignore[misc]
    """HFLM that beats before each forward pass, counts answers, and refuses weights that lack a layer."""

    kept_windows: KeptAnswers | None = None
    """Keeps the windows of rolling likelihoods; lm-eval tells of these only when all of a call are there."""

    def __init__(self, pulse: Pulse, spread: dict[str, Any] | None = None, **arguments: Any) -> None:
        self._pulse = pulse
        self._spread = spread or {}
        super().__init__(**arguments)
        self.set_cache_hook(AnswerHook(pulse))
        self.model.register_forward_pre_hook(lambda *_: pulse.beat())

    def _create_model(self, *positional: Any, **named: Any) -> None:
        # Wrong shapes are let pass so that ``refuse_missing`` can name them; transformers only says that some are.
        super()._create_model(*positional, output_loading_info=True, ignore_mismatched_sizes=True, **named)
        self._model, loading = self.__dict__["_model"]
        refuse_missing(loading)

    def _get_accelerate_args(self, *positional: Any, **named: Any) -> dict[str, Any]:
        # lm-eval's own spreads over every GPU of the machine; those that were not given to this run are others'.
        return self._spread or dict(super()._get_accelerate_args(*positional, **named))

    def tok_encode(self, *positional: Any, **named: Any) -> list[int]:
        self._pulse.beat()
        return list(super().tok_encode(*positional, **named))

    def loglikelihood_rolling(self, requests: list[Instance], disable_tqdm: bool = False) -> list[float]:
        # Answers come in windows of several texts, so progress counts windows; their number is known only here.
        lengths = [len(self.tok_encode(request.args[0])) for request in requests]
        self._pulse.count_parts(sum(max(1, -(-length // self.max_length)) for length in lengths))
        return list(super().loglikelihood_rolling(requests, disable_tqdm=disable_tqdm))

    def _loglikelihood_tokens(self, requests: Any, *positional: Any, **named: Any) -> list[tuple[float, bool]]:
        rolling = bool(requests) and requests[0][0] is None
        if rolling and self.kept_windows is not None:
            return self._windows(self.kept_windows, requests, *positional, **named)
        answers = super()._loglikelihood_tokens(requests, *positional, **named)
        if rolling:
            self._pulse.answered(len(requests))
        return list(answers)

    def _windows(self, kept: KeptAnswers, requests: Any, *positional: Any, **named: Any) -> list[tuple[float, bool]]:
        """One batch of windows: computed as a whole, and kept as a whole."""
        key = kept.key("windows", [request[1:] for request in requests])
        if known := kept.find([key], each=len(requests)).get(key):
            return windows(known)
        answers = list(super()._loglikelihood_tokens(requests, *positional, **named))
        kept.keep(key, pack_windows(answers))
        self._pulse.answered(len(requests))
        return answers


def refuse_missing(loading: dict[str, Any]) -> None:
    """Raise CheckpointError when transformers had to invent weights: the scores would be those of chance."""
    if missing := sorted(loading.get("missing_keys", ())):
        raise CheckpointError(f"The weights lack {len(missing)} of the model's tensors, first {missing[0]}.")
    if mismatched := sorted(loading.get("mismatched_keys", ())):
        name, found, wanted = mismatched[0]
        raise CheckpointError(
            f"{len(mismatched)} of the weights do not have the shape that config.json gives them, "
            f"first {name}: {tuple(found)} instead of {tuple(wanted)}."
        )


def free_memory() -> None:
    """Give freed device memory back to the driver."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
