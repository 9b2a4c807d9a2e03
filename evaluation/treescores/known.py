"""The one score of each model, benchmark and number of shots that the tree speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evaluation.cardscores import FRACTIONS
from evaluation.comparison.scores import ACCURACIES
from evaluation.models import Origin
from evaluation.standings.reading import chosen_rows
from evaluation.standings.rows import Row
from evaluation.standings.subjects import PSEUDO, SubjectNames
from evaluation.standings.wish import Wish
from modelcards.querysets import Reader

SHARES = frozenset(FRACTIONS | ACCURACIES)
"""Metrics that say how much of all was right, from 0 to 1: only these share one range of colours."""
_RANK = {Origin.PUBLISHED.value: 0, Origin.IMPORTED.value: 1, Origin.MEASURED.value: 2}
_SURE = {"inferred": 0, "unchecked": 1, "checked": 2}


def known_scores(user: Reader, wish: Wish, subjects: SubjectNames) -> list[Row]:
    """Of all that ``user`` may read of a wish one row for each card, subject and number of shots.

    A measured score goes before an imported one and this before a published one; of several filters of one metric the
    one that most models have, and of several sources the surest.
    """
    rows = [row for row in chosen_rows(user, wish, subjects) if is_share(row.metric) and 0 <= row.value <= 1]
    filters = Counter((row.subject, row.filter) for row in rows)
    found: dict[tuple[int, str, int], Row] = {}
    for row in sorted(rows, key=lambda row: _weight(row, filters)):
        found[row.card, row.subject, row.num_fewshot] = row
    return list(found.values())


def is_share(metric: str) -> bool:
    """Whether a metric is a part of one, more of which is better; a masked model's own form of it counts as such."""
    return metric.removeprefix(PSEUDO) in SHARES


def origin_rank(row: Row) -> int:
    """How far a score goes before others of its question: by where it is from."""
    return _RANK.get(row.origin, -1)


def _weight(row: Row, filters: Counter[tuple[str, str]]) -> tuple[int, int, str, int, int]:
    return origin_rank(row), filters[row.subject, row.filter], row.filter, _SURE.get(row.confidence, 1), row.pk


def by_card(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows by the id of their card."""
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.card, []).append(row)
    return found
