"""Two people edited a card at once: what each changed, and putting it together field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcards.editing.draft import SHARING, Draft, Given
from modelcards.fields import FIELDS
from modelcards.history import field_name

if TYPE_CHECKING:
    from modelcards.models import CardChange

KEYS = (*FIELDS, "text", *SHARING)
MINE, STORED = "mine", "stored"
# How the history names what a draft calls ``text``.
NOTED = {"text": "card_text"}


@dataclass(frozen=True)
class Clash:
    """One field as it was when the person began, as they have it, and as it is stored now."""

    key: str
    name: str
    base: Given
    mine: Given
    stored: Given
    picked: str = ""


@dataclass(frozen=True)
class Conflict:
    """``both`` must be chosen; ``ours`` only this person changed, ``theirs`` only others did."""

    both: list[Clash]
    ours: list[Clash]
    theirs: list[Clash]

    @property
    def decided(self) -> bool:
        """Whether nothing is left to choose."""
        return all(clash.picked for clash in self.both)


def as_it_was(stored: Draft, since: Iterable[CardChange]) -> Draft:
    """The stored card before the changes ``since`` (newest first) were made."""
    draft = stored
    for change in since:
        for key in KEYS:
            draft = _before(draft, key, change.before, change.after)
    return draft


def conflict_of(base: Draft, mine: Draft, stored: Draft, picks: Mapping[str, str]) -> Conflict:
    """What stands against what, with what was picked so far."""
    found: dict[str, list[Clash]] = {"both": [], "ours": [], "theirs": []}
    for key in KEYS:
        if mine.differs(key, stored):
            kind = "ours" if not stored.differs(key, base) else "both" if mine.differs(key, base) else "theirs"
            picked = {"ours": MINE, "theirs": STORED}.get(kind) or picks.get(key, "")
            found[kind].append(_clash(key, base, mine, stored, picked if picked in (MINE, STORED) else ""))
    return Conflict(**found)


def merged(mine: Draft, stored: Draft, conflict: Conflict) -> Draft:
    """The person's draft with what others changed where that was picked."""
    for clash in [*conflict.both, *conflict.theirs]:
        if clash.picked == STORED:
            mine = mine.taking(clash.key, stored)
    return mine


def _before(draft: Draft, key: str, before: Mapping[str, str], after: Mapping[str, str]) -> Draft:
    noted = NOTED.get(key, key)
    if noted not in {**before, **after} and f"{key} source" not in {**before, **after}:
        return draft
    if key not in FIELDS:
        return draft.putting(key, before.get(noted, ""))
    now = draft.fact(key)
    value = before.get(key, "") if key in {**before, **after} else now.value
    source = before.get(f"{key} source", now.source)
    return draft.taking(key, Draft(facts={key: Given(value, source, "" if source != now.source else now.citation)}))


def _clash(key: str, base: Draft, mine: Draft, stored: Draft, picked: str) -> Clash:
    if key in FIELDS:
        return Clash(key, field_name(key), base.fact(key), mine.fact(key), stored.fact(key), picked)
    was, wanted, now = (Given(draft.get(key)) for draft in (base, mine, stored))
    return Clash(key, field_name(NOTED.get(key, key)), was, wanted, now, picked)
