"""What each card of a generated catalog is: arrays of numbers, one place a card, the same for the same seed.

Cards are drawn in the order of their dates, so that a base model is older than what is made from it, and then
shuffled: their ids tell nothing of any column.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.catalog import vocabulary as v

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Key = TypeVar("Key", bound=Hashable)

FIRST_DAY, LAST_DAY = datetime.date(2013, 1, 1), datetime.date(2026, 6, 30)
GROWTH = 6.0  # the last day sees e^6 times as many models as the first
PEOPLE = 20
FAMILIES, STAGES = list(v.FAMILIES), list(v.STAGES_MADE)
OBJECTIVES = list(dict.fromkeys(key for of in v.OBJECTIVES.values() for key in of))
LANGUAGES, MODALITIES, LICENCES = list(v.languages()), list(v.MODALITIES), list(v.LICENCES)


@dataclass(frozen=True)
class Plan:
    """One number a card for each property: an index into the lists above, an amount (0: not stated), or -1: none."""

    parent: Ints
    second_parent: Ints
    root: Ints
    day: Ints
    precision: Ints  # 0 day, 1 month, 2 year, 3 not stated
    family: Ints
    objective: Ints
    attention: Ints  # 0 as the family, 1 the same but stated, 2 another
    stage: Ints
    parameters: Ints
    active: Ints
    tokens: Ints
    layers: Ints
    languages: Ints
    modality: Ints
    licence: Ints
    open_weights: Ints  # 1 yes, 0 no, -1 not stated
    organisation: Ints
    second_organisation: Ints
    repository: Ints
    paper: Ints
    visibility: Ints  # 0 public, 1 internal, 2 restricted
    archived: Ints
    former: Ints
    checkpoints: Ints
    scores: Ints
    bytes: Ints

    def __len__(self) -> int:
        return len(self.parent)


def organisations(cards: int) -> int:
    """How many organisations so many cards have: tens of thousands at a million."""
    return max(8, cards // 25)


def make_plan(cards: int, seed: int) -> Plan:
    """The plan of a catalog of ``cards`` models."""
    rng = np.random.default_rng([seed, 1])
    drawn = _Draw(rng, cards).all()
    order = rng.permutation(cards)  # order[place] = number by date
    place = np.empty(cards, np.int64)
    place[order] = np.arange(cards)
    shuffled: dict[str, Any] = {name: values[order] for name, values in drawn.items()}
    for name in ("parent", "second_parent", "root"):
        shuffled[name] = np.where(shuffled[name] < 0, -1, place[shuffled[name]])
    return Plan(**{field.name: shuffled[field.name] for field in fields(Plan)})


class _Draw:
    """Draws every property, in the order of dates."""

    def __init__(self, rng: np.random.Generator, cards: int) -> None:
        self.rng, self.cards = rng, cards

    def all(self) -> dict[str, Ints]:
        found = self.lineage()
        root, made = found["root"], found["parent"] >= 0
        found |= self.dates()
        since = found.pop("since")
        found |= self.kind(since, root, made)
        found |= self.sizes(since, root, made, found)
        found |= self.words(root, found)
        found |= self.access(found)
        return {name: np.asarray(values, np.int64) for name, values in found.items()}

    def share(self, part: float) -> Bools:
        """True for about this part of the cards."""
        drawn: Bools = self.rng.random(self.cards) < part
        return drawn

    def choose(self, weights: Mapping[Key, float], keys: list[Key]) -> Ints:
        """For each card an index into ``keys`` by weight."""
        share = np.array([weights.get(key, 0.0) for key in keys], float)
        return self.rng.choice(len(keys), self.cards, p=share / share.sum())

    def lineage(self) -> dict[str, Any]:
        """A base model for half, always an older one; a few base models have most of the descendants."""
        made = self.share(0.5)
        made[0] = False
        fame = self.rng.pareto(1.1, self.cards) * np.where(made, 0.1, 1.0)
        ends = np.cumsum(fame)
        before = np.concatenate([[0.0], ends[:-1]])
        numbers = np.arange(self.cards)

        def older() -> Ints:
            famed = np.searchsorted(ends, self.rng.random(self.cards) * before, side="right")
            found: Ints = np.minimum(famed, np.maximum(numbers - 1, 0)).astype(np.int64)
            return found

        parent = np.where(made, older(), -1)
        root = np.where(made, parent, numbers)
        while (root[root] != root).any():
            root = root[root]
        return {"parent": parent, "second_parent": older(), "root": root}

    def dates(self) -> dict[str, Any]:
        since = np.log1p(np.sort(self.rng.random(self.cards)) * np.expm1(GROWTH)) / GROWTH
        days = (LAST_DAY - FIRST_DAY).days
        precision = self.rng.choice(4, self.cards, p=[0.66, 0.17, 0.06, 0.11])
        return {"since": since, "day": (since * days).astype(np.int64), "precision": precision}

    def kind(self, since: Any, root: Ints, made: Bools) -> dict[str, Any]:
        early, late = self.choose(v.EARLY, FAMILIES), self.choose(v.LATE, FAMILIES)
        family = np.where(self.rng.random(self.cards) < np.clip(since * 1.6 - 0.3, 0, 1), late, early)[root]
        objective = np.zeros(self.cards, np.int64)
        for index, key in enumerate(FAMILIES):
            objective = np.where(family == index, self.choose(v.OBJECTIVES[key], OBJECTIVES)[root], objective)
        stage = np.where(made, self.choose(v.STAGES_MADE, STAGES), self.choose(v.STAGES_ALONE, STAGES))
        attention = self.rng.choice(3, self.cards, p=[0.86, 0.12, 0.02])
        known = np.isin(family, [FAMILIES.index(key) for key in v.OTHER_ATTENTION])
        # Some cards of a family do not say which.
        family = np.where(self.share(0.05), FAMILIES.index(""), family)
        return {"family": family, "objective": objective, "stage": stage, "attention": np.where(known, attention, 0)}

    def sizes(self, since: Any, root: Ints, made: Bools, found: Mapping[str, Any]) -> dict[str, Any]:
        stage = found["stage"]
        exponent = self.rng.normal(7.6 + 2.2 * since, 0.75)[root]
        exponent = np.where(stage == STAGES.index("adapter"), exponent - 2, exponent)
        exponent = np.where(stage == STAGES.index("distilled"), exponent - 0.6, exponent)
        parameters = _rounded(np.clip(exponent, 4, 12.3), self.share(0.67))
        per_parameter = self.rng.normal(0.9 + 1.6 * since, 0.6)
        tokens = _rounded(
            np.where(made, self.rng.normal(7.5, 1.2, self.cards), np.log10(parameters) + per_parameter).clip(3, 14),
            self.share(0.9),
        )
        layers = np.clip((6 * (np.log10(parameters) - 6.5)).astype(np.int64), 1, 160)
        active = np.where(self.share(0.04) & (parameters > 10**9), _rounded(exponent.clip(4, 12) - 0.7), 0)
        return {
            "parameters": np.where(self.share(0.15), 0, parameters),
            "active": active,
            "tokens": np.where(self.share(0.62), 0, tokens),
            "layers": np.where(self.share(0.35), layers, 0),
            "checkpoints": self.rng.choice([0, 1, 8], self.cards, p=[0.38, 0.61, 0.01]),
            "scores": np.where(self.share(0.1), self.rng.integers(1, 6, self.cards), 0),
            "bytes": np.clip(self.rng.lognormal(7.5, 0.45, self.cards), 1060, 4000),
        }

    def words(self, root: Ints, found: Mapping[str, Any]) -> dict[str, Any]:
        count = organisations(self.cards)
        kept = ~self.share(0.15)
        languages = self.choose(v.languages(), LANGUAGES)
        languages = np.where(kept, languages[root], languages)
        licence = self.choose(v.LICENCES, LICENCES)
        modality = self.choose(v.MODALITIES, MODALITIES)
        chinese = np.isin(languages, [place for place, key in enumerate(LANGUAGES) if "zh" in key.split(";")])
        maker = self.zipf(count)
        # Every seventh organisation is Chinese, and mostly these make Chinese models.
        maker = np.where(chinese & self.share(0.7), np.minimum(maker - maker % 7 + 3, count - 1), maker)
        other = self.zipf(count)
        return {
            "languages": languages,
            "licence": np.where(self.share(0.7), licence[root], licence),
            "modality": np.where(kept, modality[root], modality),
            "organisation": np.where(self.share(0.03), -1, maker),
            "second_organisation": np.where(self.share(0.06) & (other != maker), other, -1),
            "second_parent": np.where(
                (found["stage"] == STAGES.index("merged"))
                & (found["parent"] >= 0)
                & (found["second_parent"] != found["parent"]),
                found["second_parent"],
                -1,
            ),
        }

    def zipf(self, count: int) -> Ints:
        """For each card a rank below ``count``, the first ranks by far the most often."""
        weights = 1.0 / (np.arange(count) + 3.0)
        ends = np.cumsum(weights)
        ranks: Ints = np.searchsorted(ends, self.rng.random(self.cards) * ends[-1], side="right").astype(np.int64)
        return ranks

    def access(self, found: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "open_weights": self.rng.choice([1, 0, -1], self.cards, p=[0.91, 0.045, 0.045]),
            "repository": self.share(0.88),
            "paper": self.share(0.24),
            "visibility": self.rng.choice(3, self.cards, p=[0.975, 0.015, 0.01]),
            "archived": self.share(0.002),
            "former": self.share(0.005),
        }


def _rounded(exponent: Any, few: Any = True) -> Ints:
    """10 to the power, with two digits where ``few`` (as people write sizes) and all of them elsewhere."""
    number = 10.0**exponent
    unit = 10.0 ** np.maximum(np.floor(exponent) - 1, 0)
    whole: Ints = np.maximum(1, np.where(few, np.round(number / unit) * unit, number)).astype(np.int64)
    return whole
