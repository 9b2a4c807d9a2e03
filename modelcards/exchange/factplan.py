"""What an import changes of a card's facts: pure, stored facts and stated ones in, differences out.

A chosen fact is never replaced, unless an import of the same origin stated it; what is newly stated then stands beside
it as another source. A field that a person took back stays without a value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from modelcards.exchange.report import Change
from modelcards.exchange.shapes import CardFact, ReadCard
from modelcards.fields import FIELDS
from modelcards.models import Fact

Key = tuple[str, str, str]
NEWER_ORIGIN = "import: newer version of "


@dataclass
class FactPlan:
    """Facts to make, to give other words, to unchoose, to remove; and the same as lines of a report."""

    fresh: list[Fact] = field(default_factory=list)
    altered: list[Fact] = field(default_factory=list)
    displaced: list[Fact] = field(default_factory=list)
    gone: list[Fact] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def needed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.fresh or self.altered or self.displaced or self.gone)


def plan_facts(read: ReadCard, present: Sequence[Fact], withdrawn: Collection[str]) -> FactPlan:
    """The differences between a card's stored facts and what a file states of it."""
    plan, stored = FactPlan(), {_key(fact): fact for fact in present}
    chosen = {fact.field: fact for fact in present if fact.chosen}
    before = {name: fact.value for name, fact in chosen.items()}
    wanted = {_key(fact): fact for fact in read.facts if not _says_nothing(read, fact, chosen)}
    taken = {
        fact.field
        for fact in wanted.values()
        if fact.chosen and fact.field not in withdrawn and _free(read, chosen.get(fact.field))
    }
    _keep_pairs(taken, chosen, wanted.values())
    for key, fact in wanted.items():
        _want(plan, read, stored.get(key), fact, fact.chosen and fact.field in taken)
    for key, row in stored.items():
        if key not in wanted and row.catalog == read.origin and not row.chosen_by and not read.table:
            plan.gone.append(row)
        elif row.chosen and row.field in taken and not (key in wanted and wanted[key].chosen):
            row.chosen = False
            plan.displaced.append(row)
    plan.changes = _lines(plan, before, present)
    return plan


def _free(read: ReadCard, fact: Fact | None) -> bool:
    """Whether the import may choose the value of a field: there is none, or the same origin stated it."""
    if fact is None:
        return True
    # What a card says of its own descent counts more than what an older version says of it.
    theirs = fact.catalog.startswith(NEWER_ORIGIN)
    return not fact.chosen_by and (fact.catalog == read.origin or theirs)


def _says_nothing(read: ReadCard, fact: CardFact, chosen: dict[str, Fact]) -> bool:
    """A row of a table states no sources: a value that the card has already says nothing new."""
    now = chosen.get(fact.field)
    return read.table and now is not None and now.value == fact.value


def _keep_pairs(taken: set[str], chosen: dict[str, Fact], wanted: Iterable[CardFact]) -> None:
    """A base model and its relation belong to one source: neither is chosen without the other."""
    pair = {"base_model", "relation"}
    stated = {fact.field for fact in wanted if fact.chosen} & pair
    blocked = {name for name in stated if name not in taken} | {name for name in pair - stated if name in chosen}
    if stated and blocked:
        taken -= pair


def _want(plan: FactPlan, read: ReadCard, row: Fact | None, fact: CardFact, choose: bool) -> None:
    if row is None:
        plan.fresh.append(
            Fact(
                field=fact.field,
                value=fact.value,
                source=fact.source,
                citation=fact.citation,
                confidence=fact.confidence,
                chosen=choose,
                catalog=read.origin,
            )
        )
        return
    own = row.catalog == read.origin and not row.chosen_by
    words = (fact.citation, fact.confidence) if own else (row.citation, row.confidence)
    now = choose or (row.chosen and (not own or fact.chosen))
    if (row.citation, row.confidence, row.chosen) != (*words, now):
        row.citation, row.confidence = words
        row.chosen = now
        plan.altered.append(row)


def _lines(plan: FactPlan, before: dict[str, str], present: Sequence[Fact]) -> list[Change]:
    """Chosen values before and after, then what stands beside them."""
    gone = {id(fact) for fact in plan.gone}
    after = {fact.field: fact.value for fact in (*present, *plan.fresh) if fact.chosen and id(fact) not in gone}
    fields = [name for name in FIELDS if before.get(name) != after.get(name)]
    changes = [Change(name, before.get(name, ""), after.get(name, "")) for name in fields]
    changes += [Change(_beside(fact), "", fact.value) for fact in plan.fresh if not fact.chosen]
    changes += [Change(_beside(fact), fact.value, "") for fact in plan.gone if before.get(fact.field) != fact.value]
    if not changes and plan.needed:
        changes = [Change(_beside(fact), "", f"{fact.value} ({fact.confidence})") for fact in plan.altered]
        changes += [Change(_beside(fact), fact.value, "") for fact in plan.gone]
    return changes


def _beside(fact: Fact) -> str:
    return f"{fact.field} ({fact.source})"


def _key(fact: Fact | CardFact) -> Key:
    return (fact.field, fact.source, fact.value)
