"""The shades of a tree that is coloured by a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from evaluation.standings.rows import Row
from evaluation.standings.subjects import MAIN, SubjectNames
from evaluation.standings.wish import Wish
from evaluation.treescores.known import known_scores
from evaluation.treescores.wording import value_text
from modelcards.models import ModelCard
from modelcards.querysets import Reader
from modelcards.registry import Shade


def shades(user: Reader, cards: Sequence[int], subject: str, shots: int, subjects: SubjectNames) -> dict[int, Shade]:
    """Shades of those of the cards that ``user`` may read and that have a score of a subject at a number of shots."""
    wish = Wish(subjects=(subject,), shots=shots, cards=ModelCard.objects.filter(pk__in=cards), metric=MAIN)
    return {row.card: _shade(row) for row in known_scores(user, wish, subjects)}


def _shade(row: Row) -> Shade:
    origin = cast(Literal["measured", "imported", "published"], row.origin)
    return Shade(row.value, value_text(row), origin)
