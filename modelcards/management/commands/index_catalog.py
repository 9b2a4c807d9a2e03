"""``manage.py index_catalog``: build the files of the catalog's index; web processes that run take them over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from modelcards.index import search, snapshot
from modelcards.models import ModelCard


class Command(BaseCommand):
    """Builds what the first reader would wait for. A small catalog needs no files."""

    help = "Build the index of the catalog, so that no reader waits for it: the facets, then the words of the texts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base", action="store_true", help="the facets and orders alone")
        parser.add_argument("--text", action="store_true", help="the words alone")
        parser.add_argument("--if-due", action="store_true", help="only what is missing or of which many cards changed")
        parser.add_argument("--if-missing", action="store_true", help="the facets, only where there are none to use")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Build what is asked for, or everything."""
        if ModelCard.objects.count() <= snapshot.SMALL:
            return
        everything = not (options["base"] or options["text"] or options["if_missing"])
        try:
            with snapshot.building():
                # Asked only now: another process may have built it while this one waited.
                missing = options["if_missing"] and snapshot.load() is None
                due = options["if_due"]
                if missing or ((everything or options["base"]) and not (due and snapshot.fresh())):
                    self._timed("facets", snapshot.make)
                if (everything or options["text"]) and not (due and search.fresh()):
                    self._timed("words", search.make)
        except OSError as error:
            raise CommandError(f"The index could not be written: {error}") from error

    def _timed(self, name: str, make: Callable[[], None]) -> None:
        started = time.monotonic()
        make()
        self.stdout.write(f"{name}: {time.monotonic() - started:.0f} s")
