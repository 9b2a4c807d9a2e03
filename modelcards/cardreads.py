"""What a card's page reads of one card by its key, as prepared questions.

Only for a card that was found for its reader: facts, weights and changes of a card are seen by whoever sees the card.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS

from modelcards.history import ReadChange, without_texts
from modelcards.models import CardChange, Checkpoint, Fact, Organisation, Withdrawal
from modelcards.prepared import Prepared

CHANGES = 4
_FACT = [field.attname for field in Fact._meta.concrete_fields]
_CHECKPOINT = [field.attname for field in Checkpoint._meta.concrete_fields]
_CHANGE = ("pk", "by", "at", "was", "now")

_facts = Prepared(lambda pk: Fact.objects.filter(card=pk).values_list(*_FACT))
_withdrawals = Prepared(lambda pk: Withdrawal.objects.filter(card=pk).values_list("field", "by"))
_checkpoints = Prepared(lambda pk: Checkpoint.objects.filter(card=pk).values_list(*_CHECKPOINT))
_makers = Prepared(lambda pk: Organisation.objects.filter(cards=pk).values_list("slug", "name"))
_changes = Prepared(lambda pk: without_texts(CardChange.objects.filter(card=pk)).values_list(*_CHANGE)[:CHANGES])


def facts_of(card: int) -> list[Fact]:
    """All facts of a card, by field and the chosen one first."""
    return [Fact.from_db(DEFAULT_DB_ALIAS, _FACT, row) for row in _facts.rows(card)]


def withdrawals_of(card: int) -> dict[str, str]:
    """Field to the person who took its value back."""
    return dict(_withdrawals.rows(card))


def checkpoints_of(card: int) -> list[Checkpoint]:
    """All weights of a card."""
    return [Checkpoint.from_db(DEFAULT_DB_ALIAS, _CHECKPOINT, row) for row in _checkpoints.rows(card)]


def makers_of(card: int) -> list[tuple[str, str]]:
    """Slug and name of the organisations of a card, by name."""
    return _makers.rows(card)


def last_changes(card: int) -> list[ReadChange]:
    """The newest changes of a card, newest first."""
    return [ReadChange(*row) for row in _changes.rows(card)]
