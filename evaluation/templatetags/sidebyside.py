"""What models gave a choice, as cells of a row: a page has hundreds of them, too many for a loop of a template."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from evaluation.sidebyside.shown import Choice, Weighed
from modelcards.templatetags.catalog import mark

register = template.Library()


@register.simple_tag
def weighed_cells(choice: Choice) -> SafeString:
    """A cell for each model: its mark, the percentage, a bar, and whether it prefers the choice."""
    preferred = format_html('<span aria-hidden="true">▶</span><span class="vh">{}</span> ', _("preferred"))
    title = _("log-likelihood %s")
    return mark_safe("".join(_cell(one, preferred, title) for one in choice.weighed))  # parts are escaped


def _cell(one: Weighed, preferred: SafeString, title: str) -> SafeString:
    told = "" if one.loglikelihood is None else title % number_format(one.loglikelihood, 4)
    return format_html(
        '<td role="cell" class="num{}" title="{}"><span class="who">{}</span><span class="pc">{}{}</span>'
        '<span class="bar" aria-hidden="true"><i style="width:{}%;background:{}"></i></span></td>',
        " chosen" if one.chosen else "",
        told,
        model_mark(one.model.position, 10),
        preferred if one.chosen else "",
        "–" if one.percent is None else f"{one.percent} %",
        one.percent or 0,
        one.model.colour,
    )


@register.simple_tag
@lru_cache(maxsize=64)
def model_mark(position: int, pixels: int = 12) -> SafeString:
    """The mark of a compared model, made once."""
    return mark(position, pixels)
