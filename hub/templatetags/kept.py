"""``{% kept %}…{% endkept %}``: what is the same on every page of a language is put together once."""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class Kept(template.Node):
    """Markup that hangs on the language alone; each word of it would be looked up again in every page else."""

    def __init__(self, nodes: NodeList) -> None:
        self.nodelist = nodes
        self.made: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """The markup in the active language, put together without the values of any request."""
        language = get_language()
        made = self.made.get(language)
        if made is None:
            made = self.made[language] = self.nodelist.render(context.new())
        return made


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """Everything up to ``endkept``: words, addresses of pages and static files, and no variable."""
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodes)
