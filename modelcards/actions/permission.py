"""Who may change a card."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from modelcards.models import ModelCard


class NotAllowed(PermissionDenied):
    """The person may not do this; the message says why."""


def may_change(user: User, card: ModelCard) -> bool:
    """Its owner, and whoever may change model cards and read this one."""
    if card.owner_id is not None and card.owner_id == user.pk:
        return True
    readable = ModelCard.objects.visible_to(user).filter(pk=card.pk).exists()
    return readable and user.has_perm("modelcards.change_modelcard")


def require_change(user: User, card: ModelCard) -> None:
    """Raise NotAllowed unless the person may change the card."""
    if not user.is_active or not may_change(user, card):
        raise NotAllowed(_("Only the owner of the card or an administrator may change it."))
