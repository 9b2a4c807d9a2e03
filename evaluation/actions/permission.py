"""Who may stop or repeat work: the person who asked for it, and staff."""

from django.utils.translation import gettext as _

from evaluation.actions.errors import NotAllowed
from modelcards.querysets import Reader


def is_staff(user: Reader) -> bool:
    """Whether ``user`` administers the site."""
    return bool(getattr(user, "is_staff", False))


def check_may_change(user: Reader, requested_by_id: int | None) -> None:
    """Raise ``NotAllowed`` unless ``user`` asked for the work or administers the site."""
    if not user.is_authenticated:
        raise NotAllowed(_("Sign in first."))
    if not is_staff(user) and user.pk != requested_by_id:
        raise NotAllowed(_("Only the person who asked for it, or an administrator, may do this."))
