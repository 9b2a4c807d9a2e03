"""The ranges of the rail: two thumbs over a small histogram, and two fields for who would rather write.

Markup is put together by hand, as that of the facets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from modelcards.browse.listing import ENDS
from modelcards.filters import ModelFilters
from modelcards.histograms import WIDTH, Histogram

STEPS = 1000  # positions of a thumb from one edge to the other


@dataclass(frozen=True)
class End:
    """One end of a range: its key in the address, what it is, what is written there, its faults, its thumb's place."""

    key: str
    label: str
    text: str
    errors: list[str]
    place: int


@dataclass(frozen=True)
class Range:
    """A range of the rail; ``scale`` is ``log`` or ``days`` (the numbers are then days of the calendar), ``blank``
    what an open end is called."""

    key: str
    name: str
    note: str
    scale: str
    blank: str
    ends: tuple[End, End]
    drawing: Histogram
    bars: str
    dim: str

    @property
    def errors(self) -> list[str]:
        """What is wrong with either end."""
        return [*self.ends[0].errors, *self.ends[1].errors]

    @property
    def width(self) -> float:
        """Whether there is anything to choose between."""
        return self.drawing.end - self.drawing.start

    @property
    def markup(self) -> SafeString:
        """The range as it stands in the rail."""
        drawing, thumbs = self.drawing, "".join(map(self._thumb, self.ends)) if self.width else ""
        wrong = "".join(f"{escape(reason)} " for reason in self.errors)
        told = f'<p class="wrong" id="e-{self.key}">{wrong}</p>' if wrong else ""
        return SafeString(
            f'<fieldset class="facet range" data-range="{self.scale}" data-start="{drawing.start}" '
            f'data-end="{drawing.end}"><legend>{escape(self.name)} <span>{escape(self.note)}</span></legend>\n'
            '<div class="slider2"><svg viewBox="0 0 220 37" preserveAspectRatio="none" aria-hidden="true">'
            f'<path class="out" d="{self.dim}"/><path class="in-range" d="{self.bars}"/>'
            f'<path class="track" d="M0 36H220"/><path class="span" d="M{drawing.low} 36H{drawing.high}"/></svg>\n'
            f'{thumbs}</div>\n<div class="ends">{self._field(self.ends[0])}<span aria-hidden="true">–</span>'
            f"{self._field(self.ends[1])}</div>\n{told}\n</fieldset>"
        )

    def _thumb(self, end: End) -> str:
        return (
            f'<input class="thumb scripted" type="range" id="s-{end.key}" min="0" max="{STEPS}" step="5" '
            f'value="{end.place}" data-for="f-{end.key}" aria-label="{escape(end.label)}" '
            f'aria-valuetext="{escape(end.text or self.blank)}">'
        )

    def _field(self, end: End) -> str:
        wrong = f' aria-invalid="true" aria-describedby="e-{self.key}"' if end.errors else ""
        return (
            f'<input class="in filter" id="f-{end.key}" name="{end.key}" value="{escape(end.text)}" maxlength="40" '
            f'placeholder="{escape(self.blank)}" aria-label="{escape(end.label)}"{wrong}>'
        )


@dataclass(frozen=True)
class Words:
    """What a range is called, its scale in words, its two ends, and an open end."""

    name: str
    note: str
    labels: tuple[str, str]
    blank: str


SCALES = {"parameters": "log", "tokens": "log", "released": "days"}


def ranges(filters: ModelFilters, drawings: dict[str, Histogram]) -> list[Range]:
    """The three ranges with histograms of the cards that match everything else."""
    words = _words(get_language())
    return [_range(filters, drawings[key], key, words[key]) for key in SCALES]


@lru_cache(maxsize=16)
def _words(language: str | None) -> dict[str, Words]:
    names = {
        "parameters": (_("Parameters"), _("log scale")),
        "tokens": (_("Training tokens"), _("log scale")),
        "released": (_("Released"), _("by date")),
    }
    return {
        key: Words(name, note, (_("%(name)s from") % {"name": name}, _("%(name)s up to") % {"name": name}), _("any"))
        for key, (name, note) in names.items()
    }


def _range(filters: ModelFilters, drawing: Histogram, key: str, words: Words) -> Range:
    (low, high), (from_, up_to) = ENDS[key], words.labels
    ends = _end(filters, low, from_, drawing.low), _end(filters, high, up_to, drawing.high)
    bars, dim = _path(drawing, True), _path(drawing, False)
    return Range(key, words.name, words.note, SCALES[key], words.blank, ends, drawing, bars, dim)


def _end(filters: ModelFilters, key: str, label: str, place: float) -> End:
    return End(key, label, filters.raw.get(key, ""), filters.errors.get(key, []), round(place / WIDTH * STEPS))


def _path(drawing: Histogram, inside: bool) -> str:
    """The bars inside the chosen range, or those outside, as one path: one element, however many bars."""
    bars = (bar for bar in drawing.bars if bar.inside == inside)
    return "".join(f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z" for bar in bars)
