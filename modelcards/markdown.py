"""Card texts as HTML that is safe to show: Markdown rendered, then everything but plain formatting removed.

The sanitiser works last: whatever is done to the text before it cannot make it less safe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from modelcards.headings import Contents, Heading

# More is not shown: nobody reads that far, and the page waits for the parser.
LARGEST = 100_000
# A paragraph longer than this stays as it is written: emphasis and links cost the square of its length.
LONGEST_PARAGRAPH = 10_000
# Texts from here on are kept when rendered. The text itself is the key, so what is kept can never be out of date.
COSTLY = 16_000
# A table of contents begins with so many headings, and ends with so many.
WORTH_LISTING, LISTED = 5, 60
TEXT = {"p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "b", "i", "del", "a", "sub", "sup", "kbd"}
TEXT |= {"details", "summary"}
HEADINGS = {"h3", "h4", "h5", "h6"}
TAGS = TEXT | HEADINGS | {"ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
    **{h: {"id"} for h in HEADINGS},
}
# What these hold is text of a program or a style, not of the card.
DROPPED = {"script", "style", "iframe", "object", "svg", "math", "template", "noscript", "textarea", "title"}
PREFIX = "text-"


def _inline(state: StateCore) -> None:
    """The parser's own step from paragraphs to emphasis and links, but for paragraphs that are too long."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > LONGEST_PARAGRAPH:
            token.children = [Token("text", "", 0, content=token.content)]
        elif token.type == "inline":
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


_markdown = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
_markdown.core.ruler.at("inline", _inline)


@dataclass(frozen=True)
class CardText:
    """A rendered text: its HTML, its headings, and whether only the first part of it is shown."""

    html: SafeString
    headings: list[Heading]
    cut: bool

    @property
    def contents(self) -> list[Heading]:
        """The headings that a table of contents lists; none where the text has only a few."""
        listed = [heading for heading in self.headings if heading.depth <= 3]
        return listed[:LISTED] if len(listed) >= WORTH_LISTING else []


def safe_html(text: str) -> SafeString:
    """The Markdown text as sanitised HTML: headings start below the page's own, images become links to them."""
    return card_text(text).html


def card_text(text: str, repository: str = "") -> CardText:
    """The text with its headings. Relative links lead to the files of ``repository`` on Hugging Face, if it has one."""
    shown = _first_part(text)
    render = _kept if len(shown) > COSTLY else _rendered
    html, headings = render(shown, repository)
    return CardText(html, headings, len(shown) < len(text))


def _first_part(text: str) -> str:
    """As much of the text as is shown, cut between two lines where there are lines."""
    if len(text) <= LARGEST:
        return text
    end = text.rfind("\n", LARGEST // 2, LARGEST)
    return text[: end if end > 0 else LARGEST]


def _rendered(text: str, repository: str) -> tuple[SafeString, list[Heading]]:
    tokens = _markdown.parse(text)
    contents = Contents()
    contents.enter(tokens)
    for token in tokens:
        _link_images(token)
    clean = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative=lambda address: _absolute(address, repository),
        link_rel="noopener noreferrer nofollow",
        id_prefix=PREFIX,
    )
    return mark_safe(clean), contents.headings  # cleaned above


_kept = lru_cache(maxsize=32)(_rendered)


def _absolute(address: str, repository: str) -> str | None:
    """A relative address made to lead somewhere: to a heading of the text, to a file beside it, or nowhere (None)."""
    if address.startswith("#"):
        return f"#{PREFIX}{unquote(address[1:])}"
    path = re.sub(r"^(\./)+", "", address)
    if not repository or path.startswith(("/", "\\", "..")):
        return None
    return f"https://huggingface.co/{repository}/blob/main/{quote(path, safe='/%#?=&')}"


def _link_images(token: Token) -> None:
    """Turn images into links: a card must not make the reader's browser ask another host."""
    children = []
    for child in token.children or []:
        if child.type == "image":
            opening = Token("link_open", "a", 1, attrs={"href": child.attrs.get("src", "")})
            name = Token("text", "", 0, content=child.content or str(child.attrs.get("src", "")))
            children += [opening, name, Token("link_close", "a", -1)]
        else:
            children.append(child)
    if token.children:
        token.children = children
