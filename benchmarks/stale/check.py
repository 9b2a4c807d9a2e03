"""Writers and readers as processes of their own; counts the reads that answered with what was no longer so.

A writer says which step it begins, commits it, and says that it is done. A reader notes the step that is done before it
asks, and the step that is begun after the answer: the answer must be right for one of the states between. Whatever
agrees only with an earlier state is a stale read.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from typing import Any

WRITERS, READERS = 4, 2
# Seconds from one word about the progress to the next.
TOLD_EVERY = 30


@dataclass
class Verdict:
    """What one reader saw: how many reads, how many of them met a card while it changed, and the stale ones."""

    reads: int = 0
    moving: int = 0
    stale: list[str] = field(default_factory=list)


def check(reads: int, say: Callable[[str], None], writes: int = 0) -> dict[str, Any]:
    """So many reads by two processes while four others write; more, until so many writes are done as well.

    The database is the one of the environment.
    """
    _set_up()
    from django.db import connections

    from benchmarks.stale import reads as questions
    from benchmarks.stale import writer

    fixed = writer.make_fixed(dict(questions.FIXED_STATE))
    cards = [writer.make_card(number).pk for number in range(WRITERS)]
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    begun, done = context.Array("q", WRITERS, lock=False), context.Array("q", WRITERS, lock=False)
    asked = context.Array("q", READERS, lock=False)
    stop, ready, answers = context.Value("b", 0), context.Barrier(READERS + 1), context.Queue()
    share = -(-reads // READERS)
    readers = [
        context.Process(
            target=_read, args=(seed, share, writes, cards, fixed.pk, begun, done, asked, ready, answers), daemon=True
        )
        for seed in range(READERS)
    ]
    writers = [
        context.Process(target=_write, args=(number, cards[number], begun, done, stop), daemon=True)
        for number in range(WRITERS)
    ]
    for process in readers:
        process.start()
    ready.wait(900)  # every reader holds the index of before
    for process in writers:
        process.start()
    started = time.monotonic()
    try:
        verdicts = _verdicts(answers, readers, lambda: say(f"  {sum(asked):,} reads, {sum(done):,} writes so far"))
        dead = [process.exitcode for process in writers if process.exitcode is not None]
    finally:
        stop.value = 1
        for process in (*writers, *readers):
            process.join(60)
    if dead:
        raise RuntimeError(f"a writer ended in the midst, with status {dead}")
    return _summary(verdicts, sum(done), time.monotonic() - started, say)


def _verdicts(answers: Any, readers: Sequence[BaseProcess], tell: Callable[[], None]) -> list[Verdict]:
    """What each reader saw, when all have ended; RuntimeError where one broke off."""
    found: list[Verdict] = []
    while len(found) < len(readers):
        try:
            found.append(answers.get(timeout=TOLD_EVERY))
        except queue.Empty:
            tell()
            if any(reader.exitcode for reader in readers):
                raise RuntimeError("a reader ended in the midst") from None
    return found


def _summary(verdicts: list[Verdict], writes: int, seconds: float, say: Callable[[str], None]) -> dict[str, Any]:
    stale = [one for verdict in verdicts for one in verdict.stale]
    reads, moving = sum(v.reads for v in verdicts), sum(v.moving for v in verdicts)
    say(f"  {len(stale)} stale of {reads:,} reads; {writes:,} writes by {WRITERS} processes in {seconds:.0f} s;")
    say(f"  {reads - moving:,} of the reads met a card between two writes, where one answer alone is right")
    for one in stale[:10]:
        say(f"    {one}")
    return {"reads": reads, "stale": len(stale), "writes": writes, "settled": reads - moving, "examples": stale[:10]}


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()


def _write(number: int, card: int, begun: Any, done: Any, stop: Any) -> None:
    _set_up()
    from benchmarks.stale import writer

    writer.run(number, card, begun, done, stop)


def _read(
    seed: int,
    reads: int,
    writes: int,
    cards: list[int],
    fixed: int,
    begun: Any,
    done: Any,
    asked: Any,
    ready: Any,
    answers: Any,
) -> None:
    _set_up()
    from benchmarks.stale import reads as questions
    from benchmarks.stale.script import state
    from benchmarks.stale.writer import person

    chance, user, verdict = random.Random(seed), person(), Verdict()
    questions.find(user).options(), questions.find(user, search="oak").count
    ready.wait(900)
    while not all(done):  # until every writer is at work
        time.sleep(0.01)
    while verdict.reads < reads or sum(done) < writes:
        writer = chance.randrange(WRITERS)
        read = questions.random_read(chance, writer, cards[writer], fixed, user)
        before = done[writer]
        answer = read.ask()
        after = begun[writer]
        verdict.reads += 1
        asked[seed] = verdict.reads
        verdict.moving += after > before
        if not any(read.right(state(writer, step)) == answer for step in range(before, after + 1)):
            right = read.right(state(writer, before))
            verdict.stale.append(f"card {writer} after step {before}: {read.about} gave {answer}, right is {right}")
    answers.put(verdict)
