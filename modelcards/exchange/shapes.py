"""What a file says of one model, as data, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from modelcards.registry import StatedScore
from modelcards.statements import Statement
from modelcards.tables import RowError, TableError
from modelcards.values import parse_names

LONGEST_SOURCE = 300


class CardError(TableError):
    """A card that was refused, with all that is wrong with it: file, line, field, reason."""


@dataclass(frozen=True)
class CardFact(Statement):
    """One source's value of one field, and whether the file takes it for the card's own."""

    chosen: bool = True


@dataclass(frozen=True)
class CheckpointLine:
    """Weights in a public repository at one revision. Paths speak of a machine and are never exchanged."""

    revision: str
    repo_id: str
    step: int | None = None
    tokens_seen: int | None = None
    dtype: str = ""
    format: str = ""
    sha256: str = ""
    size: int | None = None


@dataclass(frozen=True)
class ReadCard:
    """What a file says of one model.

    ``slug``: the address that it wishes. ``repo``: its Hugging Face repository, blank where none is known.
    ``origin``: who speaks; what the same origin said of the card before and says no more is taken back.
    ``own``: written by this program, so the slug alone decides which card is meant. ``table``: one row without
    sources of its own, so a value that the card has already says nothing new. ``text`` None: says nothing of it.
    """

    file: str
    line: int
    slug: str
    repo: str
    origin: str
    facts: Sequence[CardFact]
    text: str | None = None
    checkpoints: Sequence[CheckpointLine] = ()
    scores: Sequence[StatedScore] = ()
    visibility: str = "public"
    own: bool = False
    table: bool = False
    newer: str = ""
    notes: Sequence[RowError] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        """The model's name."""
        return next((fact.value for fact in self.facts if fact.field == "name" and fact.chosen), self.slug)

    def named(self, field_name: str) -> list[str]:
        """The names in the chosen value of a field."""
        return [
            name for fact in self.facts if fact.field == field_name and fact.chosen for name in parse_names(fact.value)
        ]
