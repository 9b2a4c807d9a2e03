"""The family of a card for the picture in its lineage panel: the cards that its list shows, as models of the tree."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from django.urls import reverse

from modelcards.lineages import Branch, Kin, ancestors, descendants
from modelcards.models import ModelCard
from modelcards.querysets import Reader
from modelcards.tree.family import LEAST, FamilyPicture, family_picture
from modelcards.tree.kept import rows

SECONDS = 0.5
"""A picture takes no more of a processor."""


def has_family(card: ModelCard, branches: Iterable[Branch]) -> bool:
    """Whether enough of a card and what hangs on these branches has a date for a picture; asks nothing."""
    return sum(day is not None for day in (card.release_date, *(one.release_date for one in _all(branches)))) >= LEAST


def family_of(card: ModelCard, user: Reader) -> FamilyPicture | None:
    """The picture of a card with those of its ancestors and descendants that its list shows ``user``.

    Archived cards are not drawn, only traced through. None without kin of a known date, or where it takes too long.
    """
    below = (branch for group in descendants(card, user) for branch in group.branches)
    branches = [*ancestors(card, user), *below]
    if not has_family(card, branches):
        return None
    kin = {one.pk: one for one in _all(branches)}
    found, _parents = rows().of([card.pk, *kin])
    gone = {pk for pk, one in kin.items() if one.archived_at}
    until = time.thread_time() + SECONDS
    return family_picture(
        [model for model in found.values() if model.pk not in gone],
        [model for model in found.values() if model.pk in gone],
        card.slug,
        lambda slug: reverse("modelcards:card", args=[slug]),
        lambda: time.thread_time() > until,
    )


def _all(branches: Iterable[Branch]) -> Iterator[Kin]:
    for branch in branches:
        yield branch.card
        yield from _all(branch.branches)
