"""The only writers of the catalog. One action, one file."""

from modelcards.actions.card_archive import card_archive, card_restore
from modelcards.actions.card_check import card_check
from modelcards.actions.card_create import card_create
from modelcards.actions.card_edit import card_edit
from modelcards.actions.card_rename import card_rename
from modelcards.actions.card_revert import card_revert
from modelcards.actions.card_share import card_share
from modelcards.actions.cards_load import cards_load, claims_load
from modelcards.actions.checkpoints_load import checkpoints_load
from modelcards.actions.counts import Loaded
from modelcards.actions.fact_state import FactError, fact_choose, fact_state
from modelcards.actions.permission import NotAllowed
from modelcards.actions.search_change import search_delete, search_rename
from modelcards.actions.search_save import SearchError, SearchNameTakenError, search_save
from modelcards.actions.searches_ship import searches_ship

__all__ = [
    "FactError",
    "Loaded",
    "NotAllowed",
    "SearchError",
    "SearchNameTakenError",
    "card_archive",
    "card_check",
    "card_create",
    "card_edit",
    "card_rename",
    "card_restore",
    "card_revert",
    "card_share",
    "cards_load",
    "checkpoints_load",
    "claims_load",
    "fact_choose",
    "fact_state",
    "search_delete",
    "search_rename",
    "search_save",
    "searches_ship",
]
