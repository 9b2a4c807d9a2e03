"""The rows of one page, in words: what the template writes and nothing that it must work out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.core.statistics import score_interval
from evaluation.leaderboard.board import Board
from evaluation.leaderboard.choice import BoardChoice
from evaluation.leaderboard.columns import ScoreColumn
from evaluation.leaderboard.lanes import Piece, lanes
from evaluation.leaderboard.lines import Entry, Line
from evaluation.leaderboard.sizes import Best
from evaluation.leaderboard.ties import Ties
from evaluation.models import Origin
from modelcards.models import Checkpoint, ModelCard
from modelcards.templatetags.catalog import family_name, licence_name, released, size, term_name, weights_name

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class ShownCell:
    """A value as text, with where it leads and what a reader learns who points at it; ``text`` blank: there is none."""

    column: ScoreColumn
    text: str = ""
    address: str = ""
    tip: str = ""
    alike: bool = True
    others: int = 0
    top: bool = False


@dataclass(frozen=True)
class ShownRow:
    """A model's row. ``facts`` are in the order of the chosen columns; ``lacking`` says what it has not."""

    card: ModelCard
    revision: str
    cells: tuple[ShownCell, ...]
    facts: tuple[tuple[str, _StrOrPromise], ...]
    average: str
    win_rate: str
    place: int | None
    span: tuple[int, int] | None
    letters: str
    near: tuple[str, ...]
    pieces: tuple[Piece, ...]
    best_of: _StrOrPromise
    lacking: str
    apart: bool
    pinned: bool
    pin: str


def shown_rows(
    lines: Sequence[Line],
    board: Board,
    choice: BoardChoice,
    ties: Ties | None,
    best: Sequence[Best],
    plain: BoardChoice,
) -> list[ShownRow]:
    """The rows of ``lines``; ``plain`` is the choice as the address states it, from which links are made."""
    cards = (
        ModelCard.objects.defer("card_text").prefetch_related("organisations").in_bulk([one.card.pk for one in lines])
    )
    revisions = _revisions(lines)
    order = [line.card.pk for line in lines if line.place is not None]
    drawn = lanes(order, ties.groups) if ties and board.by == board.rank_by else {}
    names = {line.card.pk: line.card.name for line in (*board.lines, *board.apart)} if ties else {}
    best_of = {one.line.card.pk: one.size.name for one in best} if board.ranked else {}
    apart = {line.card.pk for line in board.apart}
    tops = _tops(board, choice)
    return [
        ShownRow(
            card=cards[line.card.pk],
            revision=revisions.get(line.card.pk, ""),
            cells=tuple(
                _cell(column, line.entries.get(at), cards[line.card.pk], tops.get(at))
                for at, column in enumerate(board.columns)
            ),
            facts=tuple((key, fact(cards[line.card.pk], key)) for key in choice.columns if key in FACTS),
            average="" if line.average is None else written(line.average),
            win_rate="" if line.win_rate is None else written(line.win_rate),
            place=line.place,
            span=ties.spans.get(line.card.pk) if ties else None,
            letters=ties.letters.get(line.card.pk, "") if ties else "",
            near=tuple(names[one] for one in ties.near(line.card.pk)) if ties else (),
            pieces=tuple(drawn.get(line.card.pk, ())),
            best_of=best_of.get(line.card.pk, ""),
            lacking=lacking(line, board),
            apart=line.card.pk in apart,
            pinned=line.card.slug in choice.pins,
            pin=plain.with_pin(line.card.slug),
        )
        for line in lines
        if line.card.pk in cards
    ]


def _revisions(lines: Sequence[Line]) -> dict[int, str]:
    """The revision of each card that is not ``main``."""
    by_card = {line.card.pk: entry.row.checkpoint for line in lines for entry in line.entries.values()}
    told = dict(Checkpoint.objects.filter(pk__in=[pk for pk in by_card.values() if pk]).values_list("pk", "revision"))
    return {card: told[pk] for card, pk in by_card.items() if pk in told and told[pk] != "main"}


def _tops(board: Board, choice: BoardChoice) -> dict[int, float]:
    """The best value of each column whose places mean something."""
    if choice.origin == Origin.PUBLISHED:
        return {}
    found = {}
    for at, column in enumerate(board.columns):
        values = [line.entries[at].shown for line in (*board.lines, *board.apart) if _alike(line, at)]
        if len(values) > 1 and column.key and column.higher_is_better is not None:
            found[at] = max(values) if column.higher_is_better else min(values)
    return found


def _alike(line: Line, at: int) -> bool:
    return at in line.entries and line.entries[at].alike


FACTS: dict[str, Callable[[ModelCard], _StrOrPromise]] = {
    "family": lambda card: family_name(card.architecture_family),
    "stage": lambda card: term_name(card.stage, "stage"),
    "parameters": lambda card: size(card.parameters),
    "training_tokens": lambda card: size(card.training_tokens),
    "released": released,
    "weights": lambda card: "" if card.open_weights is None else weights_name(card.open_weights),
    "licence": lambda card: licence_name(card.licence_id) if card.licence_id else card.licence,
}


def fact(card: ModelCard, key: str) -> _StrOrPromise:
    """A fact of a card as pages write it; blank where not known."""
    return FACTS[key](card)


def written(value: float) -> str:
    """A score: three decimals of a share, four digits of others."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.4g}"


def _cell(column: ScoreColumn, entry: Entry | None, card: ModelCard, top: float | None) -> ShownCell:
    if entry is None:
        return ShownCell(column)
    return ShownCell(
        column,
        written(entry.shown),
        address(entry, card, column),
        tip(entry, column),
        entry.alike,
        len(entry.others),
        entry.alike and top is not None and entry.shown == top,
    )


def address(entry: Entry, card: ModelCard, column: ScoreColumn) -> str:
    """Where a value leads: its run, the task of a group, else the card."""
    if entry.row.run:
        return reverse("evaluation:run", args=[entry.row.run])
    if entry.row.parts and column.task:
        return reverse("evaluation:task", args=[column.task])
    return f"{reverse('modelcards:card', args=[card.slug])}#scores"


def tip(entry: Entry, column: ScoreColumn) -> str:
    """What stands behind a value, in one or two sentences."""
    row = entry.row
    words = [f"{column.name}: {written(row.value)}"]
    interval = score_interval(row.value, row.stderr, row.n)
    if interval:
        words.append(_("95 %% interval %(low).3f to %(high).3f") % {"low": interval.low, "high": interval.high})
    elif row.origin != Origin.PUBLISHED:
        words.append(_("its uncertainty is not known"))
    if row.n:
        words.append(ngettext("%(n)d document", "%(n)d documents", row.n) % {"n": row.n})
    if row.source:
        words.append(row.source + (f" ({_('not checked')})" if row.confidence == "unchecked" else ""))
    if not entry.alike:
        words.append(_("measured another way than the others here, so not ranked"))
    for other in entry.others:
        words.append(_("%(source)s says %(value)s") % {"source": other.source, "value": written(other.value)})
    return "; ".join(words)


def lacking(line: Line, board: Board) -> str:
    """What keeps a model from its average."""
    absent = sum(at not in line.entries for at in board.counted)
    otherwise = line.lacks - absent
    words = []
    if absent:
        words.append(ngettext("%(n)d score missing", "%(n)d scores missing", absent) % {"n": absent})
    if otherwise:
        said = ngettext("%(n)d measured another way", "%(n)d measured another way", otherwise)
        words.append(said % {"n": otherwise})
    return ", ".join(words)


def pinned_lines(board: Board, pins: Sequence[str]) -> list[Line]:
    """The pinned models that are on the board, in the order in which they were pinned."""
    by_slug: Mapping[str, Line] = {line.card.slug: line for line in (*board.lines, *board.apart)}
    return [by_slug[slug] for slug in pins if slug in by_slug]
