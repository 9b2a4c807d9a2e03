"""The board: the rows of all models in order, pure of pages; what a page shows is cut from it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.core.statistics import mean_win_rate
from evaluation.leaderboard.choice import BoardChoice
from evaluation.leaderboard.columns import ScoreColumn, plain, ranks, score_columns
from evaluation.standings.choose import MAIN
from evaluation.standings.reading import chosen_rows
from evaluation.standings.rows import Row
from evaluation.standings.subjects import SubjectNames
from evaluation.standings.wish import Wish
from modelcards.models import ModelCard
from modelcards.querysets import Reader

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


@dataclass
class Board:
    """``lines`` are in order; ``apart`` those that lack a score and are listed by themselves.

    ``by`` is what the order goes by: the place of a column, ``average``, ``win_rate``, or a fact; ``rank_by`` what the
    places go by, which is never a fact. ``ranked``: whether places are given. ``unlike``: values measured otherwise
    than their column; ``hidden``: models left out since they lack a score.
    """

    columns: list[ScoreColumn]
    lines: list[Line]
    apart: list[Line]
    by: int | str
    down: bool
    rank_by: int | str
    ranked: bool
    normalised: bool = False
    kept_out: Counter[str] = field(default_factory=Counter)
    unlike: int = 0
    hidden: int = 0

    @property
    def counted(self) -> list[int]:
        """The places of the columns that are averaged."""
        return [at for at, column in enumerate(self.columns) if column.counted]


FACT_OF = {
    "name": "name",
    "family": "architecture_family",
    "stage": "stage",
    "parameters": "parameters",
    "training_tokens": "training_tokens",
    "released": "release_date",
    "weights": "open_weights",
    "licence": "licence",
}


def board(user: Reader, choice: BoardChoice, subjects: SubjectNames) -> Board:
    """The board of a choice whose blanks are filled in."""
    wish = Wish(
        subjects=choice.tasks,
        shots=choice.shots,
        origins=(choice.origin,),
        cards=choice.cards() if choice.models.active else None,
        metric=choice.metric or MAIN,
    )
    kept_out: Counter[str] = Counter()
    rows = chosen_rows(user, wish, subjects, kept_out) if choice.tasks else []
    columns = score_columns(rows, choice, subjects)
    lines = _lines(rows, columns, choice.normalised)
    found = arranged(lines, columns, choice)
    found.kept_out = kept_out
    return found


def _lines(rows: Sequence[Row], columns: Sequence[ScoreColumn], above_chance: bool) -> list[Line]:
    places = {(one.subject, one.shots, one.metric, one.filter): at for at, one in enumerate(columns)}
    having: dict[int, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        at = places.get((row.subject, row.num_fewshot, plain(row.metric), row.filter))
        if at is not None:
            having[row.card][at].append(row)
    cards = card_lines(having)
    return [
        Line(cards[pk], {at: _entry(found, columns[at], above_chance) for at, found in by_column.items()})
        for pk, by_column in having.items()
        if pk in cards
    ]


def _entry(rows: list[Row], column: ScoreColumn, above_chance: bool) -> Entry:
    """The value that counts: one that is comparable, else one that was checked against its source, else the first."""
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


def arranged(lines: list[Line], columns: list[ScoreColumn], choice: BoardChoice) -> Board:
    """Averages, win rates, the order and the places."""
    counted = [at for at, column in enumerate(columns) if column.counted]
    _average(lines, columns, counted)
    if "win_rate" in choice.columns or choice.sort.removeprefix("-") == "win_rate":
        _win_rates(lines, columns, counted)
    by, down = order_of(choice, columns, counted)
    whole = [line for line in lines if not line.lacks]
    lacking = [line for line in lines if line.lacks]
    apart = lacking if choice.missing == "apart" and len(counted) > 1 else []
    shown = whole if choice.missing == "hidden" and len(counted) > 1 else lines if not apart else whole
    rank_by = by if by not in FACT_OF else "average" if len(counted) > 1 else 0
    ranked = ranks(_columns_of(rank_by, columns, counted), choice.origin)
    if ranked:
        _place(shown, rank_by, best_is_high(rank_by, columns))
    return Board(
        columns,
        in_order(shown, by, down),
        sorted(in_order(apart, by, down), key=lambda line: line.lacks),
        by,
        down,
        rank_by,
        ranked,
        choice.normalised,
        unlike=sum(not entry.alike for line in lines for entry in line.entries.values()),
        hidden=len(lines) - len(shown) - len(apart),
    )


def best_is_high(by: int | str, columns: Sequence[ScoreColumn]) -> bool:
    """Whether the largest value is the best."""
    return columns[by].higher_is_better is not False if isinstance(by, int) else True


def _columns_of(by: int | str, columns: Sequence[ScoreColumn], counted: Sequence[int]) -> list[ScoreColumn]:
    """The columns that decide about the order."""
    if isinstance(by, int):
        return [columns[by]]
    return [columns[at] for at in counted] if by in ("average", "win_rate") else []


def _average(lines: Sequence[Line], columns: Sequence[ScoreColumn], counted: Sequence[int]) -> None:
    """The weighted mean over all columns that count; a model that lacks one of them has none."""
    total = math.fsum(columns[at].weight for at in counted)
    for line in lines:
        having = [
            (columns[at].weight, line.entries[at].shown)
            for at in counted
            if at in line.entries and line.entries[at].alike
        ]
        line.lacks = len(counted) - len(having)
        if counted and not line.lacks:
            line.average = math.fsum(weight * value for weight, value in having) / total


def _win_rates(lines: Sequence[Line], columns: Sequence[ScoreColumn], counted: Sequence[int]) -> None:
    rows = [[_alike(line.entries.get(at)) for line in lines] for at in counted]
    if not rows:
        return
    for line, rate in zip(
        lines, mean_win_rate(rows, [columns[at].higher_is_better is not False for at in counted]), strict=True
    ):
        line.win_rate = rate


def _alike(entry: Entry | None) -> float | None:
    return entry.row.value if entry and entry.alike else None


def order_of(choice: BoardChoice, columns: Sequence[ScoreColumn], counted: Sequence[int]) -> tuple[int | str, bool]:
    """What the order goes by, and whether the largest comes first. A word that names nothing counts for nothing."""
    word, down = choice.sort.removeprefix("-"), choice.sort.startswith("-")
    words = {column.word: at for at, column in enumerate(columns)}
    if word in words:
        return words[word], down
    if word in FACT_OF or (word in ("average", "win_rate") and counted):
        return word, down
    if len(counted) > 1:
        return "average", True
    return (0, columns[0].higher_is_better is not False) if columns else ("name", False)


def value_of(line: Line, by: int | str) -> float | None:
    """The score by which a line is in its place; None where it has none that may be ranked."""
    if isinstance(by, int):
        entry = line.entries.get(by)
        return entry.shown if entry and entry.alike else None
    return line.average if by == "average" else line.win_rate if by == "win_rate" else None


def in_order(lines: Sequence[Line], by: int | str, down: bool) -> list[Line]:
    """Lines by a score or a fact, those without it last, equal ones by name."""
    named = sorted(lines, key=lambda line: line.card.name.lower())
    if by == "name":
        return named[::-1] if down else named
    read = (lambda line: getattr(line.card, FACT_OF[by])) if by in FACT_OF else (lambda line: value_of(line, by))  # type: ignore[index]
    known = [line for line in named if read(line) not in (None, "")]
    unknown = [line for line in named if read(line) in (None, "")]
    return sorted(known, key=read, reverse=down) + unknown


def _place(lines: Sequence[Line], by: int | str, best_is_high: bool) -> None:
    """Ranks from the best down; equal values share the better one."""
    last: float | None = None
    place = 0
    for number, line in enumerate(in_order(lines, by, best_is_high), 1):
        value = value_of(line, by)
        if value is None:
            return
        place, last = (place, last) if value == last else (number, value)
        line.place = place
