"""Which models the tree shows, and which stand for a series of sizes."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from modelcards.tree.labels import label_of, series_name
from modelcards.tree.nodes import TreeModel

LANDMARKS = Path(__file__).resolve().parent.parent / "data" / "tree_nodes.csv"
NONE: frozenset[str] = frozenset()
LEAST_KEY, MOST_KEY, SIZES_KEY = 62, 300, 3
"""A first view has as many chips as the hand-drawn tree at least, and no more than have their names beside them; so
many sizes make a series a key one."""


@cache
def landmarks() -> Mapping[str, str]:
    """Slug to label of the models in the hand-drawn tree of arXiv 2304.13712."""
    with LANDMARKS.open(encoding="utf-8", newline="") as file:
        return {row["slug"]: row["node"].replace("_", " ") for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Series:
    """Sizes of one model: same makers and family, and a name that differs in the size alone."""

    first: TreeModel
    """The one that is drawn."""
    members: tuple[TreeModel, ...]

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        """All members."""
        return tuple(member.slug for member in self.members)

    @property
    def label(self) -> str:
        """The name on the chip."""
        if len(self.members) == 1 and self.first.slug in landmarks():
            return landmarks()[self.first.slug]
        return label_of(self.first.name, len(self.members))


def alone(model: TreeModel) -> Series:
    """A model that stands for itself."""
    return Series(model, (model,))


def collapse(models: Iterable[TreeModel]) -> list[Series]:
    """Models as series; the drawn one of each is the landmark, else the largest, else the latest."""
    groups: dict[tuple[object, ...], list[TreeModel]] = defaultdict(list)
    for model in models:
        groups[kind(model)].append(model)
    return [_series(group) if len(group) > 1 else alone(group[0]) for group in groups.values()]


def series_of(models: Iterable[TreeModel], slugs: frozenset[str]) -> tuple[Series, ...]:
    """The series of several sizes that these models belong to."""
    if not slugs:
        return ()
    listed = list(models)
    kinds = {kind(model) for model in listed if model.slug in slugs}
    found = collapse(model for model in listed if kind(model) in kinds)
    return tuple(one for one in found if len(one.members) > 1)


def kind(model: TreeModel) -> tuple[object, ...]:
    """What all sizes of a model have in common."""
    return series_name(model.name).casefold(), model.architecture_family, model.organisations


def _series(group: list[TreeModel]) -> Series:
    members = sorted(group, key=lambda one: (one.parameters or 0, one.slug))
    return Series(max(group, key=_prominence), tuple(members))


def _prominence(model: TreeModel) -> tuple[bool, int, date, str]:
    return model.slug in landmarks(), model.parameters or 0, model.day or date.min, model.slug


def choose(
    models: Sequence[TreeModel], show: str, wanted: frozenset[str] = NONE, opened: frozenset[str] = NONE
) -> list[Series]:
    """The chips of a view.

    ``all``: each model. ``landmarks``: those of the hand-drawn tree. ``series``: all, by series. ``key``: series that
    are a landmark, lie on this site, have descendants of their own or come in three sizes or more, but not fewer than
    ``LEAST_KEY`` and not more than ``MOST_KEY``. Whatever is shown, ``wanted`` slugs are there, with their ancestors
    among the series; the members of a series with an ``opened`` slug are drawn one by one.
    """
    if show == "all":
        return [alone(model) for model in models]
    if show == "landmarks":
        return [alone(model) for model in models if model.slug in landmarks() or model.slug in wanted]
    series = collapse(models)
    if show == "key":
        series = _key(models, series, lineage(models, wanted) | opened if wanted else opened)
    return [part for one in series for part in (map(alone, one.members) if opened.intersection(one.slugs) else [one])]


def _key(models: Sequence[TreeModel], series: list[Series], line: frozenset[str]) -> list[Series]:
    """The key series; those with a slug in ``line`` before all others."""
    children = Counter(slug for model in models for slug, _relation in model.parents)

    def rank(one: Series) -> tuple[bool, bool, int, int, int, str]:
        firm = any(model.own or model.slug in landmarks() for model in one.members)
        made = sum(children[slug] for slug in one.slugs)
        newest = max((model.day or date.min).toordinal() for model in one.members)
        return (
            line.isdisjoint(one.slugs),
            not firm,
            -made,
            -max(SIZES_KEY - 1, len(one.members)),
            -newest,
            one.first.slug,
        )

    ordered = sorted((rank(one), at) for at, one in enumerate(series))
    key = sum(_is_key(rank) for rank, _at in ordered)
    return [series[at] for _rank, at in ordered[: min(max(key, LEAST_KEY), MOST_KEY)]]


def _is_key(rank: tuple[bool, bool, int, int, int, str]) -> bool:
    others, loose, made, sizes, _newest, _slug = rank
    return not others or not loose or made < 0 or sizes <= -SIZES_KEY


def lineage(models: Iterable[TreeModel], slugs: Iterable[str]) -> frozenset[str]:
    """These models and all that they were made from, by slug; a circle ends."""
    parents = {model.slug: model.parents for model in models}
    found: set[str] = set()
    ahead = list(slugs)
    while ahead:
        slug = ahead.pop()
        if slug not in found:
            found.add(slug)
            ahead += [parent for parent, _relation in parents.get(slug, ())]
    return frozenset(found)
