"""The facts of a card as its page shows them: value, source, confidence, and what other sources say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from modelcards import taxonomy, values
from modelcards.fields import FIELDS
from modelcards.models import Fact
from modelcards.templatetags.catalog import written_date

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# The order of the page. Notes stand below the field that they explain; lineage has a panel of its own.
ORDER = (
    "parameters",
    "active_parameters",
    "training_tokens",
    "layers",
    "architecture_family",
    "objective",
    "stage",
    "training_data_note",
    "languages",
    "modality",
    "release_date",
    "organisation",
    "open_weights",
    "hf_repo",
    "licence",
    "paper",
)
NOTES = {"objective": "objective_note", "languages": "language_note", "hf_repo": "hf_repo_note"}
ALWAYS = ("parameters", "training_tokens", "release_date", "licence")


@dataclass(frozen=True)
class FactLine:
    """One field: the chosen fact (None: not known), its value in words, a note, and facts of other sources."""

    key: str
    name: _StrOrPromise
    fact: Fact | None
    value: _StrOrPromise
    exact: str
    note: str
    others: list[tuple[_StrOrPromise, Fact]]


def fact_lines(facts: Iterable[Fact]) -> list[FactLine]:
    """The lines of the page, in its order; fields of which nothing is stated are left out, but for a few."""
    by_field: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_field[fact.field].append(fact)
    return [_line(key, by_field) for key in ORDER if by_field[key] or key in ALWAYS]


def _line(key: str, facts: dict[str, list[Fact]]) -> FactLine:
    chosen = next((fact for fact in facts[key] if fact.chosen), None)
    others = [(written(fact), fact) for fact in facts[key] if not fact.chosen]
    notes = [fact.value for fact in facts.get(NOTES.get(key, ""), []) if fact.chosen]
    exact = f"{int(chosen.value):,}" if chosen and key in SIZES and chosen.value.isdigit() else ""
    return FactLine(key, FIELDS[key].name, chosen, written(chosen) if chosen else "", exact, " ".join(notes), others)


def written(fact: Fact) -> _StrOrPromise:
    """A fact's value in words."""
    try:
        return WRITERS.get(fact.field, str)(fact.value)
    except ValueError:
        return fact.value


def _size(value: str) -> str:
    return values.format_size(values.parse_size(value))


def _names(value: str) -> str:
    return ", ".join(values.parse_names(value))


def _papers(value: str) -> str:
    return ", ".join(map(values.source_name, values.parse_names(value)))


def _term(terms: dict[str, taxonomy.Term]) -> Callable[[str], _StrOrPromise]:
    return lambda value: terms[value].name if value in terms else value


def _weights(value: str) -> str:
    return _("open") if values.parse_yes_no(value) else _("closed")


SIZES = ("parameters", "active_parameters", "training_tokens")
WRITERS: dict[str, Callable[[str], _StrOrPromise]] = {
    **dict.fromkeys(SIZES, _size),
    **dict.fromkeys(("organisation", "languages", "modality"), _names),
    "architecture_family": lambda key: taxonomy.FAMILIES[key].name if key in taxonomy.FAMILIES else key,
    "objective": _term(taxonomy.OBJECTIVES),
    "stage": _term(taxonomy.STAGES),
    "relation": _term(taxonomy.RELATIONS),
    "attention": _term(taxonomy.ATTENTION),
    "release_date": lambda value: written_date(*values.parse_date(value)),
    "open_weights": _weights,
    "paper": _papers,
}
