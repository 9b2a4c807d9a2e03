"""What the layout takes in: models with a date and a branch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

BRANCHES = ("encoder-only", "encoder-decoder", "prefix-lm", "decoder-only")
BEFORE = "before"
"""The branch of what is no Transformer: static embeddings and recurrent networks, drawn on the trunk."""
TUNED = frozenset({"finetune", "instruction-tune", "rlhf", "adapter", "distillation", "quantized", "merge"})
TRANSFORMER = date(2017, 6, 12)
"""When the branches fork: Vaswani et al., Attention Is All You Need (arXiv 1706.03762)."""

CHIP_HEIGHT = 20.0
BADGE = 21.0
"""Width of the two letters of the organisation, their margin included."""
LABEL_SIZE = 11.0
LABEL_LIMIT = 24
_NARROW, _WIDE = frozenset("iljtfrI.,-' 1"), frozenset("mwMWGOQ@")


def branch_of(architecture_family: str) -> str:
    """The branch on which a family is drawn; families that are no Transformer share the trunk."""
    return architecture_family if architecture_family in BRANCHES else BEFORE


def text_width(text: str, size: float = LABEL_SIZE) -> float:
    """Width of semibold text in units, rounded up over the usual system fonts, so that no browser is needed."""
    return sum(_advance(letter) for letter in text) * size / 1000


def _advance(letter: str) -> int:
    if ord(letter) > 0x2E7F:
        return 1000
    if letter in _NARROW:
        return 400
    if letter in _WIDE:
        return 860
    return 690 if letter.isupper() else 600


@dataclass(frozen=True)
class TreeModel:
    """A model as a row of the catalog states it. ``day`` is the middle of what is known of the date; None: unknown."""

    slug: str
    name: str
    day: date | None
    architecture_family: str
    open_weights: bool | None = None
    organisations: tuple[str, ...] = ()
    parents: tuple[tuple[str, str], ...] = ()
    stage: str = "base"
    parameters: int | None = None
    released: str = ""
    own: bool = False
    """Its weights lie on this site."""


@dataclass(frozen=True)
class Leaf:
    """A model as it is drawn: one chip, which may stand for a series of sizes."""

    slug: str
    label: str
    day: date
    branch: str
    open_weights: bool | None
    organisation: str
    parent: str | None = None
    relation: str = ""
    hangs: bool = False
    """Drawn on a twig of its parent, not of the family's stem."""
    members: tuple[str, ...] = ()
    model: TreeModel | None = None

    @property
    def width(self) -> float:
        """Width of the chip: badge, label and margins."""
        return float(math.ceil(text_width(self.label) + BADGE + 9))
