"""Card texts as HTML that is safe to show: Markdown rendered, then everything but plain formatting removed."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

LARGEST = 200_000
TEXT = {"p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "del", "a", "sub", "sup", "kbd"}
TAGS = TEXT | {"h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
# What these hold is text of a program or a style, not of the card.
DROPPED = {"script", "style", "iframe", "object", "svg", "math", "template", "noscript", "textarea", "title"}

_markdown = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])


def safe_html(text: str) -> SafeString:
    """The Markdown text as sanitised HTML: headings start below the page's own, images become links to them."""
    tokens = _markdown.parse(text[:LARGEST])
    for token in tokens:
        _lower_heading(token)
        _link_images(token)
    rendered = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(
        rendered,
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # cleaned above


def _lower_heading(token: Token) -> None:
    """h1 becomes h3: the page has its own first two levels."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(6, int(token.tag[1]) + 2)}"


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
