"""Numbers as people write them on cards: ``11B``, ``1.4T``, ``~6.7e9``, ``175 billion``, ``20.0 ± 1.2``, ``85 %``."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from modelcards.values import LARGEST

WORDS = {
    "": 1, "k": 10**3, "thousand": 10**3, "m": 10**6, "mio": 10**6, "million": 10**6, "b": 10**9, "bn": 10**9,
    "g": 10**9, "billion": 10**9, "t": 10**12, "trillion": 10**12,
}  # fmt: skip
SIZE = re.compile(
    r"(?:~|≈|ca\.?|about|approx\.?)?\s*([0-9][0-9,_]*(?:\.[0-9]+)?(?:e\+?[0-9]{1,2})?)\s*([a-z]*)"
    r"(?:\s+(?:parameters|params|tokens))?",
    re.ASCII | re.IGNORECASE,
)
RESULT = re.compile(
    r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?)\s*(%?)\s*(?:(?:±|\+/-)[^%]*)?(%?)\s*", re.I
)


def size(value: Any) -> int:
    """A whole number out of a number or a text; ValueError says what would be right."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(_("not a number; write for example 7000000000, 11B, 1.4T or 6.7e9"))
    text = repr(value) if isinstance(value, float) else str(value).strip()
    match = SIZE.fullmatch(text) if len(text) <= 60 else None
    unit = WORDS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise ValueError(_("not a number; write for example 7000000000, 11B, 1.4T or 6.7e9"))
    number = int(Decimal(match[1].replace(",", "").replace("_", "")) * unit)
    if not 1 <= number <= LARGEST:
        raise ValueError(_("must lie between 1 and %(most)d") % {"most": LARGEST})
    return number


def result(value: Any) -> tuple[Decimal, bool]:
    """A score's value, and whether it says itself that it is a percentage; ValueError where it is no number."""
    wrong = _("not a number; write for example 0.761")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(wrong)
    if not isinstance(value, str):
        return _finite(Decimal(value) if isinstance(value, int) else Decimal(repr(value))), False
    match = RESULT.fullmatch(value) if len(value) <= 60 else None
    if match is None:
        raise ValueError(wrong)
    try:
        return _finite(Decimal(match[1])), bool(match[2] or match[3])
    except InvalidOperation:
        raise ValueError(wrong) from None


def _finite(number: Decimal) -> Decimal:
    """The number, if the catalog's numbers reach so far; else ValueError."""
    if not math.isfinite(float(number)):
        raise ValueError(_("not a finite number"))
    return number
