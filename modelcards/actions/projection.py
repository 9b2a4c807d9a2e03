"""Renew what is a projection of a card's chosen facts: its columns, names, publications and base models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from modelcards import values
from modelcards.actions.awaited import await_parents, awaiting
from modelcards.addresses import card_ids
from modelcards.fields import FIELDS, OF_LINEAGE, REQUIRED, columns
from modelcards.models import (
    AwaitedCard,
    CardChange,
    Fact,
    Language,
    Lineage,
    Modality,
    ModelCard,
    Organisation,
    Publication,
)

if TYPE_CHECKING:
    Chosen = Mapping[int, Mapping[str, str]]


def chosen_values(cards: Iterable[int]) -> dict[int, dict[str, str]]:
    """Card id to the text of each chosen fact by field."""
    chosen: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Fact.objects.filter(card__in=list(cards), chosen=True).values_list("card", "field", "value")
    for card, field, value in rows:
        chosen[card][field] = value
    return chosen


def project(cards: Collection[int], fields: Collection[str] = tuple(FIELDS)) -> None:
    """Write anew what follows from these fields of the cards: columns, names, publications and lineage."""
    if not cards:
        return
    chosen = chosen_values(cards)
    _project_columns(cards, chosen)
    for field, (through, target, make) in _NAMES.items():
        if field in fields:
            _project_names(through, target, make, _listed(cards, chosen, field))
    if "paper" in fields:
        _project_publications(_listed(cards, chosen, "paper"))
    if not set(OF_LINEAGE).isdisjoint(fields):
        _project_lineage(cards, chosen)


def note_changes(touched: Mapping[int, Iterable[Fact]], *, before: Chosen, by: str, who: User | None = None) -> None:
    """Add to the history of each touched card what its chosen facts were and are, and what else is now stated."""
    after = chosen_values(touched)
    versions = dict(ModelCard.objects.filter(pk__in=list(touched)).values_list("pk", "version"))
    changes = []
    for card, others in touched.items():
        old, new = before.get(card, {}), after.get(card, {})
        fields = [field for field in {**old, **new} if old.get(field) != new.get(field)]
        noted = {field: new[field] for field in fields if field in new}
        noted |= {f"{fact.field} ({fact.source})": fact.value for fact in others}
        was = {field: old[field] for field in fields if field in old}
        version = versions.get(card)
        changes.append(CardChange(card_id=card, who=who, by=by, before=was, after=noted, version=version))
    CardChange.objects.bulk_create(changes, batch_size=500)


def _project_columns(cards: Collection[int], chosen: Chosen) -> None:
    """Only columns that differ are written: each that is written costs the renewal of its index."""
    altered, names = [], set[str]()
    for card in ModelCard.objects.filter(pk__in=list(cards)):
        wanted = columns(chosen.get(card.pk, {}))
        wanted = {name: value for name, value in wanted.items() if value or name not in REQUIRED}  # never nameless
        different = {name: value for name, value in wanted.items() if getattr(card, name) != value}
        for name, value in different.items():
            setattr(card, name, value)
        card.updated_at = timezone.now()
        card.version += 1
        names |= set(different)
        altered.append(card)
    if len(altered) == 1:  # A plain UPDATE of one row; many rows at once are told apart by CASE, which costs more.
        altered[0].save(update_fields=[*names, "updated_at", "version"])
    else:
        ModelCard.objects.bulk_update(altered, [*names, "updated_at", "version"], batch_size=100)


def _listed(cards: Collection[int], chosen: Chosen, field: str) -> dict[int, list[str]]:
    return {card: values.parse_names(chosen.get(card, {}).get(field, "")) for card in cards}


def _project_names(through: Any, target: str, make: Any, wanted: Mapping[int, list[str]]) -> None:
    """Bring the rows of a many-to-many table in line with the wanted names of each card."""
    ids = make({name for names in wanted.values() for name in names})
    pairs = {(card, ids[name]) for card, names in wanted.items() for name in names}
    _sync_rows(
        through,
        pairs,
        {(row.modelcard_id, getattr(row, f"{target}_id")): row for row in _of(through, wanted)},
        lambda pair: through(**{"modelcard_id": pair[0], f"{target}_id": pair[1]}),
    )


def _of(through: Any, wanted: Mapping[int, Any]) -> Any:
    return through.objects.filter(modelcard__in=list(wanted))


def _sync_rows(model: Any, wanted: set[Any], present: dict[Any, models.Model], make: Any) -> None:
    model.objects.filter(pk__in=[row.pk for key, row in present.items() if key not in wanted]).delete()
    model.objects.bulk_create([make(key) for key in sorted(wanted - set(present))], batch_size=500)


def _organisations(names: set[str]) -> dict[str, int]:
    known = _known(Organisation, "name", names)
    for name in sorted(names - set(known)):
        known[name] = Organisation.objects.get_or_create(name=name, defaults={"slug": _free_slug(name)})[0].pk
    return known


def _free_slug(name: str) -> str:
    """A slug that no organisation has."""
    slug = base = slugify(name, allow_unicode=True)[:90] or "organisation"
    number = 2
    while Organisation.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


def _languages(codes: set[str]) -> dict[str, int]:
    return _named(Language, "code", codes)


def _modalities(keys: set[str]) -> dict[str, int]:
    return _named(Modality, "key", keys)


def _named(model: Any, field: str, names: set[str]) -> dict[str, int]:
    """The ids of these names; those that are new are made, also when another process makes them at this moment."""
    known = _known(model, field, names)
    if fresh := sorted(names - set(known)):
        model.objects.bulk_create([model(**{field: name}) for name in fresh], ignore_conflicts=True)
        known = _known(model, field, names)
    return known


def _known(model: Any, field: str, names: set[str]) -> dict[str, int]:
    """Only the asked names are read: a catalog may know a hundred thousand."""
    found: dict[str, int] = {}
    wanted = sorted(names)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        found.update(model.objects.filter(**{f"{field}__in": some}).values_list(field, "pk"))
    return found


def _project_publications(wanted: Mapping[int, list[str]]) -> None:
    rows = {(row.card_id, row.reference): row for row in Publication.objects.filter(card__in=list(wanted))}
    pairs = {(card, values.source_name(reference)) for card, references in wanted.items() for reference in references}
    _sync_rows(
        Publication,
        pairs,
        dict(rows),
        lambda pair: Publication(card_id=pair[0], reference=pair[1], url=values.source_address(pair[1])),
    )


def link_arrivals(cards: Collection[int]) -> None:
    """Hang on new cards the models that named them as their base before they were there."""
    children = {row.card_id for row in awaiting(cards) if row.role == AwaitedCard.Role.PARENT}
    if children:
        _project_lineage(children, chosen_values(children))


def _project_lineage(cards: Collection[int], chosen: Chosen) -> None:
    wanted = {
        (card, base, chosen[card].get("relation", ""))
        for card, bases in _listed(cards, chosen, "base_model").items()
        for base in bases
    }
    parents = card_ids({base for _card, base, _how in wanted})
    await_parents(cards, {(card, base) for card, base, _how in wanted if base not in parents})
    triples = {(card, parents[base], how) for card, base, how in wanted if base in parents and parents[base] != card}
    present = {
        (row.child_id, row.parent_id, row.relation): row for row in Lineage.objects.filter(child__in=list(cards))
    }
    _sync_rows(
        Lineage,
        triples,
        dict(present),
        lambda key: Lineage(child_id=key[0], parent_id=key[1], relation=key[2]),
    )


# The fields whose values are rows of their own: the table between, its column, and what finds or makes the rows.
_NAMES: dict[str, tuple[Any, str, Callable[[set[str]], dict[str, int]]]] = {
    "organisation": (ModelCard.organisations.through, "organisation", _organisations),
    "languages": (ModelCard.languages.through, "language", _languages),
    "modality": (ModelCard.modalities.through, "modality", _modalities),
}
