"""The vocabulary in the reader's language, resolved once: a name that waits for translation costs on every row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from modelcards import taxonomy


@dataclass(frozen=True)
class Names:
    """Family key to its tag; the other words' keys to their names; how a value is written that nobody stated; and what
    a tick box is called, around the escaped name; ``tokens``: the unit."""

    families: dict[str, SafeString]
    objective: dict[str, SafeString]
    attention: dict[str, SafeString]
    stage: dict[str, SafeString]
    relation: dict[str, str]
    no_family: SafeString
    not_stated: SafeString
    unknown: SafeString
    weights: dict[bool | None, SafeString]
    closed: SafeString
    tokens: SafeString
    choose: str


def names() -> Names:
    """The names in the present language."""
    return _names(get_language())


@lru_cache(maxsize=16)
def _names(language: str | None) -> Names:
    word = _("Not stated")
    return Names(
        families={key: _family(family.css, str(family.name)) for key, family in taxonomy.FAMILIES.items()},
        objective=_words(taxonomy.OBJECTIVES),
        attention=_words(taxonomy.ATTENTION),
        stage=_words(taxonomy.STAGES),
        relation={key: str(term.name) for key, term in taxonomy.RELATIONS.items()},
        no_family=format_html('<span class="tag unk">{}</span>', word),
        not_stated=format_html('<span class="unk">{}</span>', word),
        unknown=format_html(
            '<span class="unk" title="{0}"><span aria-hidden="true">?</span><span class="sr">{0}</span></span>', word
        ),
        weights={
            True: _weights("open", _("Open")),
            False: _weights("closed", _("Closed")),
            None: _weights("unknown", word),
        },
        closed=format_html('<span class="faint">{}</span>', _("closed weights")),
        tokens=format_html('<span class="only-list"> {}</span>', _("tokens")),
        choose=escape(_("Choose %(name)s")),
    )


def _words(terms: dict[str, taxonomy.Term]) -> dict[str, SafeString]:
    return {key: SafeString(escape(str(term.name))) for key, term in terms.items()}


def _family(css: str, name: str) -> SafeString:
    return format_html('<span class="tag fam {}">{}</span>', css, name)


def _weights(css: str, name: str) -> SafeString:
    return format_html('<span class="weights {}">{}</span>', css, name)
