"""The catalog's nouns. Declarative only: named reads are in ``querysets``, writes in ``actions``."""

from modelcards.models.card import (
    CardChange,
    Checkpoint,
    Fact,
    FormerSlug,
    Lineage,
    ModelCard,
    Publication,
    Withdrawal,
)
from modelcards.models.changelog import ChangeCounter, ChangeMark
from modelcards.models.exchange import AwaitedCard, CardImport, CardImportLine, Upload, UploadLine
from modelcards.models.names import Language, Modality, Organisation
from modelcards.models.search import SavedSearch

__all__ = [
    "AwaitedCard",
    "CardChange",
    "CardImport",
    "CardImportLine",
    "ChangeCounter",
    "ChangeMark",
    "Checkpoint",
    "Fact",
    "FormerSlug",
    "Language",
    "Lineage",
    "Modality",
    "ModelCard",
    "Organisation",
    "Publication",
    "SavedSearch",
    "Upload",
    "UploadLine",
    "Withdrawal",
]
