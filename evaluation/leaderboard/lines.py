"""The rows of the board before they are in order: what each model has in each column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from evaluation.leaderboard.columns import ScoreColumn
from evaluation.standings.rows import Row
from evaluation.standings.subjects import PSEUDO
from modelcards.models import ModelCard

CHUNK = 5000


@dataclass(frozen=True)
class Entry:
    """One model in one column. ``alike``: measured as the column asks, so that it may be ranked and averaged.

    ``others``: further values that sources state.
    """

    row: Row
    shown: float
    alike: bool
    others: tuple[Row, ...] = ()


@dataclass(frozen=True)
class CardLine:
    """What the board reads of a card to put it in order."""

    pk: int
    slug: str
    name: str
    parameters: int | None
    training_tokens: int | None
    release_date: object
    architecture_family: str
    stage: str
    open_weights: bool | None
    licence: str


@dataclass
class Line:
    """One model. ``average`` None: it lacks some of the columns that count, ``lacks`` says how many.

    ``place`` is its rank among those that are ranked, equal values sharing the best; None: it has none.
    """

    card: CardLine
    entries: Mapping[int, Entry]
    average: float | None = None
    win_rate: float | None = None
    lacks: int = 0
    place: int | None = None


Having = tuple[CardLine, Mapping[int, Entry]]


def entries_of(rows: Sequence[Row], columns: Sequence[ScoreColumn], above_chance: bool) -> list[Having]:
    """Each model that has a value in one of the columns, and these by the places of the columns."""
    places = {(one.subject, one.shots, one.metric, one.filter): at for at, one in enumerate(columns)}
    places |= {(subject, shots, f"{PSEUDO}{metric}", name): at for (subject, shots, metric, name), at in places.items()}
    having: dict[int, dict[int, list[Row]]] = defaultdict(dict)
    for row in rows:
        at = places.get(row.question)
        if at is not None:
            having[row.card].setdefault(at, []).append(row)
    cards = card_lines(having)
    return [
        (cards[pk], {at: _entry(found, columns[at], above_chance) for at, found in by_column.items()})
        for pk, by_column in having.items()
        if pk in cards
    ]


def _entry(rows: list[Row], column: ScoreColumn, above_chance: bool) -> Entry:
    """The value that counts: one that is comparable, else one that was checked against its source, else the first."""
    if len(rows) == 1:
        (row,) = rows
        return Entry(row, column.shown(row.value, above_chance), row.comparable_key == column.key)
    best, *others = sorted(
        rows, key=lambda row: (row.comparable_key != column.key, row.confidence != "checked", row.pk)
    )
    different = tuple(row for row in others if row.value != best.value)
    return Entry(best, column.shown(best.value, above_chance), best.comparable_key == column.key, different)


def card_lines(pks: Collection[int]) -> dict[int, CardLine]:
    """The cards by id, with a few queries however many."""
    names, wanted, found = tuple(CardLine.__dataclass_fields__), list(pks), {}
    for start in range(0, len(wanted), CHUNK):
        for told in ModelCard.objects.filter(pk__in=wanted[start : start + CHUNK]).values_list(*names):
            found[told[0]] = CardLine(*told)
    return found
