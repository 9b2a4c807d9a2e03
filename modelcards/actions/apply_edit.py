"""Write an edit into the rows of one locked card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from modelcards import values
from modelcards.actions.lineage_check import lineage_errors, pair_error
from modelcards.actions.projection import project
from modelcards.addresses import card_ids
from modelcards.edits import CardEdit, EditErrors, Sharing, StatedFact, citation_of, edit_errors, read_text
from modelcards.fields import OF_LINEAGE
from modelcards.models import Fact, ModelCard, Withdrawal
from modelcards.models.card import Visibility
from modelcards.querysets import visible_cards

Facts = Mapping[str, StatedFact]


def checked_edit(user: User, card: ModelCard | None, edit: CardEdit) -> CardEdit:
    """The edit with only what differs from the stored card (None: a new one). Raises EditErrors."""
    stored = chosen_facts(card)
    facts = {key: _tidy(fact) for key, fact in edit.facts.items()}
    if "base_model" in facts and card is not None:
        facts["base_model"] = _with_hidden(user, facts["base_model"], stored)
    facts = {key: fact for key, fact in facts.items() if _differs(fact, stored.get(key))}
    errors = edit_errors(replace(edit, facts=facts)) | _sharing_errors(edit.sharing)
    if not set(OF_LINEAGE).isdisjoint(facts) and set(OF_LINEAGE).isdisjoint(errors):
        errors |= _lineage(user, card, stored, facts)
    if errors:
        raise EditErrors(errors)
    return replace(edit, facts=facts)


def apply_edit(user: User, card: ModelCard, edit: CardEdit) -> None:
    """Store a checked edit: facts with their projections, the text, the sharing. Notes nothing."""
    if edit.facts:
        _store_facts(user, card, edit.facts)
        project([card.pk], edit.facts)
    if edit.text is not None and read_text(edit.text) != card.card_text:
        ModelCard.objects.filter(pk=card.pk).update(card_text=read_text(edit.text))
    if edit.sharing is not None:
        ModelCard.objects.filter(pk=card.pk).update(visibility=edit.sharing.visibility, owner=edit.sharing.owner)
        card.readers.set(edit.sharing.readers)


def chosen_facts(card: ModelCard | None) -> dict[str, Fact]:
    """The chosen fact of each field."""
    return {fact.field: fact for fact in Fact.objects.filter(card=card, chosen=True)} if card is not None else {}


def choose(user: User, fact: Fact) -> None:
    """Make a fact of a locked card the chosen one of its field, also against what was withdrawn before."""
    _choose(user, fact, list(Fact.objects.filter(card=fact.card_id, field=fact.field)))
    Withdrawal.objects.filter(card=fact.card_id, field=fact.field).delete()


def _store_facts(user: User, card: ModelCard, facts: Facts) -> None:
    """All fields at once, since each question is a round trip: the card is held, so what was read stays so."""
    present: dict[str, list[Fact]] = {key: [] for key in facts}
    for fact in Fact.objects.filter(card=card, field__in=list(facts)):
        present[fact.field].append(fact)
    for key, stated in facts.items():
        _store(user, card, key, stated, present[key])
    stated_now = [key for key, stated in facts.items() if stated.value]
    if stated_now:
        Withdrawal.objects.filter(card=card, field__in=stated_now).delete()


def _store(user: User, card: ModelCard, key: str, stated: StatedFact, present: Sequence[Fact]) -> None:
    if not stated.value:
        _clear(present)
        Withdrawal.objects.get_or_create(card=card, field=key, defaults={"by": user.get_username()})
        return
    source = stated.source or _("stated by %(person)s") % {"person": user.get_username()}
    given = {"citation": citation_of(stated), "confidence": stated.confidence}
    fact = next((fact for fact in present if (fact.source, fact.value) == (source, stated.value)), None)
    if fact is None:
        fact = Fact(card=card, field=key, source=source, value=stated.value, **given)
    elif not fact.catalog:
        fact.citation, fact.confidence = given["citation"], given["confidence"]
    _choose(user, fact, present)


def _choose(user: User, fact: Fact, present: Sequence[Fact]) -> None:
    """Store a fact as the chosen one among those present of its field."""
    _clear(present, keep=fact)
    fact.chosen, fact.chosen_by = True, user.get_username()
    fact.save(update_fields=["chosen", "chosen_by", "citation", "confidence"] if fact.pk else None)


def _clear(present: Sequence[Fact], keep: Fact | None = None) -> None:
    """No chosen fact of a field any more. What a person entered is replaced, what a file states stands beside."""
    chosen = [fact for fact in present if fact.chosen and fact != keep]
    replaced = [fact.pk for fact in chosen if not fact.catalog and (keep is None or fact.source == keep.source)]
    if replaced:
        Fact.objects.filter(pk__in=replaced).delete()
    if len(replaced) < len(chosen):
        rest = [fact.pk for fact in chosen if fact.pk not in replaced]
        Fact.objects.filter(pk__in=rest).update(chosen=False, chosen_by="")


def _tidy(fact: StatedFact) -> StatedFact:
    return replace(fact, value=fact.value.strip(), source=fact.source.strip(), citation=fact.citation.strip())


def _differs(stated: StatedFact, stored: Fact | None) -> bool:
    """Whether this says something else; a source, citation or confidence that is not given says nothing."""
    if stored is None or stated.value != stored.value:
        return stated.value != (stored.value if stored else "")
    if not stated.source or stated.source == stored.source:
        return bool(stated.source and stated.citation and stated.citation != stored.citation and not stored.catalog)
    return True


def _with_hidden(user: User, stated: StatedFact, stored: Mapping[str, Fact]) -> StatedFact:
    """Base models that the person may not see are kept: they could neither be named nor meant."""
    known = stored["base_model"].value if "base_model" in stored else ""
    given = values.parse_names(stated.value)
    names = [*given, *(slug for slug in hidden_bases(user, known) if slug not in given)]
    same = set(names) == set(values.parse_names(known))
    return replace(stated, value=known if same else "; ".join(names))


def hidden_bases(user: User, value: str) -> list[str]:
    """Those of the stored base models that the person may not see; archived ones may be seen here."""
    ids = card_ids(values.parse_names(value))
    seen = set(ModelCard.objects.filter(visible_cards(user), pk__in=list(ids.values())).values_list("pk", flat=True))
    return [slug for slug in values.parse_names(value) if slug in ids and ids[slug] not in seen]


def _lineage(user: User, card: ModelCard | None, stored: Mapping[str, Fact], facts: Facts) -> dict[str, list[str]]:
    before = {key: fact.value for key, fact in stored.items()}
    after = {**before, **{key: fact.value for key, fact in facts.items()}}
    wrong = lineage_errors(user, card, before, after)
    return pair_error(after) | ({"base_model": wrong} if wrong else {})


def _sharing_errors(sharing: Sharing | None) -> dict[str, list[str]]:
    if sharing is None or sharing.visibility in Visibility.values:
        return {}
    return {"visibility": [_("not known; one of: %(keys)s") % {"keys": ", ".join(Visibility.values)}]}
