"""``{% facts lines %}`` and ``{% branches … %}``: the many rows of a card's page (``modelcards/cardrows.py``)."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from modelcards.cardfacts import FactLine, exact_size, written_value
from modelcards.cardreads import makers_of
from modelcards.cardrows import branch_rows, fact_rows
from modelcards.lineages import Branch
from modelcards.models import ModelCard

register = template.Library()


@register.simple_tag(takes_context=True)
def facts(context: template.Context, lines: Sequence[FactLine]) -> SafeString:
    """The lines of facts with their sources, and what other sources state below them."""

    def others(line: FactLine) -> str:
        with context.push(line=line):
            found = get_template("modelcards/card_others.html").template  # type: ignore[attr-defined]  # Django's own
            return str(found.render(context))

    return fact_rows(lines, others)


@register.filter
def organisations_of(card: ModelCard) -> list[tuple[str, str]]:
    """Slug and name of the card's organisations."""
    return makers_of(card.pk)


@register.simple_tag
def branches(found: Sequence[Branch], related: bool) -> SafeString:
    """The cards of a lineage as list items."""
    return branch_rows(found, related=related)


@register.filter
def stated(value: str, field: str) -> str:
    """A field's value as people read it; a number with its last digit, so that two that look alike are told apart."""
    words, exact = str(written_value(field, value)) if value else "", exact_size(field, value)
    return f"{words} ({exact})" if exact and exact != words else words
