"""Say when one wants e-mail."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.delivery_end import drop_waiting
from evaluation.core.request import RequestError
from evaluation.models import Delivery, MailChoice, Occasion
from modelcards.querysets import Reader


@transaction.atomic
def mail_choose(*, user: Reader, occasion: str) -> None:
    """``occasion`` blank: none, and what waits is dropped. Raises ``RequestError`` for an unknown one."""
    if occasion not in ("", *Occasion.values):
        raise RequestError({"occasion": [_("Choose one of: %(all)s.") % {"all": ", ".join(Occasion.values)}]})
    if occasion:
        MailChoice.objects.update_or_create(person_id=user.pk, defaults={"occasion": occasion})
        return
    MailChoice.objects.filter(person=user.pk).delete()
    drop_waiting(Delivery.objects.visible_to(user).of(None), _("E-mail is not wanted any more."))
