"""The YAML block at the head of a card, read as if its writer were an enemy.

The parser's events are walked here and not by PyYAML's composer: depth, number of values and what aliases unfold to are
counted before anything is built, a key that stands twice is an error, and each value keeps its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from modelcards.exchange.shapes import CardError
from modelcards.tables import RowError

LARGEST_BLOCK = 2**20
DEEPEST = 40
MOST_VALUES = 50_000
# Reading a longer number in base 60 takes the square of its length, and one in base 16 could not be written again.
LONGEST_NUMBER = 100
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PLAIN = "tag:yaml.org,2002:"
NUMBERS = (f"{PLAIN}int", f"{PLAIN}float")
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Metadata:
    """The values of a card's YAML block, and the line of the file at which each begins."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    present: bool = False

    def line(self, *path: str | int) -> int:
        """The line of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def split(text: str, file: str) -> tuple[str | None, int, str]:
    """The YAML block (None: there is none), its first line in the file, and the text after it.

    As on the hub, blank lines may stand before the block. Raises CardError for one that is not closed.
    """
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines) or lines[start].rstrip() != "---":
        return None, 1, text
    for number in range(start + 1, len(lines)):
        if lines[number].rstrip(" \t") == "---":
            return "\n".join(lines[start + 1 : number]), start + 2, "\n".join(lines[number + 1 :])
    if start + 1 < len(lines) and re.match(r"[\w-]+:(\s|$)", lines[start + 1]):
        raise CardError([RowError(file, start + 1, "", _("the metadata is not closed; end it with a line “---”"))])
    return None, 1, text


def read_metadata(block: str, file: str, first_line: int) -> Metadata:
    """The mapping of a YAML block. Raises CardError with the line."""
    if len(block.encode()) > LARGEST_BLOCK:
        reason = _("the metadata is larger than %(most)d KiB") % {"most": LARGEST_BLOCK // 1024}
        raise CardError([RowError(file, first_line, "", reason)])
    walker = _Walker(block, file, first_line)
    found = walker.document()
    if found is None:
        found = {}
    if not isinstance(found, dict):
        kind = _("a list") if isinstance(found, list) else _("a single value")
        reason = _("the metadata is %(kind)s; write “key: value” lines") % {"kind": kind}
        raise CardError([RowError(file, first_line, "", reason)])
    return Metadata(found, walker.lines, present=True)


class _Walker:
    """Builds plain values out of the parser's events."""

    def __init__(self, block: str, file: str, first_line: int) -> None:
        self.file, self.first = file, first_line
        self.lines: dict[Path, int] = {}
        self.count = 0
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.scalars: Any = yaml.SafeLoader("")
        self.events: Iterator[Any] = iter(yaml.parse(block, Loader=LOADER))

    def document(self) -> Any:
        """The value of the one document."""
        try:
            self.next(), self.next()
            event = self.next()
            if isinstance(event, (yaml.DocumentEndEvent, yaml.StreamEndEvent)):
                return None
            found = self.value(event, ())
            if not isinstance(self.next(), yaml.DocumentEndEvent) or not isinstance(self.next(), yaml.StreamEndEvent):
                raise self.wrong(event, _("holds more than one YAML document"))
        except yaml.YAMLError as error:
            raise self.unreadable(error) from None
        return found

    def next(self) -> Any:
        """The next event."""
        return next(self.events, yaml.StreamEndEvent())

    def value(self, event: Any, path: Path) -> Any:
        """What begins at this event."""
        self.lines[path] = self.line(event)
        self.add(event, 1)
        if len(path) > DEEPEST:
            raise self.wrong(event, _("is nested deeper than %(most)d levels") % {"most": DEEPEST})
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        before = self.count
        if isinstance(event, yaml.ScalarEvent):
            found = self.scalar(event)
        elif event.tag and not event.tag.startswith((f"{PLAIN}map", f"{PLAIN}seq")):
            raise self.wrong(event, _("has the tag %(tag)s; plain values only") % {"tag": event.tag[:60]})
        else:
            found = self.mapping(path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path)
        if event.anchor:
            self.anchors[event.anchor] = (found, self.count - before + 1)
        return found

    def mapping(self, path: Path) -> dict[str, Any]:
        """Keys with their values; a key twice is an error, as it is on the hub."""
        found: dict[str, Any] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.wrong(event, _("a key must be a plain word"))
            key = event.value
            if key in found:
                said = {"key": key[:60], "line": self.lines[(*path, key)]}
                raise self.wrong(event, _("“%(key)s” is there twice, first in line %(line)d; keep one") % said)
            line = self.line(event)
            found[key] = None
            found[key] = self.value(self.next(), (*path, key))
            self.lines[(*path, key)] = line
        return found

    def sequence(self, path: Path) -> list[Any]:
        """The items of a list."""
        found: list[Any] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            found.append(self.value(event, (*path, len(found))))
        return found

    def alias(self, event: Any) -> Any:
        """What an alias stands for; it counts as often as it is used."""
        if event.anchor not in self.anchors:
            raise self.wrong(event, _("names an anchor that is not there, or that it lies in itself"))
        found, size = self.anchors[event.anchor]
        self.add(event, size)
        return found

    def scalar(self, event: Any) -> Any:
        """Null, truth, number or text; dates stay text."""
        tag = event.tag
        if tag is None or tag == "!":
            plain = event.implicit[0] and tag is None
            tag = self.scalars.resolve(yaml.ScalarNode, event.value, (True, False)) if plain else f"{PLAIN}str"
        if tag in NUMBERS and len(event.value) > LONGEST_NUMBER:
            raise self.wrong(event, _("is not a number that can be read"))
        node = yaml.ScalarNode(tag, event.value)
        try:
            match tag.removeprefix(PLAIN):
                case "null":
                    return None
                case "bool":
                    return self.scalars.construct_yaml_bool(node)
                case "int":
                    return self.scalars.construct_yaml_int(node)
                case "float":
                    return self.scalars.construct_yaml_float(node)
                case "str" | "timestamp" | "value" | "merge":
                    return event.value
        except (ValueError, KeyError, OverflowError):
            raise self.wrong(event, _("is not a number that can be read")) from None
        raise self.wrong(event, _("has the tag %(tag)s; plain values only") % {"tag": tag[:60]})

    def add(self, event: Any, number: int) -> None:
        self.count += number
        if self.count > MOST_VALUES:
            raise self.wrong(event, _("unfolds to more than %(most)d values") % {"most": MOST_VALUES})

    def line(self, event: Any) -> int:
        """The line of the file at which an event begins."""
        return int(self.first + (event.start_mark.line if event.start_mark else 0))

    def wrong(self, event: Any, reason: str) -> CardError:
        return CardError([RowError(self.file, self.line(event), "", reason)])

    def unreadable(self, error: yaml.YAMLError) -> CardError:
        """A parser's complaint in one line."""
        mark, why = getattr(error, "problem_mark", None), getattr(error, "problem", None) or str(error)
        line = self.first + (mark.line if mark else 0)
        reason = _("is not YAML: %(why)s") % {"why": " ".join(str(why).split())[:200]}
        return CardError([RowError(self.file, line, "", reason)])
