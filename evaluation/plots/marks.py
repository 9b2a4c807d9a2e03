"""Marks of a point: colour by architecture family, shape by stage, size by parameters, filling by origin. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from evaluation.models import Origin
from modelcards.taxonomy import FAMILIES, STAGES

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

COLOURS = {"f-dec": "dec", "f-enc": "enc", "f-encdec": "encdec", "f-prefix": "prefix", "f-pre": "pre"}
SMALLEST, LARGEST, UNKNOWN = 8.0, 20.0, 9.0


@dataclass(frozen=True)
class Shape:
    """plotly's name of a shape, and the same as a path in a square of 12 units."""

    symbol: str
    path: str


SHAPES = {
    "base": Shape("circle", "M6 1a5 5 0 1 0 .01 0z"),
    "finetuned": Shape("square", "M1.5 1.5h9v9h-9z"),
    "instruction-tuned": Shape("triangle-up", "M6 .8 11.4 10.6H.6z"),
    "rlhf": Shape("diamond", "M6 .2 11.8 6 6 11.8.2 6z"),
    "adapter": Shape("triangle-down", "M6 11.2.6 1.4h10.8z"),
    "quantized": Shape("cross", "M4.2.6h3.6v3.6h3.6v3.6H7.8v3.6H4.2V7.8H.6V4.2h3.6z"),
    "distilled": Shape("pentagon", "M6 .6 11.4 4.6 9.4 11H2.6L.6 4.6z"),
    "merged": Shape("hexagon", "M3.2 1h5.6L11.6 6 8.8 11H3.2L.4 6z"),
}
NO_STAGE = Shape("star-square", "M6 3.6 11 1 8.4 6 11 11 6 8.4 1 11 3.6 6 1 1z")
# A filled mark was measured here; the hollow ones come from elsewhere.
FILLINGS = {Origin.MEASURED: "", Origin.IMPORTED: "-open-dot", Origin.PUBLISHED: "-open"}
DASHES = {Origin.MEASURED: "solid", Origin.IMPORTED: "dash", Origin.PUBLISHED: "dot"}
ORIGIN_NAMES: dict[str, _StrOrPromise] = {
    Origin.MEASURED: _("measured"),
    Origin.IMPORTED: _("imported"),
    Origin.PUBLISHED: _("published"),
}


def colour(family: str) -> str:
    """The token of a family's colour; of one that is not stated that of what came before."""
    known = FAMILIES.get(family)
    return f"var(--fam-{COLOURS[known.css] if known else 'pre'})"


def family_name(family: str) -> str:
    """Its name on pages."""
    return str(FAMILIES[family].name) if family in FAMILIES else str(_("Family not stated"))


def shape(stage: str) -> Shape:
    """The shape of a stage."""
    return SHAPES.get(stage, NO_STAGE)


def stage_name(stage: str) -> str:
    """Its name on pages."""
    return str(STAGES[stage].name) if stage in STAGES else str(_("Stage not stated"))


def symbol(stage: str, origin: str) -> str:
    """plotly's symbol: the stage's shape, filled as the origin is told."""
    return shape(stage).symbol + FILLINGS[Origin(origin)]


def diameter(parameters: int | None) -> float:
    """Pixels: 8 for ten million parameters and less, growing with their logarithm to 20 for a trillion."""
    if not parameters:
        return UNKNOWN
    share = (math.log10(parameters) - 7) / 5
    return round(SMALLEST + (LARGEST - SMALLEST) * min(1.0, max(0.0, share)), 1)
