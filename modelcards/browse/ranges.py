"""The ranges of the rail: two thumbs over a small histogram, and two fields for who would rather write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from modelcards.browse.listing import ENDS
from modelcards.filters import ModelFilters
from modelcards.histograms import WIDTH, Histogram

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

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
    """A range of the rail; ``scale`` is ``log`` or ``days`` (the numbers are then days of the calendar)."""

    key: str
    name: _StrOrPromise
    note: _StrOrPromise
    example: str
    scale: str
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


def ranges(filters: ModelFilters, drawings: dict[str, Histogram]) -> list[Range]:
    """The three ranges with histograms of the cards that match everything else."""
    shown = [
        ("parameters", _("Parameters"), _("log scale"), "7B", "log"),
        ("tokens", _("Training tokens"), _("log scale"), "1T", "log"),
        ("released", _("Released"), _("by date"), "2023-02", "days"),
    ]
    return [_range(filters, drawings[key], key, *rest) for key, *rest in shown]


def _range(
    filters: ModelFilters, drawing: Histogram, key: str, name: str, note: str, example: str, scale: str
) -> Range:
    low, high = ENDS[key]
    ends = (
        _end(filters, low, _("%(name)s from") % {"name": name}, drawing.low),
        _end(filters, high, _("%(name)s up to") % {"name": name}, drawing.high),
    )
    return Range(key, name, note, example, scale, ends, drawing, _path(drawing, True), _path(drawing, False))


def _end(filters: ModelFilters, key: str, label: str, place: float) -> End:
    return End(key, label, filters.raw.get(key, ""), filters.errors.get(key, []), round(place / WIDTH * STEPS))


def _path(drawing: Histogram, inside: bool) -> str:
    """The bars inside the chosen range, or those outside, as one path: one element, however many bars."""
    bars = (bar for bar in drawing.bars if bar.inside == inside)
    return "".join(f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z" for bar in bars)
