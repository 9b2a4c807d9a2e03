"""Lines with the best-known scores of a model: on the benchmarks on which most models have one, so that the lines of
two models are likely to speak of the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evaluation.models import Score
from evaluation.standings.rows import Row
from evaluation.standings.subjects import MAIN, SubjectNames
from evaluation.standings.wish import Wish
from evaluation.treescores.known import by_card, known_scores, origin_rank
from evaluation.treescores.wording import line_text
from modelcards.models import ModelCard
from modelcards.querysets import Reader

Lines = dict[int, tuple[str, ...]]
LINES = 3
COMMON = 12
"""Benchmarks that are read of all models; only those that have a score in none of them are read whole."""
MOST = 300


def best_lines(user: Reader, cards: Sequence[int], order: Sequence[str], subjects: SubjectNames) -> Lines:
    """Lines of these cards, as far as ``user`` may read them. ``order``: all subjects, most scored first.

    Of cards without a score in the first ``COMMON`` subjects ``MOST`` are read.
    """
    found = _read(user, cards, tuple(order[:COMMON]), order, subjects)
    if len(order) <= COMMON:
        return found
    rest = [card for card in cards if card not in found]
    scored = Score.objects.filter(card__in=rest).order_by().values_list("card", flat=True).distinct()[:MOST]
    return {**found, **_read(user, list(scored), (), order, subjects)}


def _read(
    user: Reader, cards: Sequence[int], named: Sequence[str], order: Sequence[str], subjects: SubjectNames
) -> Lines:
    wish = Wish(subjects=named, cards=ModelCard.objects.filter(pk__in=cards), metric=MAIN)
    return _lines(known_scores(user, wish, subjects), order, subjects) if cards and order else {}


def _lines(rows: Iterable[Row], order: Sequence[str], subjects: SubjectNames) -> Lines:
    place = {subject: number for number, subject in enumerate(order)}
    found = {card: _foremost(mine, place) for card, mine in by_card(rows).items()}
    return {card: tuple(line_text(row, subjects.name(row.subject)) for row in mine) for card, mine in found.items()}


def _foremost(rows: Sequence[Row], place: dict[str, int]) -> list[Row]:
    """One row of each of the first subjects: the highest of its best origin, at whichever number of shots."""
    best: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (origin_rank(row), row.value, -row.num_fewshot)):
        best[row.subject] = row
    return sorted(best.values(), key=lambda row: (place.get(row.subject, len(place)), row.subject))[:LINES]
