"""Rows of models, columns of task and shots: the one picture of a plan and of an evaluation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Square:
    """One square. ``text`` stands in it, ``title`` says all of it in words, ``percent`` fills a running one."""

    row: str
    task: str
    shots: int
    state: str
    text: str
    title: str
    url: str = ""
    percent: int = 0


@dataclass(frozen=True)
class Head:
    """A task above its columns; ``short`` leaves out what every task of the matrix starts with."""

    task: str
    short: str
    span: int


@dataclass(frozen=True)
class Row:
    """One model and its squares; None where nothing was asked for."""

    name: str
    squares: tuple[Square | None, ...]


@dataclass(frozen=True)
class Matrix:
    """Heads, the shots below them, and the rows, all in the order in which they came."""

    heads: tuple[Head, ...]
    shots: tuple[int, ...]
    rows: tuple[Row, ...]


def seed_row(name: str, seed: int) -> str:
    """The row of a model under one of several seeds."""
    return _("%(model)s, seed %(seed)d") % {"model": name, "seed": seed}


def lay_out(squares: Iterable[Square]) -> Matrix:
    """Squares in their places; a second square of one place is dropped."""
    placed: dict[tuple[str, str, int], Square] = {}
    for square in squares:
        placed.setdefault((square.row, square.task, square.shots), square)
    shots_of: dict[str, set[int]] = {}
    for _row, task, shots in placed:
        shots_of.setdefault(task, set()).add(shots)
    columns = [(task, shots) for task, counts in shots_of.items() for shots in sorted(counts)]
    names = dict.fromkeys(row for row, _task, _shots in placed)
    rows = tuple(Row(name, tuple(placed.get((name, *column)) for column in columns)) for name in names)
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
