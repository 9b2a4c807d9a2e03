"""A field of models as a catalog holds them: series of sizes, what was tuned from them, crowded late years. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.catalog.words import Codewords
from modelcards.values import format_size

YEARS = {2013: 0.3, 2014: 0.3, 2016: 0.5, 2017: 0.5, 2018: 2, 2019: 3, 2020: 5, 2021: 8}
YEARS |= {2022: 13, 2023: 40, 2024: 70, 2025: 90, 2026: 60}
"""How many series are of a year, in proportion."""
BILLIONS = (0.1, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 4, 7, 9, 13, 20, 27, 34, 40, 65, 70, 120, 180, 400)
SIZES = [int(billions * 10**9) for billions in BILLIONS]
DECODER = "decoder-only"
FAMILIES = {
    2013: {"embedding": 60, "recurrent": 40},
    2018: {"encoder-only": 45, "encoder-decoder": 15, DECODER: 30, "prefix-lm": 5, "recurrent": 5},
    2021: {"encoder-only": 15, "encoder-decoder": 22, DECODER: 57, "prefix-lm": 5, "recurrent": 1},
    2023: {"encoder-only": 6, "encoder-decoder": 3, DECODER: 87, "prefix-lm": 2, "recurrent": 2},
}
TUNINGS = {"instruction-tune": "Instruct", "finetune": "Tuned", "rlhf": "Chat", "distillation": "Mini"}
STAGES = {"instruction-tune": "instruction-tuned", "finetune": "finetuned", "rlhf": "rlhf", "distillation": "distilled"}
HOUSES, REMEMBERED = 60, 240


@dataclass(frozen=True)
class Made:
    """One model. ``parent`` is the slug of an older one; ``day`` is exact."""

    slug: str
    name: str
    day: date
    family: str
    house: str
    open_weights: bool | None
    parameters: int
    tokens: int
    stage: str = "base"
    parent: str = ""
    relation: str = ""


@dataclass
class _Series:
    """Models that differ in their size alone. ``made`` counts the series that came from it."""

    name: str
    house: str
    family: str
    day: date
    members: list[Made]
    made: int = 0


def field(cards: int, seed: int, series: int | None = None) -> list[Made]:
    """So many models, oldest first; the same for the same arguments.

    ``series`` is how many series of sizes they come in, a third of ``cards`` unless stated; at least one for each 21.
    """
    series = min(cards, max(series or cards // 3, -(-cards // len(SIZES))))
    chance = random.Random(f"{cards} {seed} {series}")
    grower = _Grower(chance, Codewords(4 * series, seed))
    found: list[Made] = []
    for number, day in enumerate(_days(chance, series)):
        left, to_come = cards - len(found), series - number
        least, most = left - (to_come - 1) * len(SIZES), left - to_come + 1
        size = left if to_come == 1 else min(most, max(least, _members(chance, left / to_come)))
        found += grower.grow(day, size)
    return found


def _days(chance: random.Random, count: int) -> list[date]:
    """When series appear: few at first, most of them in the last four years."""
    years = chance.choices(list(YEARS), list(YEARS.values()), k=count)
    return sorted(date(year, 1, 1) + timedelta(days=chance.randrange(300 if year == 2026 else 365)) for year in years)


def _members(chance: random.Random, mean: float) -> int:
    """How many sizes a series has: mostly few, at times three times the mean, one for each of ``SIZES`` at most."""
    return min(len(SIZES), 1 + int(chance.expovariate(1 / max(0.01, mean - 0.5))))


class _Grower:
    """Adds series in the order of time, each new, a successor, or made from one that was there."""

    def __init__(self, chance: random.Random, words: Codewords) -> None:
        self.chance, self.words = chance, words
        self.recent: list[_Series] = []
        self.number = 0

    def grow(self, day: date, size: int) -> list[Made]:
        """The models of one more series."""
        kind = self.chance.choices(["new", "successor", "tuned"], [3, 1.5, min(5.5, max(0, day.year - 2018))])[0]
        parent = None if kind == "new" else self._parent(tuned=kind == "tuned")
        found = self._from(parent, day, size, tuned=kind == "tuned") if parent else self._new(day, size)
        self.recent = [*self.recent[-REMEMBERED + 1 :], found]
        return found.members

    def _word(self) -> str:
        self.number += 1
        return self.words[self.number].capitalize()

    def _house(self) -> str:
        """Of sixty houses, by Zipf's law."""
        rank = self.chance.choices(range(HOUSES), [1 / (rank + 2) for rank in range(HOUSES)])[0]
        return f"{self.words[10_000 + rank].capitalize()} {('AI', 'Labs', 'Research', 'University')[rank % 4]}"

    def _parent(self, *, tuned: bool) -> _Series | None:
        """What others were made from is chosen more often; closed weights nobody tunes."""
        able = [one for one in self.recent if one.family != "embedding"]
        known = [one for one in able if one.members[0].open_weights or not tuned]
        weights = [(1 + one.made) ** 0.5 * (place + 1) for place, one in enumerate(known)]
        return self.chance.choices(known, weights)[0] if known else None

    def _new(self, day: date, size: int) -> _Series:
        since = max(year for year in FAMILIES if year <= day.year)
        family = self.chance.choices(list(FAMILIES[since]), list(FAMILIES[since].values()))[0]
        found = _Series(self._word(), self._house(), family, day, [])
        opened = self.chance.choices([True, False, None], [12, 6, 1])[0]
        found.members = [self._model(found, opened, parameters) for parameters in self._sizes(size)]
        return found

    def _from(self, parent: _Series, day: date, size: int, *, tuned: bool) -> _Series:
        """A successor by the same house, or something tuned by anybody, in the parent's own sizes where it has them."""
        parent.made += 1
        relation = self.chance.choice(list(TUNINGS)) if tuned else "successor"
        own = not tuned or self.chance.random() < 0.4
        name = f"{self._word()}-{TUNINGS[relation]}" if tuned else f"{parent.name.split('-')[0]}-{self._word()}"
        found = _Series(name, parent.house if own else self._house(), parent.family, day, [])
        for parameters in self._sizes(size):
            base = min(parent.members, key=lambda one: abs(one.parameters - parameters))
            found.members.append(self._model(found, base.open_weights, parameters, base, relation))
        return found

    def _sizes(self, count: int) -> list[int]:
        return sorted(self.chance.sample(SIZES, min(count, len(SIZES))))

    def _model(
        self, of: _Series, opened: bool | None, parameters: int, base: Made | None = None, relation: str = ""
    ) -> Made:
        size = format_size(parameters)
        return Made(
            slug=f"{of.name}-{size}".lower(),
            name=f"{of.name} {size}",
            day=of.day,
            family=of.family,
            house=of.house,
            open_weights=opened,
            parameters=parameters,
            tokens=parameters * self.chance.choice((20, 60, 200, 1000)),
            stage=STAGES.get(relation, "base"),
            parent=base.slug if base else "",
            relation=relation if base else "",
        )
