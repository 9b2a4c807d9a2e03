"""The picture of one family in the lineage panel of a card: the tree's layout and drawing, close up. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from modelcards.tree.closeup import close_up
from modelcards.tree.dress import family_dress
from modelcards.tree.facts import facts_of
from modelcards.tree.layout import layout
from modelcards.tree.marks import chips, labels, rings
from modelcards.tree.nodes import Leaf, TreeModel, branch_of
from modelcards.tree.plan import Plan, TooSlow, box_of
from modelcards.tree.select import leaves
from modelcards.tree.series import Series, alone, collapse
from modelcards.tree.stems import Box
from modelcards.tree.svg import Link, svg
from modelcards.tree.wood import wood
from modelcards.tree.years import MAJOR, calendar

NARROW = 200.0
"""Least width of the layout: a panel has no room to give away."""
MOST = 60
"""So many models have a chip each; of a larger family series are one chip."""
CHIPS = 90
"""So many chips are drawn: those nearest to the card."""
LEAST, LIMIT = 2, 2000
"""Of fewer or more models there is no picture."""
EDGE = 7.0
"""Half the height of a year's number."""
Address = Callable[[str], str]


@dataclass(frozen=True)
class FamilyPicture:
    """``svg``: the picture, ``width`` units wide; ``at``: how far to the right the card's chip stands, 0 to 1;
    ``years``: how far down, in percent, each year begins; ``models`` and ``chips``: how many are drawn, by how many;
    ``further``: how many models are not."""

    svg: SafeString
    width: float
    at: float
    years: tuple[tuple[int, float], ...]
    models: int
    chips: int
    further: int


def family_picture(
    models: Sequence[TreeModel],
    around: Sequence[TreeModel],
    slug: str,
    address: Address,
    stop: Callable[[], bool] | None = None,
) -> FamilyPicture | None:
    """The picture of ``models``, with a ring around ``slug``; over ``around``, which is not drawn, descent is traced.

    None where there are more than ``LIMIT``, less than two can be drawn, or ``stop`` says that time is up.
    """
    if len(models) > LIMIT:
        return None
    placed = [model for model in models if model.day and branch_of(model.architecture_family)]
    drawn = leaves(models, _chosen(placed, (*models, *around), slug), around)
    if len(drawn) < LEAST:
        return None
    try:
        plan, view = close_up(layout(drawn, stop, NARROW))
    except TooSlow:
        return None
    picture = svg(_traces(plan, slug), view, _links(plan, address), aria_hidden="true")
    left, right, _upper, _lower = view
    here = next((x for leaf, x, _y in plan.chips if slug in leaf.members), left)
    members = sum(len(leaf.members) for leaf in drawn)
    return FamilyPicture(
        svg=picture,
        width=right - left,
        at=(here - left) / (right - left),
        years=_years(plan, view),
        models=members,
        chips=len(drawn),
        further=len(placed) - members,
    )


def _chosen(placed: Sequence[TreeModel], known: Iterable[TreeModel], slug: str) -> list[Series]:
    """The chips: of each model, else of each series, and of these at last the ones with fewest steps to ``slug``."""
    found = [alone(model) for model in placed] if len(placed) <= MOST else collapse(placed)
    if len(found) <= CHIPS:
        return found
    steps = _steps(known, slug)
    far = len(steps)
    return sorted(found, key=lambda one: (min(steps.get(name, far) for name in one.slugs), one.first.slug))[:CHIPS]


def _steps(models: Iterable[TreeModel], slug: str) -> dict[str, int]:
    """How many steps of descent, up or down, lead from a model to ``slug``; those that none leads to are left out."""
    beside: dict[str, set[str]] = defaultdict(set)
    listed = list(models)
    known = {model.slug for model in listed}  # no step leads over a card that is not shown
    for model in listed:
        for parent, _relation in model.parents:
            if parent in known:
                beside[model.slug].add(parent)
                beside[parent].add(model.slug)
    steps, ahead = {slug: 0}, [slug]
    for one in ahead:
        fresh = sorted(beside[one] - steps.keys())
        steps |= dict.fromkeys(fresh, steps[one] + 1)
        ahead += fresh
    return steps


def _traces(plan: Plan, slug: str) -> list[dict[str, object]]:
    dress = family_dress(leaf for leaf, _x, _y in plan.chips)
    ringed = next((leaf.slug for leaf, _x, _y in plan.chips if slug in leaf.members), "")
    return [
        *(trace for trace in calendar(plan) if trace["mode"] == "lines"),
        *wood(plan, dress, None),
        *chips(plan, dress, None, True),
        *labels(plan, dress, None, True),
        *rings(plan, frozenset(), ringed),
    ]


def _years(plan: Plan, view: Box) -> tuple[tuple[int, float], ...]:
    """The years that begin in the view, as far from its edges as their numbers are tall; where they are drawn."""
    _left, _right, top, bottom = view
    heights = ((year, plan.scale.y(date(year, 1, 1))) for year in plan.scale.years() if year >= MAJOR or year % 2)
    return tuple(
        (year, round(100 * (y - top) / (bottom - top), 2)) for year, y in heights if top + EDGE < y < bottom - EDGE
    )


def _links(plan: Plan, address: Address) -> list[Link]:
    names = {leaf.slug: leaf.label for leaf, _x, _y in plan.chips}
    return [
        Link(box_of(leaf, x, y), address(leaf.slug), [_name(leaf), *facts_of(leaf, names)]) for leaf, x, y in plan.chips
    ]


def _name(leaf: Leaf) -> str:
    return leaf.model.name if leaf.model else leaf.label
