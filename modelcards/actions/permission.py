"""Who may change a card."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from modelcards.models import ModelCard
from modelcards.querysets import visible_cards


class NotAllowed(PermissionDenied):
    """The person may not do this; the message says why."""


def may_change(user: User, card: ModelCard) -> bool:
    """Its owner, and whoever may change model cards and read this one; an archived card is restored first."""
    return card.archived_at is None and _may(user, card, "modelcards.change_modelcard")


def may_archive(user: User, card: ModelCard) -> bool:
    """Its owner, and whoever may archive model cards and read this one. Who may archive may restore."""
    return _may(user, card, "modelcards.delete_modelcard")


def may_create(user: User) -> bool:
    """Whoever may add model cards."""
    return user.is_active and user.has_perm("modelcards.add_modelcard")


def require_change(user: User, card: ModelCard) -> None:
    """Raise NotAllowed unless the person may change the card."""
    if not may_change(user, card):
        raise NotAllowed(_("Only the owner of the card, an editor or an administrator may change it."))


def require_archive(user: User, card: ModelCard) -> None:
    """Raise NotAllowed unless the person may archive and restore the card."""
    if not may_archive(user, card):
        raise NotAllowed(_("Only the owner of the card, an editor or an administrator may archive or restore it."))


def require_create(user: User) -> None:
    """Raise NotAllowed unless the person may add cards."""
    if not may_create(user):
        raise NotAllowed(_("Only editors and administrators may add cards to the catalog."))


def _may(user: User, card: ModelCard, permission: str) -> bool:
    if not user.is_active:
        return False
    if card.owner_id is not None and card.owner_id == user.pk:
        return True
    return user.has_perm(permission) and ModelCard.objects.filter(visible_cards(user), pk=card.pk).exists()
