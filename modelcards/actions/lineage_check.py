"""Whether a card may descend from the models that an edit names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from modelcards import values
from modelcards.actions.locks import LINEAGE, hold
from modelcards.addresses import card_ids
from modelcards.models import Lineage, ModelCard

MOST_ANCESTORS = 10_000
Values = Mapping[str, str]


def lineage_errors(user: User, card: ModelCard | None, before: Values, after: Values) -> list[str]:
    """What is wrong with the base models in ``after`` (chosen values by field); those in ``before`` may stay."""
    bases, known = values.parse_names(after.get("base_model", "")), values.parse_names(before.get("base_model", ""))
    parents = card_ids(bases)
    fresh = [slug for slug in bases if slug not in known]
    readable = set(_readable(user, [parents[slug] for slug in fresh if slug in parents]))
    unknown = [slug for slug in fresh if parents.get(slug) not in readable]
    errors = [_("no model “%(slug)s” in the catalog") % {"slug": slug} for slug in unknown]
    if card is not None and not errors:
        errors += _circle_errors(card, parents.values())
    return errors


def pair_error(after: Values) -> dict[str, list[str]]:
    """That a base model lacks its relation, or the reverse."""
    if bool(after.get("base_model")) == bool(after.get("relation")):
        return {}
    lacking = "relation" if after.get("base_model") else "base_model"
    return {lacking: [_("base model and relation belong together: give both or neither")]}


def _readable(user: User, cards: list[int]) -> Iterable[int]:
    return ModelCard.objects.visible_to(user).filter(pk__in=cards).values_list("pk", flat=True)


def _circle_errors(card: ModelCard, parents: Iterable[int]) -> list[str]:
    """Walk up from the parents, level by level; two edits at once must not close a circle between them."""
    hold(LINEAGE)
    seen, level = set[int](), set(parents)
    while level:
        if card.pk in level:
            return [_("the model would descend from itself")]
        seen |= level
        if len(seen) > MOST_ANCESTORS:
            return [_("more than %(most)d ancestors: too many to rule out a circle") % {"most": MOST_ANCESTORS}]
        level = _parents(level) - seen
    return []


def _parents(cards: set[int]) -> set[int]:
    found: set[int] = set()
    wanted = sorted(cards)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        found.update(Lineage.objects.filter(child__in=some).values_list("parent", flat=True))
    return found
