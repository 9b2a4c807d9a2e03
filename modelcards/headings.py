"""The headings of a card's text: fitted below those of the page, and listed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

# The page has its own first level and the section of the text the second.
ABOVE = 2
LONGEST = 120


@dataclass(frozen=True)
class Heading:
    """A heading of the text: the fragment that leads to it, its words, and how deep it lies (from 1)."""

    key: str
    words: str
    depth: int


class Contents:
    """Walks the tokens of a text once; afterwards ``headings`` lists what it met.

    A heading's new level follows from those that it stands below, not from its number: no level is left out, whatever
    the author began with. Headings written as HTML are fitted too, but not listed.
    """

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._open: list[int] = []
        self._keys: dict[str, int] = {}

    def enter(self, tokens: Sequence[Token]) -> None:
        """Fit all headings among these tokens."""
        for token, following in zip(tokens, [*tokens[1:], None], strict=False):
            if token.type == "heading_open" and following is not None:
                token.tag = self._tag(int(token.tag[1]))
                token.attrs["id"] = self._list(_plain(following))
            elif token.type == "heading_close":
                token.tag = self._last()
            elif token.type == "html_block":
                token.content = re.sub(r"<(/?)h([1-6])(?=[\s>])", self._in_html, token.content, flags=re.IGNORECASE)

    def _tag(self, level: int) -> str:
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        return self._last()

    def _last(self) -> str:
        return f"h{min(6, ABOVE + max(1, len(self._open)))}"

    def _in_html(self, tag: re.Match[str]) -> str:
        return f"</{self._last()}" if tag[1] else f"<{self._tag(int(tag[2]))}"

    def _list(self, words: str) -> str:
        """Note a heading; its key is made as GitHub makes it, so that the author's own links to it work."""
        key = re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")[:LONGEST] or "section"
        number = self._keys.get(key, 0)
        self._keys[key] = number + 1
        unique = f"{key}-{number}" if number else key
        self.headings.append(Heading(unique, words[:LONGEST], len(self._open)))
        return unique


def _plain(token: Token) -> str:
    """The words of a heading without its markup."""
    parts = [child.content for child in token.children or [] if child.type in ("text", "code_inline", "image")]
    return " ".join("".join(parts).split())
