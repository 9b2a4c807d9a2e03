"""What stands in the key beside a figure: the families, stages and origins that are in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.models import Origin
from evaluation.plots.marks import ORIGIN_NAMES, diameter, family_name, shape, stage_name
from modelcards.models import ModelCard
from modelcards.taxonomy import FAMILIES, STAGES

SIZES = (70_000_000, 7_000_000_000, 540_000_000_000)


@dataclass(frozen=True)
class Key:
    """``families``: CSS class and name; ``stages``: path of the shape and name; ``origins``: wire key and name."""

    families: list[tuple[str, str]]
    stages: list[tuple[str, str]]
    origins: list[tuple[str, str]]
    sizes: list[tuple[int, float]]


def key_of(shown: Iterable[tuple[ModelCard, str]]) -> Key:
    """The key of these models with the origins of their values, each list in the order of the vocabulary."""
    found = list(shown)
    families, stages = {card.architecture_family for card, _origin in found}, {card.stage for card, _origin in found}
    origins = {origin for _card, origin in found}
    return Key(
        [
            (FAMILIES[one].css if one in FAMILIES else "f-pre", family_name(one))
            for one in _in_order(families, FAMILIES)
        ],
        [(shape(one).path, stage_name(one)) for one in _in_order(stages, STAGES)],
        [(one, str(ORIGIN_NAMES[one])) for one in Origin.values if one in origins],
        [(size, diameter(size)) for size in SIZES],
    )


def _in_order(words: set[str], vocabulary: Iterable[str]) -> list[str]:
    order = list(vocabulary)
    return sorted(words, key=lambda word: (order.index(word) if word in order else len(order), word))
