"""The history of a card in words: who changed what, when, and how it read before.

What names another card is shown only to who may read that card; whom a card is shared with, only to who may change it.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Func, JSONField, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modelcards import values
from modelcards.cardfacts import written_value
from modelcards.fields import FIELDS, OF_LINEAGE
from modelcards.models import CardChange, ModelCard
from modelcards.models.card import Visibility
from modelcards.querysets import Reader

State = Mapping[str, str]
TEXT = "card_text"
SOURCE = " source"
# Beside its facts, a card has these.
OTHERS = {
    TEXT: gettext_lazy("Card text"),
    "slug": gettext_lazy("Address"),
    "visibility": gettext_lazy("Who may read it"),
    "owner": gettext_lazy("Owner"),
    "readers": gettext_lazy("Named readers"),
    "archived": gettext_lazy("Archived"),
}
OF_SHARING = ("owner", "readers")
SHORT = 120


@dataclass(frozen=True)
class ChangedField:
    """One field of a change in words. ``source``: the source that a value is from, or that now states it besides.

    ``beside``: the value is another source's, noted and not chosen.
    """

    key: str
    name: str
    before: str
    after: str
    source: str = ""
    beside: bool = False

    @property
    def sentence(self) -> SafeString:
        """The change of the field as a sentence."""
        named = {"field": self.name, "before": _short(self.before), "after": _short(self.after), "source": self.source}
        if self.beside:
            return format_html(_("{source} also states <b>{after}</b> for {field}."), **named)
        if self.before and self.after:
            return format_html(_("{field} changed from <del>{before}</del> to <ins>{after}</ins>."), **named)
        if self.after:
            return format_html(_("{field} set to <ins>{after}</ins>."), **named)
        if self.before:
            return format_html(_("{field} taken back; it was <del>{before}</del>."), **named)
        return format_html(_("The source of {field} is now {source}."), **named)


@dataclass(frozen=True)
class ReadChange:
    """A change as ``without_texts`` reads it, as far as ``entries`` asks."""

    pk: int
    by: str
    at: datetime.datetime
    was: State
    now: State


@dataclass(frozen=True)
class Entry:
    """One change: who, when, its fields, whether it made the card, and whether it changed the text."""

    pk: int
    by: str
    at: datetime.datetime
    fields: Sequence[ChangedField]
    first: bool
    text: bool

    @property
    def beginning(self) -> Sequence[ChangedField]:
        """The first fields: a list of changes shows no more of one."""
        return self.fields[:6]

    @property
    def more(self) -> int:
        """How many fields more it changed."""
        return len(self.fields) - len(self.beginning)


def without_texts(changes: QuerySet[CardChange]) -> QuerySet[CardChange]:
    """The changes with ``was`` and ``now`` instead of ``before`` and ``after``, in which a text is but a blank."""
    return changes.defer("before", "after").annotate(
        was=_WithoutText(F("before"), output_field=JSONField()), now=_WithoutText(F("after"), output_field=JSONField())
    )


def entries(changes: Iterable[CardChange | ReadChange], user: Reader, *, may_change: bool) -> list[Entry]:
    """The changes (read by ``without_texts``) for the reader."""
    read = [(change, change.was, change.now) for change in changes]  # type: ignore[union-attr]  # annotated
    seen = visible_slugs([states for _change, *both in read for states in both], user)
    return [
        Entry(
            pk=change.pk,
            by=change.by,
            at=change.at,
            fields=changed_fields(was, now, seen, may_change=may_change),
            first=not was and "name" in now,
            text=TEXT in was or TEXT in now,
        )
        for change, was, now in read
    ]


def changed_fields(before: State, after: State, seen: Collection[str], *, may_change: bool) -> list[ChangedField]:
    """The fields of a change in words, in their order on forms; the text is left to the reader.

    ``seen``: the slugs that the reader may know of (``visible_slugs``).
    """
    keys = dict.fromkeys(key.removesuffix(SOURCE) for key in {**before, **after})
    named = _base_models([before, after])
    hidden = {TEXT} if may_change else {TEXT, *OF_SHARING}
    if not named <= {*seen} or not (named or may_change):
        hidden |= {*OF_LINEAGE}
    order = {key: number for number, key in enumerate([*FIELDS, *OTHERS])}
    shown = (key for key in keys if key.partition(" (")[0] not in hidden)
    return [
        _changed_field(key, before, after)
        for key in sorted(shown, key=lambda key: order.get(key.partition(" (")[0], len(order)))
    ]


def visible_slugs(states: Iterable[State], user: Reader) -> set[str]:
    """Of the base models that these states of cards name, those that the reader may see."""
    named = _base_models(states)
    if not named:
        return set()
    return set(ModelCard.objects.visible_to(user).filter(slug__in=named).values_list("slug", flat=True))


def field_name(key: str) -> str:
    """The name of a field of a card, or of what is no fact."""
    return str(FIELDS[key].name if key in FIELDS else OTHERS.get(key, key))


def _changed_field(key: str, before: State, after: State) -> ChangedField:
    """One field; a key ``field (source)`` tells what another source states, ``field source`` where a value is from."""
    field, _space, other = key.partition(" (")
    return ChangedField(
        key=field,
        name=field_name(field),
        before=_words(field, before.get(key, "")),
        after=_words(field, after.get(key, "")),
        source=other.removesuffix(")") if other else after.get(f"{key}{SOURCE}", ""),
        beside=bool(other),
    )


def _base_models(states: Iterable[State]) -> set[str]:
    texts = (text for state in states for key, text in state.items() if key.partition(" (")[0] == "base_model")
    return {slug for text in texts for slug in values.parse_names(text)}


def _words(field: str, value: str) -> str:
    if field == "visibility":
        return str(dict(Visibility.choices).get(value, value)).lower()
    return str(written_value(field, value)) if value else ""


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


class _WithoutText(Func):
    """A JSON object whose text, if it has one, is emptied in the database."""

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]  # as Func has it
        template = f"json_replace(%(expressions)s, '$.{TEXT}', '')"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]  # as Func has it
        template = f"jsonb_set(%(expressions)s, '{{{TEXT}}}', '\"\"', false)"
        return super().as_sql(compiler, connection, template=template, **context)
