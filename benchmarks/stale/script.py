"""What the writers do: a script that says for every card and step what the card is then. Pure.

Each writer has a card of its own. Step by step it changes one property after another, every facet and every column that
can be sorted by, so that the state after step ``n`` is known to all processes without asking the database.
"""

from __future__ import annotations

from collections.abc import Mapping

# The values that each property goes through; blank takes it back. ``visibility`` and ``scores`` are no facts.
VALUES: Mapping[str, tuple[str, ...]] = {
    "name": ("Alder {n}", "Willow {n}"),
    "architecture_family": ("decoder-only", "encoder-only", ""),
    "objective": ("causal-lm", "masked-lm", ""),
    "attention": ("causal", "bidirectional"),
    "stage": ("base", "rlhf", ""),
    "parameters": ("1B", "100B", ""),
    "training_tokens": ("1T", "100T", ""),
    "release_date": ("2020-01-01", "2024-05-05", ""),
    "open_weights": ("yes", "no", ""),
    "licence_id": ("mit", "apache-2.0", ""),
    "licence": ("A licence", "Zero licence", ""),
    "organisation": ("Aspen Stale Labs", "Yew Stale Labs", ""),
    "languages": ("", "fr", "sw"),
    "modality": ("text", "text; image", ""),
    "relation": ("finetune", "quantized", ""),
    "visibility": ("public", "internal"),
    "scores": ("no", "yes"),
    "text": ("first words birchword", "other words rowanword"),
}
PROPERTIES = tuple(VALUES)


def anchor(writer: int) -> str:
    """The language that the writer's card alone has, at every step."""
    return f"qq{chr(97 + writer)}"


def word(writer: int) -> str:
    """A word that the writer's card alone has, at every step, and that no other is nearly like."""
    return ("zephyranthes", "quicksilver", "thunderhead", "marzipan")[writer]


def change(step: int) -> str:
    """Which property the step changes. Step 0 made the card."""
    return PROPERTIES[(step - 1) % len(PROPERTIES)]


def state(writer: int, step: int) -> dict[str, str]:
    """Every property of the writer's card after a step."""
    found = {}
    for place, (name, values) in enumerate(VALUES.items()):
        turns = (step + len(PROPERTIES) - 1 - place) // len(PROPERTIES)
        found[name] = values[turns % len(values)].format(n=writer)
    return found
