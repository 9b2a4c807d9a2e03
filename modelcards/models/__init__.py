"""The catalog's nouns. Declarative only: named reads are in ``querysets``, writes in ``actions``."""

from modelcards.models.card import CardChange, Checkpoint, Fact, Lineage, ModelCard, Publication
from modelcards.models.names import Language, Modality, Organisation

__all__ = [
    "CardChange",
    "Checkpoint",
    "Fact",
    "Language",
    "Lineage",
    "Modality",
    "ModelCard",
    "Organisation",
    "Publication",
]
