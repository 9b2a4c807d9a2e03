"""Rows of models, columns of task and shots: the one picture of a plan and of an evaluation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Square:
    """One square. ``text`` stands in it, ``title`` says all of it in words, ``percent`` fills a running one.

    ``seed`` tells the rows of one model apart where several seeds are asked for; None: there is one row.
    """

    row: str
    task: str
    shots: int
    state: str
    text: str
    title: str
    url: str = ""
    percent: int = 0
    seed: int | None = None


@dataclass(frozen=True)
class Head:
    """A task above its columns; ``short`` leaves out what every task of the matrix starts with."""

    task: str
    short: str
    span: int


@dataclass(frozen=True)
class Note:
    """What stands below the name of a row; ``warns``: it needs a look."""

    text: str
    title: str = ""
    warns: bool = False


@dataclass(frozen=True)
class Row:
    """One model (under one of several seeds) and its squares; None where nothing was asked for."""

    name: str
    squares: tuple[Square | None, ...]
    seed: int | None = None
    note: Note | None = None


@dataclass(frozen=True)
class Matrix:
    """Heads, the shots below them, and the rows, all in the order in which they came."""

    heads: tuple[Head, ...]
    shots: tuple[int, ...]
    rows: tuple[Row, ...]


def lay_out(squares: Iterable[Square], notes: Mapping[str, Note] | None = None) -> Matrix:
    """Squares in their places; a second square of one place is dropped. ``notes`` are by the name of the row."""
    placed: dict[tuple[str, int | None, str, int], Square] = {}
    for square in squares:
        placed.setdefault((square.row, square.seed, square.task, square.shots), square)
    shots_of: dict[str, set[int]] = {}
    for _row, _seed, task, shots in placed:
        shots_of.setdefault(task, set()).add(shots)
    columns = [(task, shots) for task, counts in shots_of.items() for shots in sorted(counts)]
    names = dict.fromkeys((row, seed) for row, seed, _task, _shots in placed)
    rows = tuple(
        Row(row, tuple(placed.get((row, seed, *column)) for column in columns), seed, (notes or {}).get(row))
        for row, seed in names
    )
    heads = tuple(
        Head(task, short, len(shots_of[task])) for task, short in zip(shots_of, short_names([*shots_of]), strict=True)
    )
    return Matrix(heads, tuple(shots for _task, shots in columns), rows)


def short_names(tasks: Sequence[str]) -> list[str]:
    """Names less the words that all of them start with: ``sapling_order`` beside ``sapling_facts`` is ``order``."""
    words = [task.split("_") for task in tasks]
    shared = 0
    while len(tasks) > 1 and all(len(w) > shared + 1 and w[shared] == words[0][shared] for w in words):
        shared += 1
    return ["_".join(w[shared:]) for w in words]
