"""What a search finds, in tiers, best first."""

from __future__ import annotations

from functools import reduce
from operator import and_

import numpy as np
from pyroaring import BitMap

from modelcards.filters import word_condition
from modelcards.index.state import Seen, State
from modelcards.models import ModelCard


def matches(state: State, search: str) -> list[Seen]:
    """Disjoint sets of cards that hold every word of ``search``."""
    return [_seen(state, BitMap(_ids(search)))]


def _ids(search: str) -> list[int]:
    condition = reduce(and_, map(word_condition, search.split()))
    return list(ModelCard.objects.filter(condition).order_by().values_list("pk", flat=True))


def _seen(state: State, cards: BitMap) -> Seen:
    pks = state.recent.pks.first(state.lines)
    return Seen(cards & state.live, np.fromiter((pk in cards for pk in pks.tolist()), dtype=bool, count=len(pks)))
