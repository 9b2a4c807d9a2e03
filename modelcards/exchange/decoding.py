"""Bytes of a card as text, or the line at which they are none."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from modelcards.exchange.shapes import CardError
from modelcards.tables import RowError


def largest_card() -> int:
    """How many bytes a card may have."""
    return int(settings.HUB_IMPORT_CARD_MB) * 2**20


def too_large(file: str, size: int | None = None) -> CardError:
    """That a card is larger than this site takes."""
    said = {"most": settings.HUB_IMPORT_CARD_MB, "size": f"{(size or 0) / 2**20:.0f}"}
    reason = _("is larger than %(most)d MB, the most that a card may have here") % said
    return CardError([RowError(file, 1, "", reason)])


def decode(raw: bytes, file: str) -> str:
    """UTF-8 text with plain line ends and without a byte order mark. Raises CardError."""
    if len(raw) > largest_card():
        raise too_large(file, len(raw))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CardError([RowError(file, line, "", _("is not UTF-8 text; save the file as UTF-8"))]) from None
    return check_text(text.replace("\r\n", "\n").replace("\r", "\n"), file)


def check_text(text: str, file: str, line: int = 1) -> str:
    """The text, if a database can hold it. Raises CardError for NUL and for halves of surrogate pairs."""
    for wrong in ("\x00", *(() if text.isascii() else _surrogates(text))):
        if wrong in text:
            where = line + text[: text.index(wrong)].count("\n")
            raise CardError([RowError(file, where, "", _("holds a character that is none (NUL or half a pair)"))])
    return text


def _surrogates(text: str) -> list[str]:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return [text[error.start]]
    return []
