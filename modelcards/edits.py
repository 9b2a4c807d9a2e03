"""What a person wants to change of a card, as data, and why it may be refused."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from modelcards import values
from modelcards.fields import FIELDS, REQUIRED, text

TEXT_LIMIT = 2_000_000
SOURCE_LIMIT = 300
ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")
CONFIDENCES = ("checked", "unchecked", "inferred")


@dataclass(frozen=True)
class StatedFact:
    """What a source says of a field. A blank value takes the field back; a blank source means: as before, or mine."""

    value: str
    source: str = ""
    citation: str = ""
    confidence: str = "unchecked"


@dataclass(frozen=True)
class Sharing:
    """Who may read a card, and whose it is."""

    visibility: str
    owner: User | None = None
    readers: Sequence[User] = ()


@dataclass(frozen=True)
class CardEdit:
    """Facts by field, the card's text, and its sharing; what is left out (None) stays as it is."""

    facts: Mapping[str, StatedFact] = field(default_factory=dict)
    text: str | None = None
    sharing: Sharing | None = None


@dataclass(frozen=True)
class Between:
    """A change that came between reading a card and saving it."""

    by: str
    at: datetime.datetime
    fields: tuple[str, ...]


class EditErrors(ValueError):  # noqa: N818
    """An edit that cannot be stored: what is wrong, by field (``slug``, ``text`` and ``visibility`` among them)."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {key: list(reasons) for key, reasons in errors.items()}
        super().__init__("; ".join(f"{key}: {reason}" for key, reasons in self.errors.items() for reason in reasons))


class EditConflict(Exception):  # noqa: N818
    """The card was changed since it was read; nothing was stored. ``changes``: what came between, oldest first."""

    def __init__(self, version: int, changes: Sequence[Between]) -> None:
        self.version, self.changes = version, tuple(changes)
        self.fields = tuple(dict.fromkeys(key for change in changes for key in change.fields))
        super().__init__(_("The card was changed since you opened it: %(fields)s") % {"fields": ", ".join(self.fields)})

    @property
    def who(self) -> str:
        """Who changed it last."""
        return self.changes[-1].by if self.changes else ""

    @property
    def when(self) -> datetime.datetime | None:
        """When it was last changed."""
        return self.changes[-1].at if self.changes else None


def edit_errors(edit: CardEdit) -> dict[str, list[str]]:
    """What is wrong with each field by itself; what needs the catalog (base models) is asked elsewhere."""
    found = {key: _fact_error(key, fact) for key, fact in edit.facts.items()}
    found["text"] = _reason(read_text, edit.text or "")
    return {key: [reason] for key, reason in found.items() if reason}


def read_text(value: str) -> str:
    """A card's text with plain line ends. Raises ValueError."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return text(TEXT_LIMIT)(lines)


def _fact_error(key: str, fact: StatedFact) -> str:
    if key not in FIELDS:
        return _("not known; one of: %(keys)s") % {"keys": ", ".join(FIELDS)}
    if not fact.value.strip():
        return _("a card needs this") if key in REQUIRED else ""
    return _reason(FIELDS[key].read, fact.value.strip()) or _origin_error(fact)


def _origin_error(fact: StatedFact) -> str:
    if reason := _reason(text(SOURCE_LIMIT), fact.source):
        return _("the source is %(reason)s") % {"reason": reason}
    if fact.citation and (len(fact.citation) > 500 or not ADDRESS.fullmatch(fact.citation)):
        return _("the citation is not an address; write https://… or leave it blank")
    if fact.confidence not in CONFIDENCES:
        return _("the confidence is not one of: %(keys)s") % {"keys": ", ".join(CONFIDENCES)}
    return ""


def _reason(read: Callable[[str], object], value: str) -> str:
    """Why ``read`` refuses the value; blank where it takes it."""
    try:
        read(value)
    except ValueError as error:
        return str(error)
    return ""


def citation_of(fact: StatedFact) -> str:
    """The address of a fact's source: as given, or as the source itself names it."""
    return fact.citation or values.source_address(fact.source)
