"""The only writers of the catalog. One action, one file."""

from modelcards.actions.cards_load import cards_load, claims_load
from modelcards.actions.checkpoints_load import checkpoints_load
from modelcards.actions.counts import Loaded

__all__ = ["Loaded", "cards_load", "checkpoints_load", "claims_load"]
