"""Bring Hugging Face cards, CSV or JSON catalogs into the catalog; as often as wished."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from modelcards.exchange.items import path_items
from modelcards.exchange.passes import BATCH, read_items, take
from modelcards.exchange.report import OUTCOMES, REFUSED, UNCHANGED, Outcome, short
from modelcards.exchange.seen import Seen


class Command(BaseCommand):
    """Imports cards and says what became of each. What cannot be read is named by file, line and reason."""

    help = (
        "Import model cards: a README.md, a folder of org/name/README.md, a zip of such, a CSV or JSON catalog. "
        "Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing")
        parser.add_argument("--json", action="store_true", help="Print the report as JSON, one card a line")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path} is not there.")
        counts: Counter[str] = Counter()
        for outcomes in self.batches(path, dry=options["dry_run"]):
            for one in outcomes:
                counts[one.outcome] += 1
                self.tell(one, as_json=options["json"])
        if not options["json"]:
            self.sum_up(counts, dry=options["dry_run"])
        if counts[REFUSED]:
            said = "would be refused" if options["dry_run"] else "refused; all others were taken"
            raise CommandError(f"{counts[REFUSED]} {said}.")

    def batches(self, path: Path, *, dry: bool) -> Iterator[list[Outcome]]:
        """The outcomes, a batch at a time, with the progress on a terminal."""
        seen, cards, done, began = Seen(), read_items(path_items(path)), 0, time.monotonic()
        while some := list(islice(cards, BATCH)):
            yield take(some, user=None, seen=seen, dry=dry)
            done += len(some)
            if self.stderr.isatty():
                rate = done / max(0.001, time.monotonic() - began)
                self.stderr.write(f"\r{done} cards, {rate:.0f} a second", ending="")
        if self.stderr.isatty():
            self.stderr.write("")

    def tell(self, one: Outcome, *, as_json: bool) -> None:
        """One card's line; unchanged ones are only counted."""
        if as_json:
            self.stdout.write(json.dumps(one.document(), ensure_ascii=False))
            return
        for row in one.errors:
            self.stderr.write(self.style.ERROR(str(row)))
        for row in one.notes:
            self.stderr.write(self.style.WARNING(f"note: {row}"))
        if one.outcome not in (REFUSED, UNCHANGED):
            fields = ", ".join(change.field for change in one.changes)
            self.stdout.write(f"{one.outcome}: {one.slug} ({short(fields)})")

    def sum_up(self, counts: Counter[str], *, dry: bool) -> None:
        """The counts of all outcomes."""
        words = ", ".join(f"{counts[key]} {key}" for key in OUTCOMES)
        self.stdout.write(f"{'Dry run, nothing was written' if dry else 'Imported'}: {words}")
