"""Documents as the page and the API tell them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.comparison.contenders import Contender
from evaluation.core.chance import choices_of
from evaluation.outcomes.asked import prompt_rows, target_index
from evaluation.outcomes.choosing import chosen, shares
from evaluation.outcomes.columns import Unreadable
from evaluation.sidebyside.board import Board, Column
from evaluation.sidebyside.question import own_question


@dataclass(frozen=True)
class Weighed:
    """One model and one choice. ``share``: 0..1; None where it is not known; ``chosen``: the model prefers it."""

    model: Contender
    share: float | None
    loglikelihood: float | None
    chosen: bool

    @property
    def percent(self) -> int | None:
        """The share as the page writes it."""
        return None if self.share is None else round(100 * self.share)


@dataclass(frozen=True)
class Choice:
    """One continuation that every model weighed; ``target``: it is the right one."""

    text: str
    target: bool
    weighed: tuple[Weighed, ...]


@dataclass(frozen=True)
class Answered:
    """One model and one document. ``verdict``: right, wrong, or blank where the metric is neither 0 nor 1.

    ``value``: the metric, None where it is no number. ``written``: what the model wrote; ``filtered``: what the filter
    left of it. ``share``: of the right choice.
    """

    model: Contender
    value: float | None
    verdict: str
    share: float | None
    choice: int | None
    written: tuple[str, ...]
    filtered: str


@dataclass(frozen=True)
class Prompt:
    """What was sent, for the models that were sent the same."""

    text: str
    models: tuple[Contender, ...]

    @property
    def names(self) -> str:
        """Of the models."""
        return ", ".join(one.name for one in self.models)


@dataclass(frozen=True)
class Shown:
    """One document. ``place``: its number among those found, from 1; ``spread``: how far the models part, 0..1.

    ``known``: its prompt is there; ``question``: the prompt without instructions and shots, as far as they can be told.
    """

    place: int
    number: int
    hash: str
    known: bool
    question: str
    target: str
    prompts: tuple[Prompt, ...]
    choices: tuple[Choice, ...]
    answers: tuple[Answered, ...]
    spread: float | None

    @property
    def points(self) -> int | None:
        """``spread`` in hundredths."""
        return None if self.spread is None else round(100 * self.spread)


def shown(board: Board, places: Sequence[int], first: int) -> list[Shown]:
    """The documents at these columns of the board; the first of them is the ``first`` of those found."""
    asked = [_prompts(column, places) for column in board.columns]
    return [_shown(board, place, first + index, [rows[index] for rows in asked]) for index, place in enumerate(places)]


def _prompts(column: Column, places: Sequence[int]) -> list[dict[str, Any]]:
    """The prompt rows of these documents; empty ones where they are not there."""
    if column.asked is None:
        return [{}] * len(places)
    numbers = column.answers.numbers[column.places[list(places)]]
    try:
        rows = column.asked.rows[column.asked.places(numbers)]
        return prompt_rows(column.side.ref, rows.tolist())
    except Unreadable:
        return [{}] * len(places)


def _shown(board: Board, place: int, number: int, prompts: list[dict[str, Any]]) -> Shown:
    first = board.columns[0]
    prompt = next((one for one in prompts if one), {})
    own = int(first.places[place])
    held = [column.answers.row(int(column.places[place])) for column in board.columns]
    offered = list(prompt.get("continuations") or ())
    offered = offered[: choices_of(prompt.get("contexts") or (), offered)]
    contexts = prompt.get("contexts") or []
    right = target_index(prompt.get("target") or "", offered)
    weighed = [_weighed(column, row, offered) for column, row in zip(board.columns, held, strict=True)]
    spread = float(board.spread[place])
    return Shown(
        place=number,
        number=int(first.answers.numbers[own]),
        hash=first.answers.hashes[own].as_py(),
        known=bool(prompt),
        question="" if contexts else own_question(prompt),
        target=offered[right].strip() if right is not None else _plain(prompt.get("target") or ""),
        prompts=_told(board, prompts),
        choices=tuple(
            Choice(_choice(index, offered, contexts), index == right, tuple(row[index] for row in weighed))
            for index in range(min((len(row) for row in weighed), default=0))
        ),
        answers=tuple(
            _answered(column, row, place, cells)
            for column, row, cells in zip(board.columns, held, weighed, strict=True)
        ),
        spread=spread if spread >= 0 else None,
    )


def _weighed(column: Column, row: dict[str, Any], offered: Sequence[str]) -> list[Weighed]:
    """What a model gave each choice; all that was scored where the choices are not known."""
    likely = row["loglikelihoods"]
    likely = likely[: len(offered)] if offered else likely
    lengths = [len(text.removeprefix(" ")) for text in offered] if column.metric.endswith("acc_norm") else None
    best = chosen(likely, lengths if lengths and len(lengths) == len(likely) else None)
    return [
        Weighed(column.side.model, share, value if math.isfinite(value) else None, index == best)
        for index, (share, value) in enumerate(zip(shares(likely), likely, strict=True))
    ]


def _answered(column: Column, row: dict[str, Any], place: int, weighed: Sequence[Weighed]) -> Answered:
    value = float(column.values[place])
    share = math.nan if column.shares is None else float(column.shares[place])
    return Answered(
        model=column.side.model,
        value=value if math.isfinite(value) else None,
        verdict={1.0: "right", 0.0: "wrong"}.get(value, ""),
        share=share if math.isfinite(share) else None,
        choice=next((index for index, one in enumerate(weighed) if one.chosen), None),
        written=tuple(row["generated"] or ()),
        filtered=_plain(row["filtered"] or "") if row["generated"] else "",
    )


def _choice(index: int, offered: Sequence[str], contexts: Sequence[str]) -> str:
    """The words of a choice; where each has a beginning of its own, its last line before the choice."""
    text = offered[index] if index < len(offered) else ""
    before = contexts[index].rsplit("\n", 1)[-1] if index < len(contexts) else ""
    return before + text if before else text.strip()


def _told(board: Board, prompts: Sequence[dict[str, Any]]) -> tuple[Prompt, ...]:
    """Each different prompt once, with the models that were sent it."""
    found: dict[str, list[Contender]] = {}
    for column, prompt in zip(board.columns, prompts, strict=True):
        if prompt:
            contexts = prompt.get("contexts") or ()
            text = "\n\n".join(contexts) if contexts else prompt.get("prompt") or ""
            found.setdefault(text, []).append(column.side.model)
    return tuple(Prompt(text, tuple(models)) for text, models in found.items())


def _plain(text: str) -> str:
    """A text that is the JSON of a text, or of a list of one, as that text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) else text
