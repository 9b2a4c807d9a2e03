"""Values as people write them: sizes, release dates, yes and no. Pure functions, both ways."""

from __future__ import annotations

import datetime
import re

from django.utils.translation import gettext as _

UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "G": 10**9, "T": 10**12}
LARGEST = 2**63 - 1


def parse_size(text: str) -> int:
    """``"7B"``, ``"1.5T"``, ``"300M"`` or ``"7000000000"`` as a whole number; ValueError says what would be right."""
    match = re.fullmatch(r"([0-9][0-9_,]*(?:\.[0-9]+)?)\s*([KMBGT]?)", text.strip(), re.ASCII | re.IGNORECASE)
    if match is None or len(text) > 40:
        raise ValueError(_("not a number; write for example 300M, 7B, 1.5T or 7000000000"))
    whole, _point, fraction = match[1].replace(",", "").replace("_", "").partition(".")
    unit = UNITS[match[2].upper()]
    size = int(whole) * unit + (int(fraction) * unit // 10 ** len(fraction) if fraction else 0)
    if size > LARGEST:
        raise ValueError(_("too large a number"))
    return size


def format_size(size: int | None) -> str:
    """A whole number with three digits and a unit (``"6.74B"``); blank for None."""
    if size is None:
        return ""
    for unit, worth in (("T", 10**12), ("B", 10**9), ("M", 10**6), ("K", 10**3)):
        # From 999.5 on, three digits would round to a thousand: that is one of the next unit.
        if size >= 0.9995 * worth:
            return f"{size / worth:.3g}{unit}" if size < 999.5 * worth else f"{size / worth:.0f}{unit}"
    return str(size)


def parse_date(text: str) -> tuple[datetime.date, str]:
    """``2023-02-24``, ``2023-02`` or ``2023`` as the first day of the period and ``day``, ``month`` or ``year``."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text.strip(), re.ASCII)
    wrong = _("not a date; write 2023-02-24, or 2023-02 or 2023 where only that is known")
    if match is None:
        raise ValueError(wrong)
    year, month, day = match.groups()
    try:
        date = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError(wrong) from None
    return date, "day" if day else "month" if month else "year"


def iso_date(date: datetime.date | None, precision: str) -> str:
    """The date as far as it is known: ``2023-02-24``, ``2023-02`` or ``2023``; blank for None."""
    if date is None:
        return ""
    return date.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]


def last_day(date: datetime.date, precision: str) -> datetime.date:
    """The last day of the period that a date with this precision names."""
    if precision == "day":
        return date
    if precision == "year" or date.month == 12:
        return date.replace(month=12, day=31)
    return date.replace(month=date.month + 1) - datetime.timedelta(days=1)


def parse_yes_no(text: str) -> bool:
    """``yes``/``true``/``1``/``open`` and ``no``/``false``/``0``/``closed``; ValueError says what would be right."""
    word = text.strip().lower()
    if word in {"yes", "true", "1", "open"}:
        return True
    if word in {"no", "false", "0", "closed"}:
        return False
    raise ValueError(_("neither yes nor no"))


def parse_names(text: str) -> list[str]:
    """``"a; b"`` as its names in order, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def source_address(reference: str) -> str:
    """The https address of an arXiv number or of an address; blank for words."""
    text = reference.strip()
    if match := re.search(r"(?:^|arxiv:\s?)(\d{4}\.\d{4,5})(v\d+)?\b", text, re.ASCII | re.IGNORECASE):
        return f"https://arxiv.org/abs/{match[1]}"
    if re.fullmatch(r"https?://[^\s\"'<>]+", text):
        return text
    return ""


def source_name(reference: str) -> str:
    """How a reference is written on pages: a bare arXiv number gets its ``arXiv:``."""
    text = reference.strip()
    return f"arXiv:{text}" if re.fullmatch(r"\d{4}\.\d{4,5}(v\d+)?", text, re.ASCII) else text
