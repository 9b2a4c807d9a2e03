"""Models of the shipped facts, and made-up ones."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import modelcards
from modelcards.tree.nodes import TreeModel
from modelcards.tree.reads import middle
from modelcards.values import parse_date

DATA = Path(modelcards.__file__).parent / "data" / "models.csv"
FAMILIES = ("encoder-only", "encoder-decoder", "prefix-lm", "decoder-only", "recurrent")


def model(slug: str, day: date | None = date(2021, 5, 1), **fields: Any) -> TreeModel:
    """A decoder-only model of nobody."""
    values = {"name": slug, "architecture_family": "decoder-only", "open_weights": True, "organisations": ("Lab",)}
    return TreeModel(slug=slug, day=day, **{**values, **fields})


@cache
def shipped() -> tuple[TreeModel, ...]:
    """The models of the shipped file of facts."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(_shipped(row) for row in rows)


def _shipped(row: dict[str, str]) -> TreeModel:
    return TreeModel(
        slug=row["slug"],
        name=row["name"],
        day=middle(*parse_date(row["release_date"])),
        architecture_family=row["architecture_family"],
        open_weights={"yes": True, "no": False}.get(row["open_weights"]),
        organisations=tuple(name.strip() for name in row["organisation"].split(";")),
        parents=((row["base_model"], row["relation"]),) if row["base_model"] else (),
        parameters=int(row["parameters"]) if row["parameters"] else None,
        released=row["release_date"],
    )


def invented(count: int, seed: int) -> list[TreeModel]:
    """A random catalog: crowded days, long and short names, lineage that now and then runs backward in time."""
    chance = random.Random(seed)
    found: list[TreeModel] = []
    for number in range(count):
        parents: tuple[tuple[str, str], ...] = ()
        if found and chance.random() < 0.5:
            parents = ((chance.choice(found).slug, chance.choice(["finetune", "successor", "rlhf"])),)
        found.append(
            model(
                f"m{number}",
                date(2018, 1, 1) + timedelta(days=int(1900 * chance.random() ** 0.5)),
                name=f"Model {number}" + "x" * chance.randrange(9),
                architecture_family=chance.choice(FAMILIES),
                organisations=(chance.choice(["Lab", "House", "Firm"]),),
                open_weights=chance.choice([True, False, None]),
                parents=parents,
            )
        )
    return found
