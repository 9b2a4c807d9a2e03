"""The form of a card: groups of fields, each with its label, help, choices, and how it differs from what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from modelcards import taxonomy
from modelcards.editing.draft import Draft, Given
from modelcards.fields import FIELDS, REQUIRED

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

GROUPS: list[tuple[str, _StrOrPromise, tuple[str, ...]]] = [
    ("identity", _("Identity"), ("name", "organisation", "release_date", "paper")),
    (
        "architecture",
        _("Architecture"),
        (
            "architecture_family",
            "objective",
            "objective_note",
            "attention",
            "parameters",
            "active_parameters",
            "layers",
        ),
    ),
    ("training", _("Training"), ("stage", "training_tokens", "training_data_note", "training_note")),
    ("lineage", _("Lineage"), ("base_model", "relation")),
    ("use", _("Languages and use"), ("languages", "language_note", "modality", "suited_tasks", "limits")),
    ("weights", _("Weights and licence"), ("open_weights", "licence", "licence_id", "hf_repo", "hf_repo_note")),
]
TERMS: dict[str, Mapping[str, taxonomy.Term]] = {
    "architecture_family": taxonomy.FAMILIES,
    "objective": taxonomy.OBJECTIVES,
    "attention": taxonomy.ATTENTION,
    "stage": taxonomy.STAGES,
    "relation": taxonomy.RELATIONS,
}
YES_NO = [("yes", _("Open")), ("no", _("Closed"))]
AREAS = ("training_data_note", "training_note", "limits", "language_note", "objective_note")
SUGGESTED = ("organisation", "languages", "modality", "base_model", "licence_id", "suited_tasks")
SIZE = _("A number such as 7B, 1.5T or 6740000000.")
HELP: dict[str, _StrOrPromise] = {
    "name": _("As its makers write it."),
    "organisation": _("Who made it; several with ; between them."),
    "release_date": _("2023-02-24, or 2023-02 or 2023 where only that is known."),
    "paper": _("arXiv numbers, addresses or words; several with ; between them."),
    "attention": _("Blank: the usual one of the family."),
    "parameters": SIZE,
    "active_parameters": _("Of a mixture of experts: those that one token uses."),
    "training_tokens": SIZE,
    "languages": _("Codes such as en; zh, or multilingual."),
    "modality": _("Such as text; code; image."),
    "base_model": _("Slugs of models in the catalog that it was made from; several with ; between them."),
    "licence": _("As its makers call it."),
    "licence_id": _("Short, such as apache-2.0."),
    "hf_repo": _("owner/name on Hugging Face."),
    "suited_tasks": _("Such as summarization; several with ; between them."),
}


@dataclass(frozen=True)
class Row:
    """One field of the form. ``kind``: choice, area or line; ``help``: what its value means, or what to write."""

    key: str
    name: _StrOrPromise
    given: Given
    stored: Given
    kind: str
    choices: Sequence[tuple[str, _StrOrPromise]]
    help: _StrOrPromise
    errors: Sequence[str]
    suggested: bool
    required: bool
    changed: bool


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    key: str
    name: _StrOrPromise
    rows: list[Row]


def groups(draft: Draft, stored: Draft, errors: Mapping[str, Sequence[str]]) -> list[Group]:
    """All fields of a card as the draft has them."""
    return [
        Group(key, name, [_row(one, draft, stored, errors.get(one, ())) for one in keys]) for key, name, keys in GROUPS
    ]


def _row(key: str, draft: Draft, stored: Draft, errors: Sequence[str]) -> Row:
    given = draft.fact(key)
    choices = _choices(key, given.value)
    return Row(
        key=key,
        name=FIELDS[key].name,
        given=given,
        stored=stored.fact(key),
        kind="choice" if choices else "area" if key in AREAS else "line",
        choices=choices,
        help=_meaning(key, given.value) or HELP.get(key, ""),
        errors=errors,
        suggested=key in SUGGESTED,
        required=key in REQUIRED,
        changed=draft.differs(key, stored),
    )


def _choices(key: str, value: str) -> list[tuple[str, _StrOrPromise]]:
    """The words that a field may have; a value that is none of them is kept to be seen and mended."""
    known: list[tuple[str, _StrOrPromise]] = [(term.key, term.name) for term in TERMS.get(key, {}).values()]
    if key == "open_weights":
        known = list(YES_NO)
    if not known or not value or value in dict(known):
        return known
    return [*known, (value, value)]


def _meaning(key: str, value: str) -> _StrOrPromise:
    term = TERMS.get(key, {}).get(value)
    return term.explanation if term else ""
