"""Collects what a card states, each value read as the catalog will read it; what cannot stand is noted instead."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from modelcards.exchange.frontmatter import Metadata
from modelcards.exchange.shapes import CardFact
from modelcards.fields import FIELDS, NOTE
from modelcards.tables import RowError


class Stating:
    """The facts of one card from one source, and notes on what was left out."""

    def __init__(self, metadata: Metadata, file: str, source: str, citation: str) -> None:
        self.metadata, self.file, self.source, self.citation = metadata, file, source, citation
        self.facts: dict[str, CardFact] = {}
        self.notes: list[RowError] = []

    def say(self, field: str, value: str, key: str, *, inferred: bool = False) -> None:
        """State a field once; the first word counts. ``key``: where in the metadata it comes from."""
        value = value.replace("\x00", "").strip()
        if not value or field in self.facts:
            return
        try:
            FIELDS[field].read(value)
        except ValueError as error:
            self.note(key, _("“%(value)s” is left out: %(why)s") % {"value": value[:60], "why": error})
            return
        confidence = "inferred" if inferred else "unchecked"
        self.facts[field] = CardFact(field, value, self.source, self.citation, confidence)

    def say_names(self, field: str, names: list[str], key: str, *, limit: int, inferred: bool = False) -> None:
        """State several names; one that is too long is noted, and what does not fit into one fact."""
        kept: list[str] = []
        for name in dict.fromkeys(" ".join(name.replace(";", ",").split()) for name in names):
            if len(name) > limit:
                self.note(
                    key,
                    _("“%(value)s…” is left out: longer than %(most)d characters")
                    % {"value": name[:40], "most": limit},
                )
            elif name and len("; ".join([*kept, name])) > NOTE:
                self.note(
                    key,
                    _("“%(value)s” is left out: no more than %(most)d characters of names fit")
                    % {"value": name, "most": NOTE},
                )
            elif name:
                kept.append(name)
        self.say(field, "; ".join(kept), key, inferred=inferred)

    def words(self, key: str) -> list[str]:
        """The texts under a key that holds one or a list of them; other things are noted."""
        found = []
        value = self.metadata.values.get(key)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, bool):
                # YAML takes Norwegian for "no": the one word of the kind that cards write.
                found.append("no" if item is False and key == "language" else str(item).lower())
            elif isinstance(item, (str, int, float)):
                found.append(str(item).strip())
            elif item is not None:
                self.note(key, _("%(kind)s is left out; write a text or a list of texts") % {"kind": _kind(item)})
        return [word for word in found if word]

    def note(self, key: str, reason: str) -> None:
        """Name something that was left out, once."""
        row = RowError(self.file, self.metadata.line(key), key, reason)
        if row not in self.notes:
            self.notes.append(row)


def _kind(value: Any) -> str:
    return _("a mapping") if isinstance(value, dict) else _("a list")
