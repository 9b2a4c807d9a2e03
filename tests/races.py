"""Two at the same time: threads that start together, each with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

Connect = Callable[[], Any]


def at_once(connect: Connect, works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all ``works`` in threads that start together; their results, errors included."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def do(index: int) -> None:
        with connect():
            barrier.wait(timeout=60)
            try:
                results[index] = works[index]()
            except Exception as error:  # noqa: BLE001
                results[index] = error

    threads = [threading.Thread(target=do, args=[index]) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def errors(results: list[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]
