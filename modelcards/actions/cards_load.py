"""Load many cards and what sources state of them, in one go and any number of times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from modelcards.actions.counts import Loaded
from modelcards.actions.projection import chosen_values, link_arrivals, note_changes, project
from modelcards.actions.reconcile import reconcile
from modelcards.addresses import renamed
from modelcards.fields import columns
from modelcards.models import Fact, ModelCard
from modelcards.statements import Statement


@transaction.atomic
def cards_load(*, models: Mapping[str, Sequence[Statement]], catalog: str, by: str) -> Loaded:
    """Make or renew the cards (slug to facts) of one file. A fact that a person chose stays chosen.

    ``catalog`` names the file: what it no longer states is removed. ``by`` is noted in the history.
    """
    models = under_todays_slugs(models)
    present = set(ModelCard.objects.filter(slug__in=models).values_list("slug", flat=True))
    fresh = [slug for slug in models if slug not in present]
    ModelCard.objects.bulk_create(
        ModelCard(slug=slug, **columns({fact.field: fact.value for fact in models[slug]})) for slug in fresh
    )
    changed = _state(models, catalog=catalog, choose=True, by=by)
    link_arrivals(list(ModelCard.objects.filter(slug__in=fresh).values_list("pk", flat=True)))
    return Loaded(len(fresh), changed - len(fresh), len(models) - changed)


@transaction.atomic
def claims_load(*, claims: Mapping[str, Sequence[Statement]], catalog: str, by: str) -> Loaded:
    """Store what other sources say (slug to statements), beside the chosen facts and never instead of them."""
    claims = under_todays_slugs(claims)
    changed = _state(claims, catalog=catalog, choose=False, by=by)
    return Loaded(0, changed, max(0, len(claims) - changed))


def under_todays_slugs(stated: Mapping[str, Sequence[Statement]]) -> dict[str, Sequence[Statement]]:
    """The statements by the slug that each card has now. A row with today's slug counts before one with a former."""
    moved = renamed(stated)
    return {moved.get(slug, slug): facts for slug, facts in stated.items() if moved.get(slug) not in stated}


def _state(stated: Mapping[str, Sequence[Statement]], *, catalog: str, choose: bool, by: str) -> int:
    """Reconcile facts, renew the columns of cards whose facts changed, note it; returns how many cards changed."""
    cards = dict(ModelCard.objects.filter(slug__in=stated).values_list("slug", "pk"))
    stating = Fact.objects.filter(catalog=catalog).values_list("card", flat=True)
    before = chosen_values({*cards.values(), *stating})
    noted = reconcile({cards[slug]: list(facts) for slug, facts in stated.items()}, catalog=catalog, choose=choose)
    project(noted)
    note_changes(noted, before=before, by=by)
    return len(noted)
