"""What a program sends to make or change a card, read into an edit (JSON merge patch, RFC 7396: null takes back)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from modelcards.edits import CardEdit, Sharing, StatedFact
from modelcards.fields import FIELDS
from modelcards.models import ModelCard
from modelcards.models.card import Visibility
from modelcards.rest import wrong_fields

# Names of the document that differ from those of its facts.
WIRE = {"modalities": "modality", "base_models": "base_model"}
LISTS = ("organisation", "languages", "modality", "suited_tasks", "base_model", "paper")
OF_SHARING = ("visibility", "owner", "readers")
BESIDE = ("slug", "card_text", "sources", "facts", *OF_SHARING)
# Of a fact that is given as an object.
PARTS = ("value", "source", "citation", "confidence")


@dataclass(frozen=True)
class Wish:
    """A body as an edit: the slug (None: as it is), the change, and the name by which the sender wrote each field."""

    slug: str | None
    edit: CardEdit
    written: Mapping[str, str]

    def named(self, errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Errors by the names that the sender used."""
        return {self.written.get(field, field): reasons for field, reasons in errors.items()}


class _Reader:
    """Reads a body name by name and keeps what is wrong."""

    def __init__(self, body: dict[str, Any], card: ModelCard | None, user: User) -> None:
        self.body, self.card, self.user = body, card, user
        self.errors: dict[str, list[str]] = {}

    def read(self) -> Wish:
        """The wish. Raises Problem 422."""
        fields = {WIRE.get(name, name): name for name in self.body if name not in BESIDE}
        for key in [key for key in fields if key not in FIELDS]:
            self.note(fields.pop(key), _("not known, or not to be changed; one of: %s") % ", ".join(_names()))
        stated = {key: StatedFact(self.text_of(key, name, self.body[name])) for key, name in fields.items()}
        facts = self.with_sources(stated, fields) | self.facts(fields)
        written = {"text": "card_text", **fields}
        wish = Wish(self.words("slug"), CardEdit(facts, self.words("card_text"), self.sharing()), written)
        if self.errors:
            raise wrong_fields(self.errors)
        return wish

    def with_sources(self, stated: dict[str, StatedFact], fields: Mapping[str, str]) -> dict[str, StatedFact]:
        sources = self.mapping("sources")
        for name, source in sources.items():
            key = WIRE.get(name, name)
            if key not in stated or not isinstance(source, str):
                self.note(name, _("sources names a source (a text) of a field that is sent with it"))
            else:
                stated[key] = StatedFact(stated[key].value, source)
        return stated

    def facts(self, fields: Mapping[str, str]) -> dict[str, StatedFact]:
        """Facts that are written with their sources."""
        found = {}
        for name, given in self.mapping("facts").items():
            key = WIRE.get(name, name)
            if key not in FIELDS:
                self.note(name, _("not known; one of: %s") % ", ".join(FIELDS))
            elif key in fields:
                self.note(name, _("given twice: by itself and in facts"))
            elif given is None:
                found[key] = StatedFact("")
            elif not isinstance(given, dict) or "value" not in given or set(given) - set(PARTS):
                self.note(name, _("in facts, write an object of value, source, citation and confidence"))
            else:
                found[key] = self.fact(key, name, given)
        return found

    def fact(self, key: str, name: str, given: dict[str, Any]) -> StatedFact:
        rest = {part: given[part] for part in PARTS[1:] if given.get(part) is not None}
        if not all(isinstance(part, str) for part in rest.values()):
            self.note(name, _("source, citation and confidence are texts"))
            rest = {}
        return StatedFact(self.text_of(key, name, given["value"]), **rest)

    def text_of(self, key: str, name: str, value: Any) -> str:
        """A value as the text of a fact."""
        try:
            return fact_text(value, several=key in LISTS)
        except ValueError as error:
            self.note(name, str(error))
            return ""

    def words(self, name: str) -> str | None:
        """A text of the body; None where it is not sent. The card's text is taken back by null."""
        if name not in self.body:
            return None
        value = self.body[name]
        if value is None and name == "card_text":
            return ""
        if not isinstance(value, str):
            self.note(name, _("write a text"))
            return None
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        found = self.body.get(name) or {}
        if not isinstance(found, dict):
            self.note(name, _("write an object of fields"))
            return {}
        return found

    def sharing(self) -> Sharing | None:
        """Who may read the card; what is not sent of it stays as it is."""
        if not any(name in self.body for name in OF_SHARING):
            return None
        card, visibility = self.card, self.words("visibility")
        known = card.visibility if card else Visibility.PUBLIC.value
        owner = card.owner if card else self.user
        readers = list(card.readers.all()) if card else []
        if "owner" in self.body:
            owner = next(iter(self.people("owner", [self.body["owner"]])), None) if self.body["owner"] else None
        if "readers" in self.body:
            readers = self.people("readers", self.body["readers"] or [])
        return Sharing(known if visibility is None else visibility, owner, readers)

    def people(self, field: str, names: Any) -> list[User]:
        """The accounts of these names."""
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self.note(field, _("write names of accounts"))
            return []
        found = {person.get_username(): person for person in User.objects.filter(username__in=names, is_active=True)}
        for name in names:
            if name not in found:
                self.note(field, _("there is no account “%(name)s”") % {"name": name[:40]})
        return list(found.values())

    def note(self, field: str, reason: str) -> None:
        self.errors.setdefault(field, []).append(reason)


def read_wish(body: dict[str, Any], *, user: User, card: ModelCard | None = None) -> Wish:
    """The edit that a body asks of a card (None: of a new one). Raises Problem 422 with every field that is wrong."""
    return _Reader(body, card, user).read()


def fact_text(value: Any, *, several: bool) -> str:
    """A JSON value as facts are written: ``true`` as yes, a list with ``;``, null as blank. Raises ValueError."""
    plain: dict[type, Callable[[Any], str]] = {str: str, int: str, bool: lambda yes: "yes" if yes else "no"}
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if type(value) in plain:
        return plain[type(value)](value)
    if isinstance(value, list) and several:
        if all(isinstance(name, str) and ";" not in name for name in value):
            return "; ".join(value)
        raise ValueError(_("write a list of texts, none with a semicolon"))
    raise ValueError(_("write a text, a number, true or false, or null; a list only where there may be several"))


def _names() -> list[str]:
    wire = {key: name for name, key in WIRE.items()}
    return [*(wire.get(key, key) for key in FIELDS), *BESIDE]
