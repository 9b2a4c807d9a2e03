"""One reading of the board for the page and the API: from the address to rows in order, with their ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.leaderboard.board import Board, board
from evaluation.leaderboard.choice import BoardChoice
from evaluation.leaderboard.columns import ScoreColumn
from evaluation.leaderboard.lines import Line
from evaluation.leaderboard.offer import Offer, offered
from evaluation.leaderboard.sizes import Best, best_per_size
from evaluation.leaderboard.ties import MOST_TESTED, Ties, ties
from evaluation.models import Origin
from evaluation.standings.subjects import SubjectNames
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Reading:
    """``choice`` has its blanks filled in; ``page`` is the part of ``everything`` that was asked for."""

    choice: BoardChoice
    offer: Offer
    board: Board
    everything: Sequence[Line]
    page: Sequence[Line]
    ties: Ties | None
    best: Sequence[Best]

    @property
    def last_page(self) -> int:
        """The number of pages, at least 1."""
        return max(1, -(-len(self.everything) // self.choice.page_size))


def read_board(user: Reader, asked: BoardChoice) -> Reading:
    """The board that ``user`` may read; a page behind the last one is the last."""
    subjects = SubjectNames()
    choice, offer = offered(user, asked, subjects)
    found = board(user, choice, subjects)
    everything = [*found.lines, *found.apart]
    last = max(1, -(-len(everything) // choice.page_size))
    start = (min(choice.page, last) - 1) * choice.page_size
    page = everything[start : start + choice.page_size]
    return Reading(choice, offer, found, everything, page, ties(found, page), best_per_size(found))


def notes(reading: Reading) -> list[str]:
    """What a reader must know of the numbers, in sentences."""
    found, choice = reading.board, reading.choice
    said = [_origin_note(reading)] if found.columns else []
    limited = found.kept_out["limited"]
    if limited:
        kept = ngettext(
            "%(n)d score of a run that was limited to some documents is kept out.",
            "%(n)d scores of runs that were limited to some documents are kept out.",
            limited,
        )
        said.append(kept % {"n": limited})
    if found.kept_out["not finite"]:
        said.append(_("%(n)d scores that are no numbers are kept out.") % {"n": found.kept_out["not finite"]})
    if found.unlike:
        unlike = ngettext(
            "%(n)d value, marked ≠, was measured another way than most in its column and is not ranked with them.",
            "%(n)d values, marked ≠, were measured another way than most in their column and are not ranked with them.",
            found.unlike,
        )
        said.append(unlike % {"n": found.unlike})
    left_out = [_("%(name)s (%(why)s)") % {"name": one.name, "why": one.not_counted} for one in _uncounted(found)]
    if left_out and len(found.columns) > 1:
        said.append(_("Not in the average: %(names)s.") % {"names": ", ".join(left_out)})
    if found.hidden:
        hidden = ngettext(
            "%(n)d model that lacks a score is hidden.", "%(n)d models that lack a score are hidden.", found.hidden
        )
        said.append(hidden % {"n": found.hidden})
    missing = [one for one in choice.tasks if one not in {column.subject for column in found.columns}]
    if missing:
        said.append(_("No score here: %(names)s.") % {"names": ", ".join(missing)[:300]})
    return said


def _uncounted(board: Board) -> list[ScoreColumn]:
    return [one for one in board.columns if one.not_counted]


def _origin_note(reading: Reading) -> str:
    """Whether places and ties can be given, and by what."""
    found, ties = reading.board, reading.ties
    if reading.choice.origin == Origin.PUBLISHED:
        return _(
            "Published values: papers measure in different ways and tell neither answers per document nor how many. "
            "The order is that of the printed numbers; no place is given and no ties are known."
        )
    if not found.ranked:
        return _("It is not known that these values were measured alike, or which are better, so no place is given.")
    if ties is None:
        if found.rank_by == "win_rate":
            return _(
                "Places go by the share of others that a model beats; no test is known for it, so no ties are drawn."
            )
        return _("No two models here could be tested against each other, so no ties are drawn.")
    of_all = (
        ""
        if ties.spans
        else _(" Of so many models only those of this page are tested; at most %(n)d.") % {"n": MOST_TESTED}
    )
    tested = ngettext(
        "Models with a common bracket or letter cannot be told apart: %(n)d pair tested (%(paired)d on the same "
        "documents), corrected by Holm at 5 %%.",
        "Models with a common bracket or letter cannot be told apart: %(n)d pairs tested (%(paired)d on the same "
        "documents), corrected by Holm at 5 %%.",
        ties.pairs,
    )
    return tested % {"n": ties.pairs, "paired": ties.paired} + of_all
