"""Which cards the tree is of: those that the catalog's own filters find, as models, with what they descend from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from django.db.models import Count

from modelcards.filters import ModelFilters
from modelcards.index import catalog_index, log
from modelcards.index.found import Found
from modelcards.index.memo import Memo, narrowing, reader
from modelcards.models import Checkpoint, Lineage, ModelCard
from modelcards.querysets import Reader
from modelcards.tree.kept import AT_ONCE, middle, rows
from modelcards.tree.nodes import TreeModel
from modelcards.tree.series import landmarks

__all__ = ["MOST", "Cards", "middle", "tree_cards"]
# More are not gone through for a page: of a larger catalog the foremost are chosen.
MOST = 20_000
STEPS_UP = 12
_memo = Memo()


@dataclass(frozen=True)
class Cards:
    """What a filter finds. ``count``: how many match; ``models``: they, or the foremost ``MOST`` of them, by slug;
    ``around``: ancestors that do not match, over which descent is traced."""

    count: int
    models: tuple[TreeModel, ...]
    around: tuple[TreeModel, ...] = ()

    @cached_property
    def slugs(self) -> frozenset[str]:
        """Of the models that match."""
        return frozenset(model.slug for model in self.models)


def tree_cards(user: Reader, filters: ModelFilters, wanted: frozenset[str] = frozenset()) -> Cards:
    """The cards that ``user`` may read and ``filters`` find: those that the list of models counts.

    Of more than ``MOST``: those with a slug in ``wanted`` and their ancestors, the landmarks, those whose weights lie
    here, those from which most were made, and the newest. Kept for who asks the same, until a card changes.
    """
    own = frozenset(Checkpoint.objects.exclude(path="").order_by().values_list("card_id", flat=True)[:MOST])
    mark = log.newest()
    found = catalog_index().find(filters, user)
    named = _named(wanted) if found.count > MOST else frozenset[int]()

    def read() -> Cards:
        ids = _foremost(found, named, own) if found.count > MOST else found.after(-1, MOST)[0]
        return _cards(user, found.count, ids, own)

    # What a search finds may grow without a change of any card, while the words of the catalog are built.
    cards: Cards = read() if filters.search else _memo.get((mark, reader(user), narrowing(filters), own, named), read)
    return cards


def _named(slugs: frozenset[str]) -> frozenset[int]:
    return frozenset(ModelCard.objects.filter(slug__in=slugs).values_list("pk", flat=True))


def _cards(user: Reader, count: int, ids: Sequence[int], own: frozenset[int]) -> Cards:
    """The models of these cards and their ancestors, without a word of cards that the reader may not see."""
    found, parents = rows().of(ids)
    chosen, hidden = frozenset(found), set[int]()
    for _step in range(STEPS_UP):
        ahead = {pk for pk in chain.from_iterable(parents.values()) if pk not in found} - hidden
        if not ahead:
            break
        seen = _visible(user, ahead)
        hidden |= ahead - seen
        more, further = rows().of(sorted(seen))
        found, parents = {**found, **more}, {**parents, **further}
    dark = [pk for pk, ups in parents.items() if any(up not in found for up in ups)]
    for pk in dark:
        pairs = zip(found[pk].parents, parents[pk], strict=True)
        found[pk] = replace(found[pk], parents=tuple(link for link, up in pairs if up in found))
    for pk in own & found.keys():
        found[pk] = replace(found[pk], own=True)
    in_order = sorted(found.values(), key=lambda model: model.slug)
    return Cards(
        count,
        tuple(model for model in in_order if model.pk in chosen),
        tuple(model for model in in_order if model.pk not in chosen),
    )


def _visible(user: Reader, ids: Iterable[int]) -> set[int]:
    """Those of the cards that the reader may see."""
    listed, visible = sorted(ids), ModelCard.objects.visible_to(user).order_by()
    parts = (listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE))
    return {pk for part in parts for pk in visible.filter(pk__in=part).values_list("pk", flat=True)}


def _foremost(found: Found, named: frozenset[int], own: frozenset[int]) -> list[int]:
    """The cards that stand for more than can be shown, by id."""
    made_from = Lineage.objects.values("parent").annotate(n=Count("pk")).order_by("-n", "parent")
    kinds: list[Callable[[], Iterable[int]]] = [
        lambda: _with_ancestors(sorted(named)),
        lambda: ModelCard.objects.filter(slug__in=landmarks()).values_list("pk", flat=True),
        lambda: sorted(own),
        lambda: made_from.values_list("parent", flat=True)[:MOST],
        lambda: found.part(0, MOST),
    ]
    chosen: dict[int, None] = {}
    for kind in kinds:
        if len(chosen) < MOST:
            some = list(kind())
            matching = found.which(some)
            chosen |= dict.fromkeys(pk for pk in some if pk in matching)
    return list(chosen)[:MOST]


def _with_ancestors(cards: Iterable[int]) -> list[int]:
    found = level = list(cards)
    for _step in range(STEPS_UP):
        level = list(Lineage.objects.filter(child__in=level).values_list("parent_id", flat=True)[:AT_ONCE])
        found = [*found, *level]
    return found
