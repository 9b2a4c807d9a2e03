"""Bring the stored facts in line with what one file states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from modelcards.models import Fact, Withdrawal
from modelcards.statements import Statement

Key = tuple[int, str, str, str]


def reconcile(stated: Mapping[int, Sequence[Statement]], *, catalog: str, choose: bool) -> dict[int, list[Fact]]:
    """Store the statements (card id to statements) of the file ``catalog``; drop what it stated before but not now.

    With ``choose`` they become the chosen facts, unless a person chose another or took the field back. Returns the
    ids of the cards of which a fact was added, changed or removed, each with its new facts that are not chosen.
    """
    present = {_key(fact): fact for fact in _present(stated, catalog, choose)}
    wanted = {
        (card, one.field, one.source, one.value): one for card, statements in stated.items() for one in statements
    }
    held = {(fact.card_id, fact.field) for fact in present.values() if fact.chosen and fact.chosen_by}
    held |= set(Withdrawal.objects.filter(card__in=list(stated)).values_list("card", "field"))
    taken = {key[:2] for key in wanted} - held if choose else set()
    fresh = [_fact(key[0], one, catalog, chosen=key[:2] in taken) for key, one in wanted.items() if key not in present]
    gone, displaced, altered = [], [], []
    for key, fact in present.items():
        if key in wanted:
            altered += [fact] if _alter(fact, wanted[key], chosen=fact.chosen or key[:2] in taken) else []
        elif fact.catalog == catalog and not fact.chosen_by:
            gone.append(fact)
        elif fact.chosen and key[:2] in taken:
            fact.chosen = False
            displaced.append(fact)
    _write(fresh, gone, displaced, altered)
    return _touched(fresh, [*gone, *displaced, *altered])


def _present(stated: Mapping[int, Sequence[Statement]], catalog: str, choose: bool) -> Iterable[Fact]:
    of_cards = Fact.objects.filter(card__in=list(stated))
    return of_cards if choose else of_cards | Fact.objects.filter(catalog=catalog)


def _key(fact: Fact) -> Key:
    return (fact.card_id, fact.field, fact.source, fact.value)


def _fact(card: int, one: Statement, catalog: str, *, chosen: bool) -> Fact:
    return Fact(
        card_id=card,
        field=one.field,
        value=one.value,
        source=one.source,
        citation=one.citation,
        confidence=one.confidence,
        chosen=chosen,
        catalog=catalog,
    )


def _alter(fact: Fact, one: Statement, *, chosen: bool) -> bool:
    """Give a stored fact what the file now says beside the value; whether that changed anything."""
    if (fact.citation, fact.confidence, fact.chosen) == (one.citation, one.confidence, chosen):
        return False
    fact.citation, fact.confidence, fact.chosen = one.citation, one.confidence, chosen
    return True


def _write(fresh: list[Fact], gone: list[Fact], displaced: list[Fact], altered: list[Fact]) -> None:
    """Removals first: only one fact of a field may be chosen at any time."""
    Fact.objects.filter(pk__in=[fact.pk for fact in gone]).delete()
    Fact.objects.bulk_update(displaced, ["chosen"], batch_size=500)
    Fact.objects.bulk_update(altered, ["citation", "confidence", "chosen"], batch_size=500)
    Fact.objects.bulk_create(fresh, batch_size=500)


def _touched(fresh: list[Fact], others: list[Fact]) -> dict[int, list[Fact]]:
    touched: dict[int, list[Fact]] = {fact.card_id: [] for fact in [*fresh, *others]}
    for fact in fresh:
        touched[fact.card_id] += [] if fact.chosen else [fact]
    return touched
