"""JSON in and out: the whole catalog, one card a line, so that any part of it can be read and written by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from modelcards.exchange.document import VERSION, read_document
from modelcards.exchange.item import Item, refusal
from modelcards.exchange.shapes import CardError, ReadCard
from modelcards.tables import RowError

HEAD = f'{{"format": "arboretum catalog", "version": {VERSION}, "cards": [\n'
TAIL = "\n]}\n"
FIRST_LINE = re.compile(rb'(?:\xef\xbb\xbf)?\{"format": "arboretum catalog", "version": (\d+), "cards": \[\s*')
LARGEST_LINE = 32 * 2**20
LARGEST_WHOLE = 64 * 2**20


def json_items(name: str, file: BinaryIO) -> Iterator[Item]:
    """The cards of a catalog that ``export_catalog`` wrote, line by line; any other JSON is read whole."""
    head = FIRST_LINE.fullmatch(file.readline(200))
    if head is None:
        file.seek(0)
        yield from _whole(name, file.read(LARGEST_WHOLE + 1))
    elif int(head[1]) != VERSION:
        said = {"found": int(head[1]), "known": VERSION}
        yield refusal(name, _("version %(found)d is not known; this program reads version %(known)d") % said)
    else:
        yield from _lines(name, file)


def json_line(document: dict[str, Any]) -> str:
    """One card as it stands in a line of the file."""
    return json.dumps(document, ensure_ascii=False, separators=(", ", ": "))


def _lines(name: str, file: BinaryIO) -> Iterator[Item]:
    number = 1
    while raw := file.readline(LARGEST_LINE + 1):
        number += 1
        if len(raw) > LARGEST_LINE:
            yield refusal(name, _("this line is longer than %(most)d MB") % {"most": LARGEST_LINE // 2**20}, number)
            while not raw.endswith(b"\n") and (raw := file.readline(LARGEST_LINE)):
                continue
        elif raw.strip() not in (b"", b"]}"):
            yield _item(name, number, raw.strip().removesuffix(b","))
    if number == 1:
        yield refusal(name, _("ends after its first line"), number)


def _item(name: str, line: int, raw: bytes) -> Item:
    return Item(name, lambda: _read(name, line, _parse(name, line, raw)))


def _read(name: str, line: int, found: Any) -> ReadCard:
    return read_document(found, file=name, line=line, origin="import: json")


def _whole(name: str, raw: bytes) -> Iterator[Item]:
    """The cards of a list, of a mapping with ``cards``, or of one card's mapping; lines are not known then."""
    if len(raw) > LARGEST_WHOLE:
        said = {"most": LARGEST_WHOLE // 2**20}
        yield refusal(name, _("is larger than %(most)d MB and not one card a line, as export_catalog writes it") % said)
        return
    try:
        found = _parse(name, 1, raw)
    except CardError as error:
        first = error.errors[0]
        yield refusal(name, first.reason, first.line)
        return
    cards = found.get("cards", [found]) if isinstance(found, dict) else found
    if not isinstance(cards, list):
        yield refusal(name, _("is not a list of cards, nor a mapping with “cards”"))
        return
    for number, card in enumerate(cards, start=1):
        yield Item(name, lambda number=number, card=card: _numbered(name, number, card))  # type: ignore[misc]


def _numbered(name: str, number: int, card: Any) -> ReadCard:
    return read_document(card, file=f"{name}#{number}", line=1, origin="import: json")


def _parse(name: str, line: int, raw: bytes) -> Any:
    """JSON with every key once and only finite numbers. Raises CardError with the line."""
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        reason, place = _("is not UTF-8 text; save the file as UTF-8"), raw[: error.start].count(b"\n")
    except json.JSONDecodeError as error:
        reason, place = _("is not JSON: %(why)s") % {"why": error.msg}, error.lineno - 1
    except RecursionError:
        reason, place = _("is nested too deeply"), 0
    except ValueError as error:
        reason, place = str(error), 0
    raise CardError([RowError(name, line + place, "", reason)])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(_("“%(key)s” is there twice; keep one") % {"key": twice[:60]})
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(_("%(word)s is not a number that JSON knows") % {"word": word})
