"""What a person typed of a card, in one shape whether it came from the form, the raw text or the stored card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from modelcards import values
from modelcards.actions.apply_edit import chosen_facts, hidden_bases
from modelcards.edits import CardEdit, Sharing, StatedFact
from modelcards.fields import FIELDS
from modelcards.models import ModelCard

SHARING = ("visibility", "owner", "readers")
OTHERS = ("slug", "text", *SHARING)
# A longer text is not loaded into the page twice over; it can be exchanged as a file.
LONGEST_TEXT = 400_000


@dataclass(frozen=True)
class Given:
    """One field as typed: its value, where it is from, and the source's address where that is another."""

    value: str = ""
    source: str = ""
    citation: str = ""


NOTHING = Given()


@dataclass(frozen=True)
class Draft:
    """A whole card as typed. ``text`` None: it is too long to be edited here and stays as it is."""

    facts: Mapping[str, Given] = field(default_factory=dict)
    text: str | None = ""
    slug: str = ""
    visibility: str = "public"
    owner: str = ""
    readers: str = ""

    def fact(self, key: str) -> Given:
        """The field, blank where nothing was typed."""
        return self.facts.get(key, NOTHING)

    def get(self, key: str) -> str:
        """The value of a field, or of ``slug``, ``text`` and the sharing."""
        return self.fact(key).value if key in FIELDS else str(getattr(self, key) or "")

    def taking(self, key: str, other: Draft) -> Draft:
        """This draft with one thing as the other has it."""
        if key in FIELDS:
            return replace(self, facts={**self.facts, key: other.fact(key)})
        return self.putting(key, getattr(other, key))

    def putting(self, key: str, value: str | None) -> Draft:
        """This draft with another ``slug``, ``text`` or sharing."""
        changed: dict[str, Any] = {key: value}
        return replace(self, **changed)

    def differs(self, key: str, other: Draft) -> bool:
        """Whether one thing is not as the other has it; of a blank field the source does not matter."""
        if key not in FIELDS:
            return bool(getattr(self, key) != getattr(other, key))
        mine, theirs = self.fact(key), other.fact(key)
        return mine != theirs and bool(mine.value or theirs.value)

    @property
    def digest(self) -> str:
        """A short name of all that it says, to see later whether it was edited."""
        said = {**asdict(self), "facts": {key: asdict(fact) for key, fact in self.facts.items() if fact.value}}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def draft_of(card: ModelCard, user: User) -> Draft:
    """The stored card as the person may see it: base models that are hidden from them are left out."""
    facts = {key: Given(fact.value, fact.source, fact.citation) for key, fact in chosen_facts(card).items()}
    if "base_model" in facts:
        hidden = hidden_bases(user, facts["base_model"].value)
        shown = [slug for slug in values.parse_names(facts["base_model"].value) if slug not in hidden]
        facts["base_model"] = replace(facts["base_model"], value="; ".join(shown))
    readers = card.readers.order_by("username").values_list("username", flat=True)
    return Draft(
        facts={key: _without_plain_citation(fact) for key, fact in facts.items()},
        text=card.card_text if len(card.card_text) <= LONGEST_TEXT else None,
        slug=card.slug,
        visibility=card.visibility,
        owner=card.owner.get_username() if card.owner else "",
        readers=", ".join(readers),
    )


def with_source(draft: Draft, stored: Draft, source: str) -> Draft:
    """The draft whose changed values are from ``source``, where their own source was left as it was.

    Without one they have none and become the person's own: no paper is made to say what somebody typed.
    """
    facts = dict(draft.facts)
    for key, fact in draft.facts.items():
        old = stored.fact(key)
        if fact.value and fact.value != old.value and fact.source == old.source:
            facts[key] = Given(fact.value, source.strip())
    return replace(draft, facts=facts)


def card_edit_of(draft: Draft, stored: Draft) -> tuple[CardEdit, dict[str, list[str]]]:
    """The edit that leads from the stored card to the draft, and what is wrong with the people it names."""
    facts = {
        key: StatedFact(fact.value, fact.source, fact.citation)
        for key in {**stored.facts, **draft.facts}
        if draft.differs(key, stored) and (fact := draft.fact(key))
    }
    sharing, errors = None, dict[str, list[str]]()
    if any(draft.differs(key, stored) for key in SHARING):
        sharing, errors = _sharing(draft)
    text = draft.text if draft.differs("text", stored) else None
    return CardEdit(facts, text, sharing), errors


def _sharing(draft: Draft) -> tuple[Sharing, dict[str, list[str]]]:
    names = [name.strip() for name in draft.readers.split(",") if name.strip()]
    wanted = {draft.owner, *names} - {""}
    people = {person.username: person for person in User.objects.filter(username__in=wanted, is_active=True)}
    errors = dict[str, list[str]]()
    for key, asked in (("owner", [draft.owner] if draft.owner else []), ("readers", names)):
        if unknown := [name for name in asked if name not in people]:
            errors[key] = [_("no account “%(name)s”") % {"name": name} for name in unknown]
    readers = [people[name] for name in dict.fromkeys(names) if name in people]
    return Sharing(draft.visibility, people.get(draft.owner), readers), errors


def _without_plain_citation(fact: Given) -> Given:
    """Only an address that the source does not tell by itself is shown."""
    return replace(fact, citation="") if fact.citation == values.source_address(fact.source) else fact
