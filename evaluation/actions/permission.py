"""Who may ask for work: evaluators. Who may stop or repeat it: the person who asked for it, and staff."""

from django.utils.translation import gettext as _

from evaluation.actions.errors import NotAllowed
from modelcards.querysets import Reader


def is_staff(user: Reader) -> bool:
    """Whether ``user`` administers the site."""
    return bool(getattr(user, "is_staff", False))


def may_queue(user: Reader) -> bool:
    """Whether ``user`` is an evaluator or an administrator."""
    return user.is_authenticated and bool(user.has_perm("evaluation.add_evaluation"))  # type: ignore[attr-defined,union-attr,unused-ignore]


def check_may_queue(user: Reader) -> None:
    """Raise ``NotAllowed`` unless ``user`` may ask for work."""
    if not user.is_authenticated:
        raise NotAllowed(_("Sign in to queue an evaluation."))
    if not may_queue(user):
        raise NotAllowed(
            _("Your account may read, but not queue evaluations. Ask an administrator for the role of an evaluator.")
        )


def check_may_change(user: Reader, requested_by_id: int | None) -> None:
    """Raise ``NotAllowed`` unless ``user`` asked for the work or administers the site."""
    if not user.is_authenticated:
        raise NotAllowed(_("Sign in first."))
    if not is_staff(user) and user.pk != requested_by_id:
        raise NotAllowed(_("Only the person who asked for it, or an administrator, may do this."))


def may_register(user: Reader) -> bool:
    """Whether ``user`` may say at which addresses models are served: an administrator, or whom one allowed it."""
    return user.is_authenticated and bool(user.has_perm("evaluation.add_endpoint"))  # type: ignore[attr-defined,union-attr,unused-ignore]


def check_may_register(user: Reader) -> None:
    """Raise ``NotAllowed`` unless ``user`` may register addresses: this site asks them with its keys."""
    if not may_register(user):
        raise NotAllowed(_("Only an administrator may register and remove addresses of served models."))
