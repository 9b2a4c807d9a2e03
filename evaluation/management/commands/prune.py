"""Carries out the retention rule: samples and logs that are too old or too many."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.actions.prune import Pruned
from evaluation.retention import PARTS, prune
from evaluation.templatetags.evaluation_format import size

NAMES = {
    "samples": "sample sets",
    "prompts": "sets of prompts that no sample set needs any more",
    "logs": "logs of runs",
    "leftovers": "files that nothing names",
}


class Command(BaseCommand):
    help = (
        "Remove samples and logs beyond HUB_SAMPLES_DAYS, HUB_SAMPLES_MB, HUB_LOGS_DAYS and HUB_LOGS_MB, and files "
        "that nothing names. Scores never go. Runs by itself every hour on nodes that share the site's directory."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and remove nothing")
        parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)} (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        parts = {part.strip() for part in str(options["only"]).split(",") if part.strip()}
        if unknown := sorted(parts - set(PARTS)):
            raise CommandError(f"--only takes {', '.join(PARTS)}; there is no {unknown[0]!r}.")
        if settings.HUB_URL:
            raise CommandError(
                "This machine sends its files to the site (HUB_URL): samples and logs are pruned there, not here."
            )
        dry_run = bool(options["dry_run"])
        for part, done in prune(parts=parts, dry_run=dry_run).items():
            self.stdout.write(line(NAMES[part], done, dry_run))


def line(what: str, done: Pruned, dry_run: bool) -> str:
    """One line of the report."""
    verb = "would go" if dry_run else "removed"
    return f"{done.count:,} {what} {verb}, {size(done.bytes)}"
