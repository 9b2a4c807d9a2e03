"""JSON of strangers: bounded in size, strict about what JSON is, and every error with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from evaluation.results.shapes import ResultsError, wrong

DEEPEST = 60


class NotANumber:
    """NaN or an infinity, which JSON does not know and lm-eval writes; kept until its place is known."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def read_bounded(file: BinaryIO, name: str, most: int) -> bytes:
    """All bytes, unless there are more than ``most``: then the reading stops there. Raises ResultsError."""
    raw = file.read(most + 1)
    if len(raw) > most:
        raise too_large(name, most)
    return raw


def too_large(name: str, most: int) -> ResultsError:
    """That a file is larger than this site takes."""
    said = {"most": most // 2**20}
    return wrong(name, _("is larger than %(most)d MB, the most that such a file may have here") % said)


def largest_results() -> int:
    """Bytes that a results file may have."""
    return int(settings.HUB_RESULTS_FILE_MB) * 2**20


def largest_samples() -> int:
    """Bytes that a samples file may have."""
    return int(settings.HUB_RESULTS_SAMPLES_MB) * 2**20


def parse(raw: bytes, name: str, *, line: int = 1) -> Any:
    """The value that a text of JSON holds, with ``NotANumber`` for what is none. Raises ResultsError with the line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = line + raw[: error.start].count(b"\n")
        raise wrong(name, _("is not UTF-8 text"), line=where) from None
    try:
        found = json.loads(text, parse_constant=NotANumber, object_pairs_hook=_mapping)
    except _TwiceError as error:
        raise wrong(name, _("the key “%(key)s” stands twice in one object") % {"key": error.args[0]}) from None
    except json.JSONDecodeError as error:
        raise wrong(name, _why(text, error), line=line + error.lineno - 1) from None
    except RecursionError:
        raise wrong(name, _("is nested too deeply")) from None
    except ValueError as error:  # an integer of thousands of digits
        raise wrong(name, _("holds a number that is none: %(why)s") % {"why": str(error)[:80]}) from None
    return _clean(found, name, line)


def json_lines(file: BinaryIO, name: str, most: int) -> Iterator[tuple[int, Any]]:
    """Number and value of each line; of one JSON array where lines are promised, its entries. Raises ResultsError.

    No more than ``most`` bytes are read, and of lines no more than one is held.
    """
    first = file.readline(most + 1)
    if first.strip()[:1] == b"[":
        whole = parse(first + read_bounded(file, name, min(most, largest_results())), name)
        yield from enumerate(whole, start=1)
        return
    number, taken, raw = 1, 0, first
    while raw:
        taken += len(raw)
        if taken > most:
            raise too_large(name, most)
        if raw.strip():
            yield number, parse(raw, name, line=number)
        number += 1
        raw = file.readline(most + 1 - taken)


class _TwiceError(Exception):
    """A key that an object has twice."""


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        raise _TwiceError(next(key for key, _value in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def _why(text: str, error: json.JSONDecodeError) -> str:
    if not text.rstrip().endswith(("}", "]")):
        return _("ends in the middle: the file is cut off")
    return _("is not JSON: %(why)s in column %(column)d") % {"why": error.msg, "column": error.colno}


def _clean(value: Any, name: str, line: int, depth: int = 0) -> Any:
    """The value without what no database holds: NUL and halves of surrogate pairs become a replacement character."""
    if depth > DEEPEST:
        raise wrong(name, _("is nested too deeply"), line=line)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {_text(key): _clean(item, name, line, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, name, line, depth + 1) for item in value]
    return value


def _text(text: str) -> str:
    if text.isascii():
        return text.replace("\x00", "\ufffd") if "\x00" in text else text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def plain(value: Any) -> Any:
    """The value as JSON can hold it: what is no number becomes null."""
    if isinstance(value, NotANumber):
        return None
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and value in (float("inf"), float("-inf")) else value
