"""The documents that were found as a table to take away: a row for each, columns for each model."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.sidebyside.look import Look
from evaluation.sidebyside.shown import Shown
from evaluation.tableexport import Cell, Column, Sheet

MOST = 1_000
"""Documents in one file: eight models with their texts are two megabytes, and take a second."""


def documents_sheet(found: Look, address: str = "") -> Sheet:
    """The documents that the wish finds, in its order. The caller has made sure that they may be given away."""
    assert found.board is not None
    board = found.board
    models = [column.side.model for column in board.columns]
    columns = [
        Column("number", _("Document"), "integer"),
        Column("hash", _("Hash"), "text"),
        Column("question", _("Question"), "text"),
        Column("target", _("Right answer"), "text"),
        Column("disagreement", _("Disagreement"), "number", 3),
    ]
    for one in models:
        columns += [
            Column(f"{one.asked} {board.metric}", f"{one.name}, {board.metric}", "number", 3),
            Column(f"{one.asked} probability", _("%(name)s, probability") % {"name": one.name}, "number", 3),
            Column(f"{one.asked} answer", _("%(name)s, answer") % {"name": one.name}, "text"),
        ]
    notes = [
        _("Probability: what a model gives the right answer, the softmax of the log-likelihoods of all choices."),
        *_left_out(len(found.places)),
        *([] if found.comparable else [_("Not measured alike: do not count these models against each other.")]),
    ]
    title = _("Samples of %(task)s, %(shots)d-shot") % {"task": found.task, "shots": found.shots or 0}
    return Sheet(title, columns, [_row(one) for one in found.documents(0, MOST)], notes, address)


def _left_out(count: int) -> list[str]:
    told = {"first": MOST, "count": count}
    words = _("The first %(first)d of %(count)d documents; GET compare/samples gives all of them part by part.")
    return [words % told] if count > MOST else []


def _row(one: Shown) -> list[Cell]:
    told: list[Cell] = [one.number, one.hash, one.question, one.target, one.spread]
    for answer in one.answers:
        preferred = one.choices[answer.choice].text if answer.choice is not None else ""
        told += [answer.value, answer.share, answer.filtered or "\n".join(answer.written) or preferred]
    return told
