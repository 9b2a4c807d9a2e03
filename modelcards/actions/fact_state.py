"""A person enters a fact, or chooses among the facts that sources state."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from modelcards import values
from modelcards.actions.apply_edit import choose
from modelcards.actions.noting import locked, noted
from modelcards.actions.permission import require_change
from modelcards.actions.projection import project
from modelcards.fields import FIELDS
from modelcards.models import Fact, ModelCard


class FactError(ValueError):
    """A fact that cannot be stored: the field and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@transaction.atomic
def fact_state(*, user: User, card: ModelCard, field: str, value: str, source: str) -> Fact:
    """Enter what a source says of a field, and choose it. Raises NotAllowed and FactError."""
    require_change(user, card)
    if field not in FIELDS:
        raise FactError(field, _("not known; one of: %(keys)s") % {"keys": ", ".join(FIELDS)})
    value, source = value.strip(), source.strip()
    if not value or not source or len(source) > 300:
        raise FactError(field, _("give a value and its source (at most 300 characters)"))
    try:
        FIELDS[field].read(value)
    except ValueError as error:
        raise FactError(field, str(error)) from None
    locked(card)
    fact, _created = Fact.objects.get_or_create(
        card=card,
        field=field,
        source=source,
        value=value,
        defaults={"confidence": "unchecked", "citation": values.source_address(source)},
    )
    return fact_choose(user=user, fact=fact)


@transaction.atomic
def fact_choose(*, user: User, fact: Fact) -> Fact:
    """Make this the chosen fact of its field. It stays chosen when the catalog is loaded again."""
    card = locked(fact.card)
    require_change(user, card)
    with noted(user, card):
        choose(user, fact)
        project([card.pk], [fact.field])
    return fact
