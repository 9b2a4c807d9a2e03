"""Wire keys of the catalog's vocabulary.

The one place that holds every architecture family, objective, attention pattern, stage and relation.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One word of the vocabulary: its wire key, its name on pages, and what a reader should know of it."""

    key: str
    name: str
    explanation: str
    source: str
