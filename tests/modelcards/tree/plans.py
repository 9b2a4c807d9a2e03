"""Plans made by hand, for what draws them: no layout stands between a test and its picture."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from modelcards.tree.nodes import CHIP_HEIGHT, Leaf, TreeModel, branch_of
from modelcards.tree.plan import TOP, Plan, Twig
from modelcards.tree.scale import TimeScale
from modelcards.tree.stems import Stem


def leaf(slug: str, day: date = date(2021, 5, 1), **fields: Any) -> Leaf:
    """An open decoder-only chip of nobody."""
    family = fields.pop("family", "decoder-only")
    about = {
        name: fields.pop(name) for name in ("parameters", "training_tokens", "stage", "released") if name in fields
    }
    values = {"label": slug, "open_weights": True, "organisation": "Lab", "members": (slug,), **fields}
    model = TreeModel(slug, values["label"], day, family, values["open_weights"], (values["organisation"],), **about)
    return Leaf(slug=slug, day=day, branch=branch_of(family), model=model, **values)


def plan_of(*leaves: Leaf, **fields: Any) -> Plan:
    """A plan with a stem in the middle and the chips in one row beside one another, on it or on their parents."""
    scale = TimeScale([one.day for one in leaves], TOP)
    places = {one.slug: (300.0 + 200.0 * number, scale.y(one.day)) for number, one in enumerate(leaves)}
    twigs = tuple(_twig(one, places) for one in leaves)
    stem = Stem(
        "decoder-only", 200.0, 250.0, scale.bottom - 20, scale.bottom - 60, TOP, True, len(leaves), ((400.0, 1),)
    )
    chips = tuple((one, *places[one.slug]) for one in leaves)
    width = 600.0 + 200.0 * len(leaves)
    return Plan(width, scale.bottom + 40, scale, 250.0, scale.bottom - 20, chips, twigs, (stem,), **fields)


def _twig(one: Leaf, places: dict[str, tuple[float, float]]) -> Twig:
    x, y = places[one.slug]
    parent = one.parent if one.parent in places else None
    x0 = places[parent][0] if parent else 200.0
    return Twig(x0, x, y + 30, y + CHIP_HEIGHT / 2, 1, one.branch, one.slug, parent=parent)


def traces(figure: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """The traces of a role."""
    return [trace for trace in figure["data"] if (trace.get("meta") or {}).get("role") == role]


def filled_with(figure: dict[str, Any], colour: str) -> list[dict[str, Any]]:
    """The filled shapes of a colour."""
    return [trace for trace in figure["data"] if trace.get("fillcolor") == colour]


def written(figure: dict[str, Any]) -> list[str]:
    """All texts of a figure, hover boxes included."""
    shown = [text for trace in figure["data"] for text in trace.get("text") or ()]
    return shown + [text for trace in figure["data"] for text in trace.get("hovertext") or ()]


def shapes(trace: dict[str, Any]) -> Iterable[list[tuple[float, float]]]:
    """The closed paths of a trace."""
    path: list[tuple[float, float]] = []
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if x is None:
            yield path
            path = []
        else:
            path.append((x, y))
    if path:
        yield path
