"""Asks a server many questions, some at a time, and goes on giving signs of life while it waits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from evaluation.core.served.calls import Server, ServerError
from evaluation.core.served.retries import Retries
from evaluation.runner.failures import ScoringError
from evaluation.runner.pulse import Pulse

T = TypeVar("T")

LOOK_SECONDS = 1.0


class Stopped(Exception):  # noqa: N818
    """Nobody wants the answer any more."""


class Asker:
    """Sends requests to one server over ``concurrency`` connections, each tried ``tries`` times.

    ``name`` stands for the address in sentences: an address of the team's network is nobody else's business.
    """

    def __init__(self, server: Server, pulse: Pulse, *, name: str, concurrency: int, tries: int) -> None:
        self._server = server
        self._pulse = pulse
        self._name = name
        self._concurrency = max(concurrency, 1)
        self._tries = tries

    def one(self, ask: Callable[[Server], T]) -> T:
        """The answer to one question. Raises ScoringError."""
        return next(self.each([ask]))[1]

    def each(self, questions: Sequence[Callable[[Server], T]]) -> Iterator[tuple[int, T]]:
        """Number and answer of each question, as they come. Raises ScoringError for the first that fails for good.

        Threads ask; the caller's own thread waits for them, beats, and raises CancelError when the asker wants no more.
        """
        stop = threading.Event()
        answers: queue.Queue[tuple[int, Any]] = queue.Queue()
        ask = self._asks(iter(enumerate(questions)), answers, stop)
        threads = [
            threading.Thread(target=ask, name="asks a server", daemon=True)
            for _each in range(min(self._concurrency, len(questions)))
        ]
        for thread in threads:
            thread.start()
        try:
            for _each in questions:
                number, answer = self._next(answers)
                if isinstance(answer, ServerError):
                    raise self.failure(answer) from None
                if isinstance(answer, BaseException):
                    raise answer
                yield number, answer
        finally:
            stop.set()
            if any(thread.is_alive() for thread in threads):
                self._server.close()

    def failure(self, error: ServerError) -> ScoringError:
        """What a server's failure means for the cell. One that passes may be worth another try of the run."""
        text = f"The server {self._name} {error}."
        match error.kind:
            case "key":
                return ScoringError("refused", f"{text} The key is missing or not the right one.")
            case "missing" | "address":
                return ScoringError("checkpoint", text)
            case "request" | "answer":
                return ScoringError("task", text)
        return ScoringError("internal", text)

    def _asks(
        self,
        left: Iterator[tuple[int, Callable[[Server], T]]],
        answers: queue.Queue[tuple[int, Any]],
        stop: threading.Event,
    ) -> Callable[[], None]:
        """What one thread does: take the next question until there is none, or until it should stop."""
        taking = threading.Lock()

        def wait(seconds: float) -> None:
            if stop.wait(seconds):
                raise Stopped

        retries = Retries(self._tries, wait=wait)

        def work() -> None:
            while not stop.is_set():
                with taking:
                    number, question = next(left, (-1, None))
                if question is None:
                    return
                try:
                    answers.put((number, retries.call(partial(question, self._server))))
                except Stopped:
                    return
                except Exception as error:  # noqa: BLE001 — it is raised in the thread that waits
                    answers.put((number, error))
                    return

        return work

    def _next(self, answers: queue.Queue[tuple[int, Any]]) -> tuple[int, Any]:
        while True:
            self._pulse.beat()
            try:
                return answers.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
