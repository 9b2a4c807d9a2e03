"""A log tail as lines whose time, kind and trouble can be told apart at a glance. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

LINE = re.compile(r"(?P<time>(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?Z?) (?P<kind>[\w-]+)(?P<text>.*)")
TROUBLE = re.compile(r"error|fail|kill|warn|retry|traceback|out of memory", re.IGNORECASE)


@dataclass(frozen=True)
class LogLine:
    """One line; ``time`` and ``kind`` are blank where the line has none."""

    text: str
    time: str = ""
    kind: str = ""
    trouble: bool = False


def log_lines(text: str) -> list[LogLine]:
    """The lines of a log tail, newest last."""
    return [_line(line) for line in text.rstrip("\n").split("\n")] if text.strip() else []


def _line(line: str) -> LogLine:
    found = LINE.fullmatch(line)
    if found is None:
        return LogLine(line, trouble=bool(TROUBLE.search(line)))
    return LogLine(found["text"], found["time"], found["kind"], bool(TROUBLE.search(found["kind"])))
