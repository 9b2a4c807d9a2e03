"""How values of the catalog are written on pages."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django import template
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from modelcards import taxonomy, values
from modelcards.confidence import CONFIDENCES
from modelcards.fields import FIELDS
from modelcards.languages import language_names
from modelcards.licences import licence_names
from modelcards.models import ModelCard

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

register = template.Library()

# The compared models' marks, in order of choice; the shape stays where the colour differs between light and dark.
MARKS = [
    '<circle cx="6" cy="6" r="5"/>',
    '<rect x="1.2" y="1.2" width="9.6" height="9.6"/>',
    '<path d="M6 .6 11.6 11H.4z"/>',
    '<path d="M6 0 12 6 6 12 0 6z"/>',
    '<path d="M6 11.4 .4 1h11.2z"/>',
    '<path d="M4 0h4v4h4v4H8v4H4V8H0V4h4z"/>',
    '<path d="M6 0 7.5 4.2 12 4.3 8.4 7 9.7 11.4 6 8.8 2.3 11.4 3.6 7 0 4.3 4.5 4.2z"/>',
    '<path d="M.8 .6h10.4L7 6l4.2 5.4H.8L5 6z"/>',
]


@register.filter
def size(number: int | None) -> str:
    """``6.74B``; blank where not known."""
    return values.format_size(number)


@register.filter
def released(card: ModelCard) -> str:
    """The release date as far as it is known: ``24 Feb 2023``, ``Jun 2023``, ``2023``; blank where not known."""
    return written_date(card.release_date, card.release_precision)


def written_date(date: datetime.date | None, precision: str) -> str:
    """A date in words, as far as it is known."""
    return format_date(date, {"day": "j M Y", "month": "M Y", "year": "Y"}[precision]) if date else ""


@register.filter
def ratio(card: ModelCard) -> str:
    """Training tokens per parameter, rounded; blank where one of them is not known. Few are not written as none."""
    return written_ratio(card.training_tokens, card.parameters)


def written_ratio(training_tokens: int | None, parameters: int | None) -> str:
    """As ``ratio``, of two numbers."""
    if not parameters or not training_tokens:
        return ""
    tokens = training_tokens / parameters
    if tokens < 0.01:
        return "<0.01"
    return f"{tokens:,.0f}" if tokens >= 10 else f"{tokens:.1f}" if tokens >= 1 else f"{tokens:.2f}"


@register.filter
def makers(card: ModelCard) -> str:
    """The organisations of a card."""
    return ", ".join(organisation.name for organisation in card.organisations.all())


@register.filter
def family_name(key: str) -> _StrOrPromise:
    """The name of an architecture family."""
    return taxonomy.FAMILIES[key].name if key in taxonomy.FAMILIES else key


@register.filter
def family_css(key: str) -> str:
    """The CSS class that carries a family's colours."""
    return taxonomy.FAMILIES[key].css if key in taxonomy.FAMILIES else "f-pre"


@register.filter
def term_name(key: str, vocabulary: str) -> _StrOrPromise:
    """The name of a wire key in one of the vocabularies ``objective``, ``attention``, ``stage`` and ``relation``."""
    terms = {
        "objective": taxonomy.OBJECTIVES,
        "attention": taxonomy.ATTENTION,
        "stage": taxonomy.STAGES,
        "relation": taxonomy.RELATIONS,
    }[vocabulary]
    return terms[key].name if key in terms else key


@register.filter
def licence_name(key: str) -> _StrOrPromise:
    """What the list of models calls a licence; one that is not known is called by its identifier."""
    return licence_names().get(key, key)


@register.filter
def language_name(code: str) -> _StrOrPromise:
    """The name of a language by its code."""
    return language_names().get(code, code)


@register.filter
def field_name(key: str) -> _StrOrPromise:
    """The name of a field of a card, or of its text, which is no fact."""
    if key == "card_text":
        return _("Card text")
    return FIELDS[key].name if key in FIELDS else key


@register.filter
def weights_name(opened: bool | None) -> str:
    """Whether the weights are open, in words."""
    return _("Open weights") if opened else _("Weights not stated") if opened is None else _("Closed weights")


@register.filter
def confidence_name(key: str) -> _StrOrPromise:
    """How sure a fact is, in one word."""
    return CONFIDENCES[key][0] if key in CONFIDENCES else key


@register.filter
def confidence_meaning(key: str) -> _StrOrPromise:
    """What that word means."""
    return CONFIDENCES[key][1] if key in CONFIDENCES else ""


@register.filter
def thousands(number: int) -> str:
    """``143,000``."""
    return f"{number:,}"


@register.simple_tag
def mark(position: int, pixels: int = 12) -> SafeString:
    """The mark of the compared model at this position (from 0)."""
    shape = mark_safe(MARKS[position % len(MARKS)])  # our own shapes
    number = position % len(MARKS) + 1
    return format_html(
        '<svg viewBox="0 0 12 12" width="{}" height="{}" fill="var(--m{})" aria-hidden="true">{}</svg>',
        pixels,
        pixels,
        number,
        shape,
    )
