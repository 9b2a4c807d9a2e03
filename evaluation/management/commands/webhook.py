"""Registers, lists, tries, pauses, resumes and removes webhooks."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.actions import ActionError
from evaluation.actions.notice_try import webhook_try
from evaluation.actions.webhook_add import webhook_add
from evaluation.actions.webhook_change import webhook_pause, webhook_remove, webhook_resume
from evaluation.cli import person
from evaluation.core.request import RequestError
from evaluation.models import Occasion, Webhook

ACTS = {
    "test": (webhook_try, "send it a test message", "A test message to {} waits to be sent."),
    "pause": (webhook_pause, "tell it nothing for now", "{} is paused."),
    "resume": (webhook_resume, "tell it again", "{} is told again."),
    "remove": (webhook_remove, "forget it, and its messages", "{} is removed."),
}


class Command(BaseCommand):
    help = "A person's webhooks: add, list, test, pause, resume, remove."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="what", required=True, metavar=f"add | list | {' | '.join(ACTS)}")
        add = parts.add_parser("add", help="register an address; prints its secret alone on standard output")
        add.add_argument("name", help="what it is for")
        add.add_argument("address", help="such as https://ci.example.org/hooks")
        add.add_argument("--occasion", choices=Occasion.values, default=Occasion.ENDED, help="default: ended")
        listing = parts.add_parser("list", help="every webhook of the person")
        acts = [parts.add_parser(what, help=words) for what, (_act, words, _done) in ACTS.items()]
        for part in acts:
            part.add_argument("id", type=int, help="its number, as list shows it")
        for part in (add, listing, *acts):
            part.add_argument("--user", default="", help="whose (default: the first administrator's)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = person(options["user"])
            if options["what"] == "add":
                asked = {name: options[name] for name in ("name", "address", "occasion")}
                self.stdout.write(webhook_add(user=user, from_shell=True, **asked)[1])
            elif options["what"] == "list":
                self.stdout.writelines(map(_line, Webhook.objects.visible_to(user)))
            else:
                self._act(user, options)
        except RequestError as error:
            lines = [f"{name}: {text}" for name, texts in error.errors.items() for text in texts]
            raise CommandError("\n".join(lines), returncode=2) from None
        except ActionError as error:
            raise CommandError(error.reason) from None

    def _act(self, user: Any, options: dict[str, Any]) -> None:
        act, _words, done = ACTS[options["what"]]
        webhook = Webhook.objects.visible_to(user).filter(pk=options["id"]).first()
        if webhook is None:
            raise CommandError(f"{user} has no webhook {options['id']}.", returncode=2)
        act(user=user, webhook=webhook)
        self.stdout.write(done.format(webhook))


def _line(webhook: Webhook) -> str:
    state = "paused" if webhook.paused_at else f"missed {webhook.missed}" if webhook.missed else "active"
    return f"{webhook.pk}\t{webhook.name}\t{webhook.occasion}\t{state}\t{webhook.address}\n"
