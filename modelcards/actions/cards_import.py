"""Bring cards that files state into the catalog: each card whole or not at all, any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from modelcards import registry
from modelcards.actions.locks import LINEAGE, SLUGS, hold
from modelcards.actions.newer import link_newer
from modelcards.actions.permission import NotAllowed
from modelcards.actions.projection import link_arrivals, project
from modelcards.exchange.plan import IMPORTED, CardPlan, plan_cards
from modelcards.exchange.report import NEW, Outcome, refused
from modelcards.exchange.seen import Seen
from modelcards.exchange.shapes import ReadCard
from modelcards.fields import columns
from modelcards.models import CardChange, Checkpoint, Fact, ModelCard
from modelcards.tables import RowError

PERMISSION = "modelcards.add_modelcard"


def require_import(user: User) -> None:
    """Raise NotAllowed unless the person may bring cards in."""
    if not user.is_active or not user.has_perm(PERMISSION):
        raise NotAllowed(_("Only editors may bring cards into the catalog."))


def cards_import(*, user: User | None, cards: Sequence[ReadCard], seen: Seen) -> list[Outcome]:
    """Make or change the cards that ``cards`` state; an outcome for each, in their order.

    All in one transaction. Should the database refuse it, one card after another, so that one alone is left out.
    ``user`` None: a command of this machine. ``seen``: what the import has met before. Raises NotAllowed.
    """
    if user is not None:
        require_import(user)
    try:
        with transaction.atomic():
            hold(SLUGS)
            hold(LINEAGE)
            plans = plan_cards(cards, user=user, seen=seen, lock=True)
            _carry_out([plan for plan in plans if plan.due], user)
            return [plan.outcome for plan in plans]
    except DatabaseError as error:
        seen.forget({f"{card.file}:{card.line}" for card in cards})
        if len(cards) == 1:
            reason = _("the database refused it: %(why)s") % {"why": str(error).splitlines()[0][:200]}
            return [refused([RowError(cards[0].file, cards[0].line, "", reason)], name=cards[0].name)]
        return list(chain.from_iterable(cards_import(user=user, cards=[card], seen=seen) for card in cards))


def _carry_out(plans: Sequence[CardPlan], user: User | None) -> None:
    if not plans:
        return
    made = _make_cards([plan for plan in plans if plan.card is None], user)
    ids = {plan.slug: plan.card.pk if plan.card is not None else made[plan.slug] for plan in plans}
    _write_facts(plans, ids)
    _write_texts([plan for plan in plans if plan.text is not None], ids)
    _write_checkpoints(plans, ids)
    for exchange in registry.score_exchanges:
        exchange.store({ids[plan.slug]: plan.scores for plan in plans if plan.scores is not None})
    stated = [ids[plan.slug] for plan in plans if plan.facts.needed]
    project(stated)
    link_arrivals(list(made.values()))
    link_newer({ids[plan.slug]: plan.read for plan in plans}, arrived=list(made.values()))
    _count_versions(set(ids.values()) - set(stated), list(made.values()))
    _note_history(plans, ids, user)


def _make_cards(plans: Sequence[CardPlan], user: User | None) -> dict[str, int]:
    """The new cards by address."""
    rows = [
        ModelCard(
            slug=plan.slug,
            visibility=plan.read.visibility,
            owner=user if plan.read.visibility != "public" else None,
            **columns({fact.field: fact.value for fact in plan.facts.fresh if fact.chosen}),
        )
        for plan in plans
    ]
    ModelCard.objects.bulk_create(rows, batch_size=200)
    return {row.slug: row.pk for row in rows}


def _write_facts(plans: Sequence[CardPlan], ids: dict[str, int]) -> None:
    """Removals first: only one fact of a field may be chosen at any time."""
    for plan in plans:
        for fact in plan.facts.fresh:
            fact.card_id = ids[plan.slug]
    every = [plan.facts for plan in plans]
    gone = [fact.pk for facts in every for fact in facts.gone]
    Fact.objects.filter(pk__in=gone).delete()
    Fact.objects.bulk_update([fact for facts in every for fact in facts.displaced], ["chosen"], batch_size=500)
    altered = [fact for facts in every for fact in facts.altered]
    Fact.objects.bulk_update(altered, ["citation", "confidence", "chosen"], batch_size=500)
    Fact.objects.bulk_create([fact for facts in every for fact in facts.fresh], batch_size=500)


def _write_texts(plans: Sequence[CardPlan], ids: dict[str, int]) -> None:
    rows = [ModelCard(pk=ids[plan.slug], card_text=plan.text or "") for plan in plans]
    ModelCard.objects.bulk_update(rows, ["card_text"], batch_size=100)


def _write_checkpoints(plans: Sequence[CardPlan], ids: dict[str, int]) -> None:
    for plan in plans:
        for row in plan.checkpoints:
            row.card_id = ids[plan.slug]
    rows = [row for plan in plans for row in plan.checkpoints]
    Checkpoint.objects.bulk_create([row for row in rows if row.pk is None], batch_size=500)
    names = ["repo_id", "step", "tokens_seen", "dtype", "format", "sha256", "size"]
    Checkpoint.objects.bulk_update([row for row in rows if row.pk is not None], names, batch_size=200)


def _count_versions(others: set[int], made: list[int]) -> None:
    """One version more for each change: the projection has counted those with facts; a new card begins at 1."""
    ModelCard.objects.filter(pk__in=others).update(version=F("version") + 1, updated_at=timezone.now())
    ModelCard.objects.filter(pk__in=made).update(version=1)


def _note_history(plans: Sequence[CardPlan], ids: dict[str, int], user: User | None) -> None:
    """One entry for each card: what the report says of it, values whole."""
    by = f"{IMPORTED} by {user.get_username()}"[:150] if user is not None else "import_cards"
    versions = dict(ModelCard.objects.filter(pk__in=list(ids.values())).values_list("pk", "version"))
    rows = []
    for plan in plans:
        card = ids[plan.slug]
        before = {one.field: one.old for one in plan.outcome.changes if one.old}
        after = {one.field: one.new for one in plan.outcome.changes if one.new}
        if plan.outcome.outcome == NEW and plan.read.visibility != "public":
            after["visibility"] = plan.read.visibility
        rows.append(CardChange(card_id=card, who=user, by=by, version=versions[card], before=before, after=after))
    CardChange.objects.bulk_create(rows, batch_size=200)
