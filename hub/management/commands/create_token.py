"""`manage.py create_token USER`: a token for a program, from a shell."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from hub.actions import token_create
from hub.models import Scope


class Command(BaseCommand):
    """Prints the secret alone on standard output, so that a script can take it."""

    help = "Create an API token for a user and print its secret"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="User name")
        parser.add_argument("--name", default="command line", help="What the token is for")
        parser.add_argument("--scope", choices=Scope.values, default=Scope.WRITE, help="Default: write")
        parser.add_argument("--days", type=int, default=90, help="Days until it expires, 0 for never; default 90")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 0:
            raise CommandError("--days must be 0 (never expires) or more.")
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user named {options['user']!r}.")
        scope = Scope(options["scope"])
        _token, secret = token_create(
            who=None, user=user, name=options["name"][:100], scope=scope, days=options["days"] or None
        )
        self.stdout.write(secret)
