"""Registers, lists, probes and removes addresses at which models of the catalog are served."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.actions import ActionError, Registration, endpoint_probe, endpoint_register, endpoint_remove
from evaluation.cli import endpoint_lines, person
from evaluation.core.request import RequestError
from evaluation.models import Endpoint

ASKED = tuple(field.name for field in fields(Registration))


class Command(BaseCommand):
    help = "Models behind an OpenAI-compatible address: register, list, probe, remove."
    requires_system_checks = ()  # They import every page and the API, which this command does without.

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="what", required=True, metavar="register | list | probe | remove")
        register = parts.add_parser("register", help="ask an address what it can do and register it for a card")
        register.add_argument("model", help="slug of the card")
        register.add_argument("name", help="what the server is called here, such as vllm-a100")
        register.add_argument("address", help="base of its interface, such as http://gpu-3:8000/v1")
        register.add_argument("--served-model", default="", help="the model's name there, where it serves several")
        register.add_argument("--key-variable", default="", help="environment variable that holds the key: …_API_KEY")
        register.add_argument("--tokenizer", default="", help="revision of the card whose tokenizer it is, or @server")
        register.add_argument("--concurrency", type=int, default=8, help="requests under way at one time (8)")
        register.add_argument("--tries", type=int, default=5, help="calls of one request at most (5)")
        register.add_argument("--timeout", type=int, default=120, help="seconds of one call (120)")
        register.add_argument(
            "--max-length", type=int, help="tokens of prompt and answer (as the server says, else 2048)"
        )
        register.add_argument("--user", default="", help="in whose name (default: the first administrator)")
        parts.add_parser("list", help="every registered address, and what it can do")
        for what, words in (("probe", "ask it again what it can do"), ("remove", "ask it no more; scores stay")):
            part = parts.add_parser(what, help=words)
            part.add_argument("endpoint", help="slug@name")
            part.add_argument("--user", default="", help="in whose name (default: the first administrator)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["what"])(options)
        except RequestError as error:
            lines = [f"{name}: {text}" for name, texts in error.errors.items() for text in texts]
            raise CommandError("\n".join(lines), returncode=2) from None
        except ActionError as error:
            raise CommandError(error.reason) from None

    def register(self, options: dict[str, Any]) -> None:
        """Probe and register."""
        asked = Registration(**{name: options[name] for name in ASKED})
        self._show(endpoint_register(user=person(options["user"]), asked=asked, from_shell=True))

    def list(self, _options: dict[str, Any]) -> None:
        """All that are in use."""
        for endpoint in Endpoint.objects.in_use().for_page():
            self._show(endpoint)

    def probe(self, options: dict[str, Any]) -> None:
        """Ends with 1 when the server does not answer as it should."""
        endpoint = _named(options["endpoint"])
        endpoint = endpoint_probe(user=person(options["user"]), endpoint=endpoint, from_shell=True)
        self._show(endpoint)
        if endpoint.problem:
            raise CommandError(endpoint.problem)

    def remove(self, options: dict[str, Any]) -> None:
        """Refused while runs on it wait or are under way."""
        endpoint = _named(options["endpoint"])
        endpoint_remove(user=person(options["user"]), endpoint=endpoint, from_shell=True)
        self.stdout.write(f"{endpoint} is asked no more.")

    def _show(self, endpoint: Endpoint) -> None:
        self.stdout.write("\n".join(endpoint_lines(endpoint)))


def _named(text: str) -> Endpoint:
    slug, _at, name = text.partition("@")
    in_use = Endpoint.objects.in_use().for_page()
    endpoint = in_use.filter(checkpoint__card__slug=slug, checkpoint__revision=name).first()
    if endpoint is None:
        known = ", ".join(map(str, in_use)) or "none"
        raise CommandError(f"No address is registered as {text!r}. Registered: {known}.", returncode=2)
    return endpoint
