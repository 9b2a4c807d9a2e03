"""Register an address that is told when evaluations of its person are over."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.permission import check_may_queue
from evaluation.core.hooks.targets import TargetError, peers, read_target
from evaluation.core.request import RequestError
from evaluation.models import Occasion, Webhook
from evaluation.notices.secrets import new_salt, secret_of
from modelcards.querysets import Reader

MOST = 20
LONGEST_NAME = 100


def webhook_add(
    *, user: Reader, name: str, address: str, occasion: str = Occasion.ENDED, from_shell: bool = False
) -> tuple[Webhook, str]:
    """A new webhook of ``user``, and its secret, which is shown once: it is nowhere kept.

    Raises ``NotAllowed`` unless ``user`` may queue evaluations, ``RequestError`` by field: for an address that no
    webhook may go to now, which its name is looked up for, and beyond ``MOST`` webhooks of one person.
    """
    if not from_shell:
        check_may_queue(user)
    if errors := _errors(name, address, occasion):
        raise RequestError(errors)
    assert user.pk is not None
    with transaction.atomic():
        if Webhook.objects.filter(person=user.pk).count() >= MOST:
            raise RequestError({"name": [_("You have %(n)d webhooks already; remove one first.") % {"n": MOST}]})
        target = read_target(address, settings.HUB_HOOK_HOSTS)
        webhook = Webhook.objects.create(
            person_id=user.pk, name=name.strip(), address=str(target), occasion=occasion, salt=new_salt()
        )
        audit(who=user, action="webhook added", target=f"webhook {webhook.pk}", detail={"host": target.place})
    return webhook, secret_of(webhook)


def _errors(name: str, address: str, occasion: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        errors["name"] = [_("A name is one line of at most %(n)d characters.") % {"n": LONGEST_NAME}]
    if occasion not in Occasion.values:
        errors["occasion"] = [_("Choose one of: %(all)s.") % {"all": ", ".join(Occasion.values)}]
    if problem := address_problem(address):
        errors["address"] = [problem]
    return errors


def address_problem(address: str) -> str:
    """Why no webhook may go there, by what its name stands for at this moment; blank if one may."""
    try:
        target = read_target(address, settings.HUB_HOOK_HOSTS)
        peers(target, settings.HUB_HOOK_HOSTS)
    except TargetError as refused:
        return str(refused)
    except (OSError, UnicodeError):
        return _("No address is known for the name %(host)s.") % {"host": target.host}
    return ""
