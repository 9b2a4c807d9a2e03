"""The rows of a card's page that are many: facts, and the cards of a lineage, as markup.

Put together by hand, and every stated value escaped, as the list of models does: a template takes several times as
long, and a base model has a hundred of these rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modelcards.cardfacts import FactLine
from modelcards.confidence import CONFIDENCES
from modelcards.lineages import Branch, Kin
from modelcards.models import Fact
from modelcards.taxonomy import RELATIONS
from modelcards.templatetags.catalog import written_date

# Of a lineage, so many levels stand open.
OPEN = 2


def branch_rows(branches: Sequence[Branch], *, related: bool) -> SafeString:
    """What hangs on a card as list items; ``related``: the first of them say how, the further ones always do."""
    return SafeString("".join(_branches(branches, _Words.of(), 0, related=related)))


def fact_rows(lines: Sequence[FactLine], others: Callable[[FactLine], str]) -> SafeString:
    """The lines of facts; ``others`` gives the markup of what other sources state."""
    return SafeString("".join(_fact(line, others) for line in lines))


@dataclass(frozen=True)
class _Words:
    """What all rows of a lineage have in common, looked up once a page."""

    cards: str
    archived: str
    relations: dict[str, str]

    @classmethod
    def of(cls) -> _Words:
        relations = {key: escape(str(term.name)) for key, term in RELATIONS.items()}
        return cls(reverse("modelcards:browse"), escape(_("archived")), relations)


def _branches(branches: Iterable[Branch], words: _Words, deep: int, *, related: bool) -> Iterable[str]:
    for branch in branches:
        named = words.relations.get(branch.relation, escape(branch.relation))
        yield f'<li><span class="sub">{named}</span> ' if related else "<li>"
        yield _kin(branch.card, words)
        if branch.branches or branch.more:
            yield from _further(branch, words, deep)
        yield "</li>"


def _further(branch: Branch, words: _Words, deep: int) -> Iterable[str]:
    """What hangs on a branch, folded from the third level on."""
    steps = len(branch.branches)
    told = escape(ngettext("%(n)s further step", "%(n)s further steps", steps) % {"n": steps})
    name = escape(branch.card.name)
    yield f'<details{" open" if deep < OPEN else ""}><summary class="xs muted">{told}<span class="sr"> {name}</span>'
    yield '</summary><ul class="lin">'
    yield from _branches(branch.branches, words, deep + 1, related=True)
    if branch.more:
        more = escape(ngettext("%(n)s more", "%(n)s more", branch.more) % {"n": branch.more})
        address = escape(reverse("modelcards:descendants", args=[branch.card.slug]))
        yield f'<li class="sub"><a href="{address}">{more}</a></li>'
    yield "</ul></details>"


def _kin(kin: Kin, words: _Words) -> str:
    """A card of a lineage: its name, that leads to it unless it is archived, and its date."""
    name = escape(kin.name)
    date = written_date(kin.release_date, kin.release_precision)
    since = f'<span class="sub">, {date}</span>' if date else ""
    if kin.archived_at:
        return f'<span class="stub">{name}</span> <span class="sub">{words.archived}</span>{since}'
    return f'<a href="{escape(words.cards + quote(kin.slug))}/">{name}</a>{since}'


def _fact(line: FactLine, others: Callable[[FactLine], str]) -> str:
    stated = _stated(line)
    if line.exact and line.exact != line.value:
        stated += f' <span class="faint">({escape(line.exact)})</span>'
    if line.note:
        stated += f'<span class="note-below">{escape(line.note)}</span>'
    source = _source(line.fact) if line.fact else ""
    other = f'<dd class="alt">{others(line)}</dd>' if line.others else ""
    head = f'<div class="fact" id="fact-{escape(line.key)}"><dt>{escape(str(line.name))}</dt>'
    return f'{head}<dd>{stated}</dd>\n<dd class="src">{source}</dd>\n{other}</div>'


def _stated(line: FactLine) -> str:
    """The value of a field, as a link where it has an address of its own."""
    value = escape(str(line.value))
    if not line.fact:
        told = _("taken back by %(who)s") % {"who": line.withdrawn} if line.withdrawn else _("not known")
        return f'<span class="unk">{escape(told)}</span>'
    if line.key == "hf_repo":
        address = escape(f"https://huggingface.co/{line.fact.value}")
        return f'<a class="mono" href="{address}" rel="noreferrer">{value}</a>'
    return _linked(line.fact.citation, value) if line.key == "paper" else value


def _source(fact: Fact) -> str:
    """Who states a fact, how sure it is, and who chose it."""
    word, meaning = CONFIDENCES.get(fact.confidence, (fact.confidence, ""))
    sure = f'<span class="conf {escape(fact.confidence)}" title="{escape(str(meaning))}">{escape(str(word))}</span>'
    chosen = escape(_("chosen by %(who)s") % {"who": fact.chosen_by}) if fact.chosen_by else ""
    by = f' <span class="conf">{chosen}</span>' if chosen else ""
    return f"{_linked(fact.citation, escape(fact.source))} {sure}{by}"


def _linked(address: str, markup: str) -> str:
    return f'<a href="{escape(address)}" rel="noreferrer">{markup}</a>' if address else markup
