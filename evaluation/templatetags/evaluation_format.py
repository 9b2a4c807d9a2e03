"""How evaluation writes times, sizes, states and numbers on its pages."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evaluation.views.logs import log_lines

register = template.Library()
register.filter("log_lines", log_lines)

# Never by hue alone: each state has a sign and a word.
SIGNS = {
    "done": "✓",
    "reuse": "✓",
    "running": "◔",
    "failed": "!",
    "refused": "!",
    "queued": "○",
    "run": "○",
    "wait": "…",
    "cancelled": "–",
}
# A page of an evaluation writes a thousand of them: each looks up its own word alone.
WORDS = {
    "done": gettext_lazy("done"),
    "running": gettext_lazy("running"),
    "failed": gettext_lazy("failed"),
    "queued": gettext_lazy("queued"),
    "cancelled": gettext_lazy("cancelled"),
    "run": gettext_lazy("would run"),
    "wait": gettext_lazy("would wait"),
    "reuse": gettext_lazy("reused"),
    "refused": gettext_lazy("refused"),
}


@register.filter
def sign(state: str) -> str:
    """The sign of a state: done, running, failed, queued, cancelled, or a verdict of a plan."""
    return SIGNS.get(state, "?")


@register.filter
def state_word(state: str) -> str:
    """The word of a state, in the reader's language."""
    return str(WORDS.get(state, state))


@register.filter
def phase_word(phase: str) -> str:
    """What a runner does at the moment, in the reader's language."""
    return {
        "loading": _("loading the checkpoint"),
        "tasks": _("reading the tasks"),
        "requests": _("building requests"),
        "scoring": _("scoring"),
        "metrics": _("computing metrics"),
        "finished": _("finishing"),
    }.get(phase, phase)


@register.filter
def of_hundred(fraction: float | None) -> str:
    """A part of one as a percentage without decimals: ``93 %``; blank when not known."""
    return "" if fraction is None else f"{round(100 * fraction)} %"


@register.filter
def how_word(how: str) -> str:
    """How an attempt of a run ended, in a word or two: a state of the run, or that it went back to the queue."""
    return {"queued": _("given back"), "hidden": _("work that you may not see")}.get(how) or state_word(how)


@register.filter
def state_class(state: str) -> str:
    """The style class of a state; plans borrow the look of what they would become."""
    return {"run": "queued", "wait": "queued", "reuse": "done", "refused": "failed"}.get(state, state)


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds in words that fit their precision: ``8 s``, ``34 min``, ``2 h 5 min``; blank when not known."""
    if seconds is None:
        return ""
    seconds = 1 if 0 < seconds < 1 else max(0, round(seconds))
    if seconds < 90:
        return _("%(n)d s") % {"n": seconds}
    minutes = round(seconds / 60)
    if minutes < 90:
        return _("%(n)d min") % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes} if minutes else _("%(h)d h") % {"h": hours}
    days = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def size(amount: int | None) -> str:
    """Bytes in binary units: ``7.6 GiB``; blank when not known."""
    if amount is None:
        return ""
    value, units = float(amount), ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.0f} {units[0]}" if value >= 100 or units[0] == "B" else f"{value:.1f} {units[0]}"


@register.filter
def compact(amount: int | None) -> str:
    """A count as the field writes it: ``1.1M``, ``235M``, ``1.5T``; blank when not known."""
    if amount is None:
        return ""
    for power, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        if amount >= power:
            return f"{amount / power:.3g}{unit}"
    return str(amount)


@register.filter
def score(value: float | None) -> str:
    """A metric's value with four decimals, fewer where the number is large; a word where it is not a number."""
    if value is None:
        return _("not a number")
    return f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}"


@register.filter
def shown(value: Any) -> str:
    """A setting as a reader writes it: yes and no, lists with commas, ``none`` for what is not set."""
    if value is None or value == "" or value == {} or value == []:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or None."""
    return mapping.get(key) if mapping else None


@register.filter
def breakable(name: str) -> str:
    """A long name that may break after each underscore."""
    return mark_safe(conditional_escape(name).replace("_", "_<wbr>"))
