"""How the score panels of a card write numbers, places on the axis and sources."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evaluation.cardscores import FRACTIONS, Line, Value
from evaluation.models import Score
from modelcards.values import source_address

register = template.Library()


@register.filter
def percent(fraction: float) -> str:
    """A place on the axis from 0 to 1, as CSS writes it."""
    return f"{min(1.0, max(0.0, fraction)):.2%}"


@register.filter
def spread(of: Line | Value) -> str:
    """How long the stroke between the ends is, as CSS writes it."""
    return percent((of.high or 0) - (of.low or 0))


@register.filter
def fraction(value: float) -> str:
    """A score with three decimals."""
    return f"{value:.3f}"


@register.filter
def shown_value(score: Score) -> str:
    """A score's value: fractions with three decimals, others with four digits."""
    return f"{score.value:.3f}" if score.metric in FRACTIONS or abs(score.value) < 1 else f"{score.value:.4g}"


@register.filter
def ticks(places: str) -> list[tuple[str, str]]:
    """``"0 0.5 1"`` as places on the axis with their names."""
    return [(percent(float(place)), place) for place in places.split()]


@register.filter
def address(source: str) -> SafeString:
    """A source in words, linked where it names an address or an arXiv number."""
    url = source_address(source)
    return format_html('<a href="{}" rel="noreferrer">{}</a>', url, source) if url else format_html("{}", source)
