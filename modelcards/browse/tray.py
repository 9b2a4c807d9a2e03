"""The tray: the chosen models and what may be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _

from modelcards import registry
from modelcards.filters import ModelFilters
from modelcards.models import ModelCard
from modelcards.querysets import Reader

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class TrayAction:
    """A button of the tray; without an address it is not offered yet, and ``reason`` says why."""

    key: str
    name: _StrOrPromise
    address: str
    reason: str
    primary: bool


def tray_actions(user: AbstractBaseUser | AnonymousUser, slugs: list[str]) -> list[TrayAction]:
    """What may be done with the chosen models; what is done with one alone is not told of several."""
    found = []
    for action in registry.selection_actions:
        if action.signed_in and not user.is_authenticated:
            continue
        if action.permission and not user.has_perm(action.permission):  # type: ignore[union-attr]  # of settings' User
            continue
        if action.most == 1 != len(slugs):
            continue
        most = action.most or len(slugs)
        fits = action.least <= len(slugs) <= most
        reason = "" if fits else _("takes %(least)d to %(most)d models") % {"least": action.least, "most": most}
        address = action.address(slugs) if fits else ""
        found.append(TrayAction(action.key, action.name, address, reason, action.primary))
    return found


def chosen_cards(filters: ModelFilters, user: Reader) -> list[ModelCard]:
    """The cards in the tray that the reader may see, in the order of choice."""
    if not filters.chosen:
        return []
    seen = ModelCard.objects.visible_to(user).filter(slug__in=filters.chosen).only("pk", "slug", "name")
    found = {card.slug: card for card in seen}
    return [found[slug] for slug in filters.chosen if slug in found]
