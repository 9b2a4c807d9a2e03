"""A model that is not asked again what it has answered before.

Stands between lm-eval's ``evaluate`` and the model, like lm-eval's own ``CachingLM``, and differs where that changes
scores. What is known is left out of what the model is asked, and answers are stored batch by batch, whole batches only:
lm-eval sorts requests and cuts them into batches, so after a kill the remaining ones fall into the same batches as
without it, and every answer is equal to the last digit. Equal requests of one call are told apart by their number, as
each is computed in its own batch. Nothing is kept of a generation that samples.

Answers that were computed in other company (another limit, batch size or device) are used, and counted apart: a batch
that is put together differently may differ in the last digit.
"""

from __future__ import annotations

import struct
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lm_eval.api.model import CacheHook
from lm_eval.models.utils import normalize_gen_kwargs

from evaluation.core.answers import AnswerStore, Kept, answer_key, made_in
from evaluation.runner.pulse import Pulse

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance

FLUSH_SECONDS = 0.5
LIKELIHOOD = struct.Struct("<d?")

Key = bytes


class KeptAnswers:
    """What is kept for one cell. ``context``: what decides its answers besides the request; ``company``: the device.

    ``requests`` answers were wanted, ``reused`` of them were there, ``elsewhere`` of those computed in other company.
    """

    def __init__(self, store: AnswerStore, pulse: Pulse, context: Sequence[object], company: Sequence[object]) -> None:
        self.requests = self.reused = self.elsewhere = 0
        self._store = store
        self._pulse = pulse
        self._context = answer_key(*context).hex()
        self._company = company
        self._made = b""
        self._pending: list[tuple[Key, Kept]] = []
        self._flushed = time.monotonic()

    def key(self, *parts: object) -> Key:
        """What one answer of this cell is kept under."""
        return answer_key(self._context, *parts)

    def find(self, keys: Sequence[Key | None], each: int = 1) -> dict[Key, bytes]:
        """The answers of one call that are there. ``None`` stands for a request whose answer is not kept.

        ``each``: so many answers are kept under one key.
        """
        self._made = made_in((key for key in keys if key), *self._company)
        found = self._store.find([key for key in keys if key])
        self.requests += each * len(keys)
        self.reused += each * len(found)
        self.elsewhere += each * sum(kept.made != self._made for kept in found.values())
        if found:
            self._pulse.answered(each * len(found))
        return {key: kept.answer for key, kept in found.items()}

    def keep(self, key: Key, answer: bytes) -> None:
        """An answer has come; it is stored when its batch is over."""
        self._pending.append((key, Kept(answer, self._made)))

    def flush(self) -> None:
        """A batch is over: store what it gave."""
        rows, self._pending = self._pending, []
        self._store.keep(rows)
        self._flushed = time.monotonic()

    @contextmanager
    def in_batches(self) -> Iterator[None]:
        """While the model computes, what it has answered is stored between its forward passes, and at the end."""
        self._pulse.between = self._flush_when_due
        try:
            yield
        finally:
            self._pulse.between = lambda: None
            self.flush()

    def told(self) -> dict[str, int]:
        """For the record of the scores."""
        return {"requests": self.requests, "reused": self.reused, "elsewhere": self.elsewhere}

    def _flush_when_due(self) -> None:
        if self._pending and time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()


class KeepingHook(CacheHook):  # type: ignore[misc]
    """Hears each answer as soon as the model has it. ``wanted``: the keys of each request, in the order of asking."""

    def __init__(self, kept: KeptAnswers, before: CacheHook, wanted: dict[Key, deque[Key]]) -> None:
        super().__init__(None)
        self._kept = kept
        self._before = before
        self._wanted = wanted

    def add_partial(self, attr: str, req: Any, res: Any) -> None:
        """One more request is answered."""
        self._before.add_partial(attr, req, res)
        keys = self._wanted.get(plain_key(attr, req))
        if keys:
            self._kept.keep(keys.popleft(), pack(res))


class KeepingLM:
    """The model ``lm``, asked only what ``kept`` does not know."""

    def __init__(self, lm: Any, kept: KeptAnswers) -> None:
        self._lm = lm
        self._kept = kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lm, name)

    def loglikelihood(self, requests: list[Instance]) -> list[tuple[float, bool]]:
        """(log-likelihood, greedy) per request."""
        return self._answer("loglikelihood", requests, likelihood)

    def loglikelihood_rolling(self, requests: list[Instance]) -> list[float]:
        """Log-likelihood of whole texts. A model that scores windows of several texts at once keeps those itself."""
        if not hasattr(self._lm, "kept_windows"):
            return self._answer("loglikelihood_rolling", requests, total)
        self._lm.kept_windows = self._kept
        try:
            with self._kept.in_batches():
                answers: list[float] = self._lm.loglikelihood_rolling(requests)
        finally:
            self._lm.kept_windows = None
        return answers

    def generate_until(self, requests: list[Instance]) -> list[str]:
        """A text per request."""
        return self._answer("generate_until", requests, text)

    def _answer(self, attr: str, requests: list[Instance], read: Callable[[bytes], Any]) -> list[Any]:
        keys = self._keys(attr, requests)
        found = self._kept.find(keys)
        left = [(request, key) for request, key in zip(requests, keys, strict=True) if key not in found]
        computed = iter(self._compute(attr, left) if left else [])
        return [read(found[key]) if key in found else next(computed) for key in keys]

    def _compute(self, attr: str, left: list[tuple[Instance, Key | None]]) -> list[Any]:
        wanted: dict[Key, deque[Key]] = {}
        for request, key in left:
            if key is not None:
                wanted.setdefault(plain_key(attr, request.args), deque()).append(key)
        before = self._lm.cache_hook
        self._lm.set_cache_hook(KeepingHook(self._kept, before, wanted))
        try:
            with self._kept.in_batches():
                return list(getattr(self._lm, attr)([request for request, _key in left]))
        finally:
            self._lm.set_cache_hook(before)

    def _keys(self, attr: str, requests: list[Instance]) -> list[Key | None]:
        """One key per request; equal requests get different ones. None where the model may answer differently."""
        seen: Counter[Key] = Counter()
        keys: list[Key | None] = []
        for request in requests:
            if attr == "generate_until" and not greedy(request.args[1]):
                keys.append(None)
                continue
            plain = plain_key(attr, request.args)
            keys.append(self._kept.key(plain.hex(), seen[plain]))
            seen[plain] += 1
        return keys


def plain_key(attr: str, args: Sequence[Any]) -> Key:
    """A request by itself."""
    return answer_key(attr, list(args))


def greedy(options: dict[str, Any]) -> bool:
    """Whether lm-eval will neither sample nor search beams with these generation settings."""
    settled = normalize_gen_kwargs(options)
    return not settled.get("do_sample") and settled.get("num_beams") in (None, 1)


def pack(answer: Any) -> bytes:
    """An answer as bytes, exact to the last bit."""
    if isinstance(answer, str):
        return answer.encode("utf-8", "surrogatepass")
    if isinstance(answer, tuple):
        return LIKELIHOOD.pack(float(answer[0]), bool(answer[1]))
    return LIKELIHOOD.pack(float(answer), False)


def text(answer: bytes) -> str:
    """A generated text."""
    return answer.decode("utf-8", "surrogatepass")


def likelihood(answer: bytes) -> tuple[float, bool]:
    """A log-likelihood, and whether its continuation is what greedy decoding gives."""
    value, best = LIKELIHOOD.unpack(answer)
    return value, best


def total(answer: bytes) -> float:
    """A log-likelihood by itself."""
    return likelihood(answer)[0]


def pack_windows(answers: Sequence[tuple[float, bool]]) -> bytes:
    """The answers of one batch of windows."""
    return b"".join(LIKELIHOOD.pack(float(value), bool(best)) for value, best in answers)


def windows(answer: bytes) -> list[tuple[float, bool]]:
    """What ``pack_windows`` made bytes of."""
    return [(value, best) for value, best in LIKELIHOOD.iter_unpack(answer)]
