"""Bring results of lm-eval into the hub; as often as wished."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from evaluation.actions.errors import ActionError
from evaluation.actions.results_import import results_import
from evaluation.results.bundles import bundles, path_files
from modelcards.exchange.report import OUTCOMES, REFUSED, UNCHANGED, Outcome


class Command(BaseCommand):
    """Imports results and says what became of each file. What cannot be read is named by file, line or field."""

    help = (
        "Import lm-eval results of schema 0.2, 0.3 or 0.4: one file, a folder of them or a zip, with samples files "
        "beside them or without. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing")
        parser.add_argument("--json", action="store_true", help="Print the report as JSON, one file a line")
        parser.add_argument("--user", default="", help="Whose drafts cards of unknown models are; else internal ones")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path} is not there.")
        counts: Counter[str] = Counter()
        user, dry, began = self.person(options["user"]), options["dry_run"], time.monotonic()
        every = list(bundles(path_files(path)))
        if not every:
            raise CommandError(f"{path} holds no results: no file that ends with .json or .zip.")
        for number, bundle in enumerate(every, start=1):
            try:
                one = results_import(user=user, bundle=bundle, dry=dry)
            except ActionError as error:
                raise CommandError(error.reason) from None
            counts[one.outcome] += 1
            self.tell(one, as_json=options["json"])
            if self.stderr.isatty():
                rate = number / max(0.001, time.monotonic() - began)
                self.stderr.write(f"\r{number} of {len(every)} files, {rate:.1f} a second", ending="")
        if not options["json"]:
            words = ", ".join(f"{counts[key]} {key}" for key in OUTCOMES)
            self.stdout.write(f"{'Dry run, nothing was written' if dry else 'Imported'}: {words}")
        if counts[REFUSED]:
            said = "would be refused" if dry else "refused; all others were taken"
            raise CommandError(f"{counts[REFUSED]} {said}.")

    def person(self, name: str) -> User | None:
        """The account of that name."""
        if not name:
            return None
        found: User | None = get_user_model().objects.filter(username=name).first()
        if found is None:
            raise CommandError(f"There is no account “{name}”.")
        return found

    def tell(self, one: Outcome, *, as_json: bool) -> None:
        """One file's lines; of unchanged ones only the notes."""
        if as_json:
            self.stdout.write(json.dumps(one.document(), ensure_ascii=False))
            return
        for row in one.errors:
            self.stderr.write(self.style.ERROR(str(row)))
        if one.outcome != REFUSED:
            self.stdout.write(f"{one.outcome}: {one.file}, {one.name} → {one.slug}")
        for row in one.notes if one.outcome != UNCHANGED else ():
            self.stdout.write(f"  {row.column + ': ' if row.column else ''}{row.reason}")
