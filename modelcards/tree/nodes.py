"""What the layout takes in: models with a date and a branch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from modelcards.tree import advances

BRANCHES = ("encoder-only", "encoder-decoder", "prefix-lm", "decoder-only")
BEFORE = "before"
"""The branch of what is no Transformer: static embeddings and recurrent networks, drawn on the trunk."""
TRUNK = frozenset({"embedding", "recurrent"})
"""The families of the trunk."""
TUNED = frozenset({"finetune", "instruction-tune", "rlhf", "adapter", "distillation", "quantized", "merge"})
TRANSFORMER = date(2017, 6, 12)
"""When the branches fork: Vaswani et al., Attention Is All You Need (arXiv 1706.03762)."""

CHIP_HEIGHT = 20.0
BADGE = 21.0
"""Width of the two letters of the organisation, their margin included."""
LABEL_SIZE, TALLY_SIZE = 11.0, 9.6
"""Sizes of the name on a chip, and of the number of models behind it."""


def branch_of(architecture_family: str) -> str:
    """The branch on which a family is drawn; the two before the Transformer share the trunk. Blank: on none."""
    if architecture_family in TRUNK:
        return BEFORE
    return architecture_family if architecture_family in BRANCHES else ""


def text_width(text: str, size: float = LABEL_SIZE) -> float:
    """Width of semibold text in units, rounded up over the site's fonts, so that no browser is needed."""
    return advances.text_width(text, size)


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
    pk: int = 0
    training_tokens: int | None = None


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
    early: bool = False
    """Older than a model that it was made from: one of the two dates is wrong, or it was published late."""
    others: tuple[tuple[str, str], ...] = ()
    """Further models with a chip that it was made from, and how: those on whose twig it does not hang."""
    scale: float = 1.0
    """Size of the chip, 0.85 to 1.35, by the logarithm of the parameters where the reader asked for it."""
    series: str = ""
    """The word of the address that opens the chip; blank where it stands for one model."""

    @cached_property
    def width(self) -> float:
        """Width of the chip: badge, label, number of models and margins."""
        return float(math.ceil((text_width(self.label) + BADGE + 9 + self.tally_width) * self.scale))

    @property
    def tally(self) -> str:
        """How many models a series has, as it stands behind the label; blank for one model."""
        return f"×{len(self.members)}" if len(self.members) > 1 else ""

    @property
    def tally_width(self) -> float:
        """Room for the tally, of a chip in its plain size."""
        return text_width(self.tally, TALLY_SIZE) + 3 if self.tally else 0.0

    @property
    def height(self) -> float:
        """Height of the chip."""
        return CHIP_HEIGHT * self.scale
