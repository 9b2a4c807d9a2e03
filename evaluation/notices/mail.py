"""The same message as an e-mail: plain text and a link."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.models import Delivery
from evaluation.notices.event import ENDED, site_url

SHOWN_FAILURES = 5


def notice_mail(delivery: Delivery, address: str) -> EmailMessage:
    """The message to ``address``. Its Message-ID is that of the delivery, so that one sent twice is seen to be one."""
    about = delivery.body["data"]
    ended = delivery.body["type"] == ENDED
    subject = _subject(about) if ended else _("Test message")
    text = _text(about) if ended else _("E-mail of this site reaches you.")
    foot = _("You get this because you asked for it: %(url)s") % {"url": site_url("evaluation:notices")}
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return EmailMessage(
        subject=f"[Arboretum] {_line(subject)}",
        body=f"{text}\n\n-- \n{foot}\n",
        to=[address],
        headers={
            "Message-ID": f"<{delivery.message}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _subject(about: dict[str, Any]) -> str:
    name = about["note"] or _("Evaluation %(pk)s") % {"pk": about["evaluation"]}
    return f"{name} {_state(about['state'])}"


def _state(state: str) -> str:
    return {
        "done": _("is done"),
        "failed": _("is over, and something failed"),
        "cancelled": _("was cancelled"),
    }[state]


def _text(about: dict[str, Any]) -> str:
    cells = about["cells"]
    lines = [
        _("Evaluation %(pk)s %(state)s.") % {"pk": about["evaluation"], "state": _state(about["state"])},
        about["url"],
        "",
        ngettext("%(n)d cell", "%(n)d cells", cells["total"]) % {"n": cells["total"]}
        + _(": %(done)d done, %(failed)d failed, %(cancelled)d cancelled.") % cells,
        _("Models: %(names)s") % {"names": ", ".join(about["models"])},
        _("Tasks: %(names)s") % {"names": ", ".join(about["tasks"])},
    ]
    if failures := about["failures"][:SHOWN_FAILURES]:
        lines += ["", _("What failed first:")]
        lines += [f"- {one['model']}, {one['task']}, {one['num_fewshot']}: {_line(one['reason'])}" for one in failures]
    return "\n".join(lines)


def _line(text: str) -> str:
    """On one line: a header must not be ended by what a person wrote."""
    return " ".join(text.split())
