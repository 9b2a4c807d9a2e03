"""Who hangs on whom: the chosen series as chips, each with what it was made from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from modelcards.tree.labels import series_name
from modelcards.tree.nodes import TUNED, Leaf, TreeModel, branch_of
from modelcards.tree.organisations import houses
from modelcards.tree.series import LANDMARKS, Series, choose, collapse, kind, landmarks

__all__ = ["LANDMARKS", "Series", "choose", "collapse", "landmarks", "leaves", "series_name"]

Chip = Callable[[str], Series | None]
"""The series whose chip stands for a slug."""
SMALLEST, LARGEST = 8.0, 12.0
"""Parameters of the least and the largest chip, as powers of ten."""


@dataclass(frozen=True)
class Link:
    """That a series was made from another one with a chip."""

    parent: Series
    relation: str
    hangs: bool
    crosses: bool


def leaves(
    models: Sequence[TreeModel], chosen: Sequence[Series], around: Sequence[TreeModel] = (), *, sized: bool = False
) -> tuple[Leaf, ...]:
    """The chosen series as leaves, by slug, each hung on its nearest shown ancestor where that is its origin.

    Descent is traced over all of ``models`` and ``around``; where an ancestor has no chip but another size of it has,
    as in the view of the landmarks, that is the ancestor. ``sized``: chips are as large as their models. Series
    without a date or on no branch are left out.
    """
    rows = {model.slug: model for model in (*around, *models)}
    shown = {slug: one for one in chosen if _placed(one.first) for slug in one.slugs}
    sizes = {kind(one.first): one for one in chosen if _placed(one.first)} if len(shown) < len(rows) else {}

    def chip(slug: str) -> Series | None:
        return shown.get(slug) or (sizes.get(kind(rows[slug])) if slug in rows else None)

    found = {one.first.slug: _leaf(one, rows, chip, sized) for one in chosen if _placed(one.first)}
    _cut_circles(found)
    return tuple(found[slug] for slug in sorted(found))


def _placed(model: TreeModel) -> bool:
    return bool(model.day and branch_of(model.architecture_family))


def _leaf(series: Series, rows: Mapping[str, TreeModel], chip: Chip, sized: bool) -> Leaf:
    model = series.first
    assert model.day is not None
    links = list(_links(series, rows, chip))
    main = next((link for link in links if link.hangs), links[0] if links else None)
    several = len(series.members) > 1
    return Leaf(
        slug=model.slug,
        label=series.label,
        day=model.day,
        branch=branch_of(model.architecture_family),
        open_weights=model.open_weights,
        organisation=model.organisations[0] if model.organisations else "",
        parent=main.parent.first.slug if main else None,
        relation=main.relation if main else "",
        hangs=bool(main and main.hangs),
        members=series.slugs,
        model=model,
        early=any(slug in rows and older(model, rows[slug]) for slug, _relation in model.parents),
        others=tuple(
            (link.parent.first.slug, link.relation)
            for link in links
            if link is not main or (link.crosses and not link.hangs)
        ),
        scale=_scale(model.parameters) if sized else 1.0,
        series=model.slug if several else "",
    )


def _links(series: Series, rows: Mapping[str, TreeModel], chip: Chip) -> Iterator[Link]:
    """The nearest ancestors with a chip, nearest first, each once. Lineage that loops ends the walk."""
    ahead = list(series.first.parents)
    ahead += [link for member in series.members if member is not series.first for link in member.parents]
    seen: set[str] = set(series.slugs)
    met = {series.first.slug}
    at = 0
    while at < len(ahead):
        slug, relation = ahead[at]
        at += 1
        if slug in seen:
            continue
        seen.add(slug)
        parent = chip(slug)
        if parent and parent.first.slug not in met:
            met.add(parent.first.slug)
            yield _link(series.first, parent, relation)
        elif slug in rows and (parent is None or parent is series):
            # What was tuned stays tuned, whatever its parent without a chip came from.
            ahead += [(above, relation if relation in TUNED else how) for above, how in rows[slug].parents]


def _link(model: TreeModel, parent: Series, relation: str) -> Link:
    """It hangs there if tuned from it, or the same house's successor within a year. Where it does not, a line crosses
    from another family and from what it was tuned from; a late successor has none."""
    first = parent.first
    assert model.day is not None
    assert first.day is not None
    days = (model.day - first.day).days
    related = branch_of(model.architecture_family) == branch_of(first.architecture_family)
    near = relation not in TUNED and days <= 366 and bool(houses(model.organisations) & houses(first.organisations))
    tuned = relation in TUNED
    return Link(parent, relation, related and days >= 0 and (tuned or near), tuned or not related)


def older(child: TreeModel, parent: TreeModel) -> bool:
    """Whether a model came before one that it was made from, as far as both dates are known."""
    if not child.released or not parent.released:
        return bool(child.day and parent.day and child.day < parent.day)
    known = min(len(child.released), len(parent.released))
    return child.released[:known] < parent.released[:known]


def _scale(parameters: int | None) -> float:
    """Size of a chip: 0.85 at a hundred million parameters, 1.35 at a million million, by the logarithm between."""
    if not parameters:
        return 1.0
    share = (math.log10(parameters) - SMALLEST) / (LARGEST - SMALLEST)
    return round(0.85 + 0.5 * min(1.0, max(0.0, share)), 2)


def _cut_circles(found: dict[str, Leaf]) -> None:
    """Models of one day that hang on each other in a circle: the first of them by slug hangs on the stem."""
    rooted: set[str] = set()
    for slug in sorted(found):
        path: dict[str, None] = {}
        at: str | None = slug
        while at is not None and at not in rooted and at not in path:
            path[at] = None
            at = found[at].parent if found[at].hangs else None
        if at in path:
            circle = list(path)[list(path).index(at) :]
            first = min(circle)
            found[first] = replace(found[first], hangs=False)
        rooted.update(path)
