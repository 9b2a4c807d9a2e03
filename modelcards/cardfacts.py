"""The facts of a card as its page shows them: value, source, confidence, and what other sources say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from modelcards import taxonomy, values
from modelcards.confidence import CONFIDENCES
from modelcards.fields import FIELDS
from modelcards.languages import language_names
from modelcards.models import Fact
from modelcards.templatetags.catalog import written_date

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# The order of the page. Notes stand below the field that they explain; lineage has a panel of its own.
ORDER = (
    "name",
    "parameters",
    "active_parameters",
    "training_tokens",
    "layers",
    "architecture_family",
    "attention",
    "languages",
    "modality",
    "release_date",
    "organisation",
    "open_weights",
    "hf_repo",
    "licence",
    "licence_id",
    "paper",
    "language_note",
    "hf_repo_note",
)
TRAINING = ("objective", "stage", "training_data_note", "training_note", "objective_note")
NOTES = {"objective": "objective_note", "languages": "language_note", "hf_repo": "hf_repo_note"}
# These have a line even where nothing is stated: a reader looks for them.
ALWAYS = ("parameters", "training_tokens", "release_date", "licence", "objective", "training_data_note")
# These say what stands elsewhere on the page: a line only where sources disagree.
DISPUTED = ("name", "licence_id", *NOTES.values())


@dataclass(frozen=True)
class FactLine:
    """One field: the chosen fact (None: not known), its value in words, a note, and facts of other sources.

    ``withdrawn`` names the person who took the value back.
    """

    key: str
    name: _StrOrPromise
    fact: Fact | None
    value: _StrOrPromise
    exact: str
    note: str
    others: list[tuple[_StrOrPromise, Fact]]
    withdrawn: str = ""


@dataclass(frozen=True)
class CardFacts:
    """All facts of a card by field, and who withdrew which field."""

    by_field: Mapping[str, Sequence[Fact]]
    withdrawn: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Fact], withdrawn: Mapping[str, str] | None = None) -> CardFacts:
        """Sort the facts by field."""
        by_field: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            by_field[fact.field].append(fact)
        return cls(by_field, withdrawn or {})

    def lines(self, order: Iterable[str] = ORDER) -> list[FactLine]:
        """The lines of these fields; those of which nothing is stated are left out, but for a few."""
        lines = (self.line(key) for key in order if key in self.by_field or key in self.withdrawn or key in ALWAYS)
        return [line for line in lines if line.key not in DISPUTED or line.others]

    def line(self, key: str) -> FactLine:
        """What is stated of one field."""
        chosen = self.chosen(key)
        others = [(written(fact), fact) for fact in self.by_field.get(key, ()) if not fact.chosen]
        note = self.chosen(NOTES.get(key, ""))
        exact = exact_size(key, chosen.value) if chosen else ""
        words = written(chosen) if chosen else ""
        below = note.value if note else ""
        who = "" if chosen else self.withdrawn.get(key, "")
        return FactLine(key, FIELDS[key].name, chosen, words, exact, below, others, who)

    def chosen(self, key: str) -> Fact | None:
        """The chosen fact of a field."""
        return next((fact for fact in self.by_field.get(key, ()) if fact.chosen), None)

    def names(self, key: str) -> list[str]:
        """The names that a field lists, as the card's own tables have them."""
        chosen = self.chosen(key)
        return values.parse_names(chosen.value) if chosen else []

    def confidences(self) -> list[tuple[_StrOrPromise, _StrOrPromise]]:
        """The degrees of confidence that the card's facts have, with what each means."""
        present = {fact.confidence for facts in self.by_field.values() for fact in facts}
        return [words for key, words in CONFIDENCES.items() if key in present]


def written(fact: Fact) -> _StrOrPromise:
    """A fact's value in words."""
    return written_value(fact.field, fact.value)


def written_value(key: str, value: str) -> _StrOrPromise:
    """The text of a value of this field in words."""
    try:
        return WRITERS.get(key, str)(value)
    except ValueError:
        return value


def exact_size(key: str, value: str) -> str:
    """A number of parameters or tokens to its last digit; blank for other fields and for what is no whole number."""
    return f"{int(value):,}" if key in SIZES and value.isascii() and value.isdigit() else ""


def _size(value: str) -> str:
    return values.format_size(values.parse_size(value))


def _names(value: str) -> str:
    return ", ".join(values.parse_names(value))


def _languages(value: str) -> str:
    known = language_names()
    return ", ".join(str(known.get(code, code)) for code in values.parse_names(value))


def _papers(value: str) -> str:
    return ", ".join(map(values.source_name, values.parse_names(value)))


def _term(terms: Mapping[str, taxonomy.Term]) -> Callable[[str], _StrOrPromise]:
    return lambda value: terms[value].name if value in terms else value


def _weights(value: str) -> str:
    return _("open") if values.parse_yes_no(value) else _("closed")


SIZES = ("parameters", "active_parameters", "training_tokens")
WRITERS: dict[str, Callable[[str], _StrOrPromise]] = {
    **dict.fromkeys(SIZES, _size),
    **dict.fromkeys(("organisation", "modality", "suited_tasks"), _names),
    "languages": _languages,
    "architecture_family": _term(taxonomy.FAMILIES),
    "objective": _term(taxonomy.OBJECTIVES),
    "stage": _term(taxonomy.STAGES),
    "relation": _term(taxonomy.RELATIONS),
    "attention": _term(taxonomy.ATTENTION),
    "release_date": lambda value: written_date(*values.parse_date(value)),
    "open_weights": _weights,
    "paper": _papers,
}
