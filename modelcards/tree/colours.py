"""The tokens of the branches: names of the stylesheet's colours, resolved in the page."""

from __future__ import annotations

from modelcards.tree.nodes import BEFORE

SHORT = {
    "encoder-only": "enc",
    "encoder-decoder": "encdec",
    "prefix-lm": "prefix",
    "decoder-only": "dec",
    BEFORE: "pre",
}


def fill_of(branch: str) -> str:
    """The token of a branch's fill."""
    return f"var(--fam-{SHORT[branch]})"


def ink_of(branch: str) -> str:
    """The token of a branch's colour for text on paper."""
    return f"var(--fam-{SHORT[branch]}-ink)"


def soft_of(branch: str) -> str:
    """The token of a branch's tint below ink."""
    return f"var(--fam-{SHORT[branch]}-soft)"
