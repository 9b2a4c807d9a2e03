"""Which models the tree shows, which chips stand for a series, and who hangs on whom."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from modelcards.tree.nodes import LABEL_LIMIT, TUNED, Leaf, TreeModel, branch_of
from modelcards.tree.organisations import houses

LANDMARKS = Path(__file__).resolve().parent.parent / "data" / "tree_nodes.csv"
SHOWN = ("key", "landmarks", "all")
_SIZE = re.compile(
    r"[\s\-–(]*\b(\d+(\.\d+)?\s?[bm]\d?|\d+[bm]-cont|small|base|medium|large|xl|xxl|xxlarge|xlarge|jumbo|big)\b\)?(?!\w)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^)]*\)")


@cache
def landmarks() -> Mapping[str, str]:
    """Slug to label of the models in the hand-drawn tree of arXiv 2304.13712."""
    with LANDMARKS.open(encoding="utf-8", newline="") as file:
        return {row["slug"]: row["node"].replace("_", " ") for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Series:
    """Sizes of one model: same makers and family, and a name that differs in the size alone."""

    first: TreeModel
    members: tuple[TreeModel, ...]

    @property
    def label(self) -> str:
        """The name on the chip."""
        if len(self.members) == 1:
            return short(_ASIDE.sub("", self.first.name))
        return short(series_name(self.first.name), LABEL_LIMIT - 4) + f" ×{len(self.members)}"


def short(text: str, limit: int = LABEL_LIMIT) -> str:
    """A name that fits a chip."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def series_name(name: str) -> str:
    """A model's name without its size: ``LLaMA 7B`` is a ``LLaMA``."""
    bare = _ASIDE.sub("", name)
    return _SIZE.sub("", bare).strip(" -–") or bare or name


def collapse(models: Iterable[TreeModel]) -> list[Series]:
    """Models as series; the drawn one of each is the landmark, else the largest, else the latest."""
    groups: dict[tuple[object, ...], list[TreeModel]] = defaultdict(list)
    for model in models:
        groups[(series_name(model.name).lower(), model.architecture_family, model.organisations)].append(model)
    return [
        Series(max(group, key=_prominence), tuple(sorted(group, key=lambda one: (one.parameters or 0, one.slug))))
        for group in groups.values()
    ]


def _prominence(model: TreeModel) -> tuple[bool, int, str, str]:
    return model.slug in landmarks(), model.parameters or 0, str(model.day), model.slug


def choose(models: Sequence[TreeModel], show: str) -> list[Series]:
    """The chips of a view, from models with a known date.

    ``all``: each model. ``landmarks``: those of the hand-drawn tree. ``key``: series that are a landmark, have
    descendants of their own, come in three sizes or more, or lie on this site; with few series, all of them.
    """
    if show == "all":
        return [Series(model, (model,)) for model in models]
    if show == "landmarks":
        return [Series(model, (model,)) for model in models if model.slug in landmarks()]
    series = collapse(models)
    if len(series) <= len(landmarks()):
        return series
    parents = {slug for model in models for slug, _ in model.parents}
    return [one for one in series if _is_key(one, parents)]


def _is_key(series: Series, parents: set[str]) -> bool:
    return len(series.members) >= 3 or any(
        model.own or model.slug in landmarks() or model.slug in parents for model in series.members
    )


def leaves(models: Sequence[TreeModel], chosen: Sequence[Series]) -> tuple[Leaf, ...]:
    """The chosen series as leaves, each hung on its nearest shown ancestor where that is its origin."""
    rows = {model.slug: model for model in models}
    shown = {member.slug: one for one in chosen for member in one.members}
    found = [_leaf(one, rows, shown) for one in chosen if one.first.day]
    return tuple(sorted(found, key=lambda leaf: leaf.slug))


def _leaf(series: Series, rows: Mapping[str, TreeModel], shown: Mapping[str, Series]) -> Leaf:
    model = series.first
    assert model.day is not None
    up = _ancestor(series, rows, shown)
    parent, relation = up if up else (None, "")
    return Leaf(
        slug=model.slug,
        label=series.label if len(series.members) > 1 else landmarks().get(model.slug, series.label),
        day=model.day,
        branch=branch_of(model.architecture_family),
        open_weights=model.open_weights,
        organisation=model.organisations[0] if model.organisations else "",
        parent=parent.slug if parent else None,
        relation=relation,
        hangs=bool(parent and _hangs(model, parent, relation)),
        members=tuple(member.slug for member in series.members),
        model=model,
    )


def _ancestor(
    series: Series, rows: Mapping[str, TreeModel], shown: Mapping[str, Series]
) -> tuple[TreeModel, str] | None:
    """The nearest ancestor with a chip, and how the model came from it. Lineage that loops ends the walk."""
    ahead = [link for member in (series.first, *series.members) for link in member.parents]
    seen: set[str] = {member.slug for member in series.members}
    while ahead:
        slug, relation = ahead.pop(0)
        if slug in seen:
            continue
        seen.add(slug)
        if slug in shown and shown[slug] is not series:
            return shown[slug].first, relation
        if slug in rows:
            ahead += rows[slug].parents
    return None


def _hangs(model: TreeModel, parent: TreeModel, relation: str) -> bool:
    """Whether it is drawn on its parent: tuned from it, or the same house's successor within a year."""
    if not model.day or not parent.day or parent.day > model.day:
        return False
    if branch_of(model.architecture_family) != branch_of(parent.architecture_family):
        return False
    near = bool(houses(model.organisations) & houses(parent.organisations)) and (model.day - parent.day).days <= 366
    return relation in TUNED or near
