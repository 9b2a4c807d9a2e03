"""What a card's page shows, gathered for its template: each part reads once, and all reads are bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from modelcards import lineages, registry, taxonomy
from modelcards.actions.permission import may_archive, may_change
from modelcards.browse import tray_actions
from modelcards.cardfacts import TRAINING, CardFacts, FactLine
from modelcards.cardfamily import has_family
from modelcards.cardreads import checkpoints_of, facts_of, last_changes, withdrawals_of
from modelcards.history import entries, visible_slugs
from modelcards.licences import licence_text, restriction
from modelcards.loading import in_order, loading
from modelcards.markdown import card_text
from modelcards.masks import WORDS, drawing, words
from modelcards.models import Checkpoint, ModelCard
from modelcards.progress import progress
from modelcards.suitability import known_limits, suited_tasks
from modelcards.values import parse_names

LANGUAGES = 12
CHECKPOINTS = 200
# Groups of descendants are folded when they hold more cards than this.
UNFOLDED = 12
SQUARE = 26
SMALL = 8


def shown(request: HttpRequest, card: ModelCard) -> dict[str, Any]:
    """Everything for ``card.html``; ``card`` was found for the reader who asks."""
    facts = CardFacts.of(facts_of(card.pk), withdrawals_of(card.pk))
    checkpoints = in_order(checkpoints_of(card.pk))
    return {
        "card": card,
        "may_change": may_edit(request.user, card),
        "may_archive": isinstance(request.user, User) and may_archive(request.user, card),
        "actions": tray_actions(request.user, [card.slug]),
        **_facts(card, facts),
        "languages": facts.names("languages")[:LANGUAGES],
        "modalities": facts.names("modality"),
        **_kind(card),
        **_weights(request, card, checkpoints),
        **_lineage(card, facts, request.user),
        **_around(request, card),
        "text": card_text(card.card_text, card.hf_repo) if card.card_text else None,
    }


def may_edit(user: AbstractBaseUser | AnonymousUser, card: ModelCard) -> bool:
    """Whether the reader may change the card."""
    return isinstance(user, User) and may_change(user, card)


def _facts(card: ModelCard, facts: CardFacts) -> dict[str, Any]:
    warned = restriction(card.licence_id, card.licence)
    return {
        "lines": facts.lines(),
        "training": facts.lines(TRAINING),
        "confidences": facts.confidences(),
        "suited": suited_tasks(card, facts),
        "limits": known_limits(card, facts),
        "restriction": warned,
        "licence_text": licence_text(card.licence_id, card.hf_repo) if warned else "",
    }


def _kind(card: ModelCard) -> dict[str, Any]:
    attention = taxonomy.ATTENTION.get(card.attention)
    return {
        "family": taxonomy.FAMILIES.get(card.architecture_family),
        "objective": taxonomy.OBJECTIVES.get(card.objective),
        "stage": taxonomy.STAGES.get(card.stage),
        "attention": attention,
        "mask": drawing(card.attention, SQUARE, "--f") if attention else "",
        "words": words(card.attention, SQUARE) if attention else (),
        "masks": [(term, drawing(key, SMALL, "--ink-2")) for key, term in taxonomy.ATTENTION.items()],
        "mask_size": SQUARE * (len(WORDS) + 1),
    }


def _weights(request: HttpRequest, card: ModelCard, checkpoints: Sequence[Checkpoint]) -> dict[str, Any]:
    listed = checkpoints[:CHECKPOINTS]
    places = _places(request, [one for one in listed if not (one.path or one.repo_id)])
    return {
        "checkpoints": [(one, places.get(one.pk)) for one in listed],
        "further_checkpoints": max(0, len(checkpoints) - CHECKPOINTS),
        "progress": progress(checkpoints, card.training_tokens),
        "loading": loading(card, checkpoints, request.GET.get("revision", "")),
    }


def _places(request: HttpRequest, elsewhere: Sequence[Checkpoint]) -> dict[int, registry.WeightsPlace]:
    """What other apps know of weights that lie in no directory and no repository."""
    if not elsewhere:
        return {}
    return {pk: place for told in registry.weights_places for pk, place in told(request, elsewhere).items()}


def _lineage(card: ModelCard, facts: CardFacts, user: AbstractBaseUser | AnonymousUser) -> dict[str, Any]:
    above = lineages.ancestors(card, user)
    below = lineages.descendants(card, user)
    return {
        "ancestors": above,
        "has_family": has_family(card, [*above, *(branch for group in below for branch in group.branches)]),
        "bases": _bases(facts, user, named=bool(above)),
        "descendants": below,
        "many_descendants": sum(len(group.branches) for group in below) > UNFOLDED,
        "successors": lineages.successors(below),
        "predecessors": [branch.card for branch in above if branch.relation == "successor"],
    }


def _bases(facts: CardFacts, user: AbstractBaseUser | AnonymousUser, *, named: bool) -> FactLine:
    """Who states the base model, and what others state instead; only where the reader may see the cards named."""
    line = facts.line("base_model")
    seen = visible_slugs([{"base_model": fact.value} for _value, fact in line.others], user)
    others = [(value, fact) for value, fact in line.others if set(parse_names(fact.value)) <= seen]
    return replace(line, fact=line.fact if named else None, others=others)


def _around(request: HttpRequest, card: ModelCard) -> dict[str, Any]:
    return {
        "panels": _panels(request, card),
        "figures": [figure.value(request, card) for figure in registry.card_figures],
        "changes": entries(last_changes(card.pk), request.user, may_change=may_edit(request.user, card)),
    }


def _panels(request: HttpRequest, card: ModelCard) -> list[SafeString]:
    """What other apps show of the card, in their order."""
    filled = [
        (panel.template, panel.context(request, card))
        for panel in sorted(registry.card_panels, key=lambda panel: panel.order)
    ]
    return [render_to_string(template, context, request) for template, context in filled if context is not None]
