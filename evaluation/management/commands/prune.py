"""Carries out the retention rule: samples and logs that are too old or too many, weights that were fetched."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.actions.prune import Pruned
from evaluation.files import weights_ledger
from evaluation.retention import PARTS, prune
from evaluation.templatetags.evaluation_format import size
from evaluation.worker.ask_runner import RunnerUnusable, shrink_weights

WEIGHTS = "weights"
EVERY = (*PARTS, WEIGHTS)
NAMES = {
    "samples": "sample sets",
    "prompts": "sets of prompts that no sample set needs any more",
    "logs": "logs of runs",
    "leftovers": "files that nothing names",
    WEIGHTS: "fetched checkpoints",
}


class Command(BaseCommand):
    help = (
        "Remove samples and logs beyond HUB_SAMPLES_DAYS, HUB_SAMPLES_MB, HUB_LOGS_DAYS and HUB_LOGS_MB, files that "
        "nothing names, and weights that this machine fetched beyond HUB_WEIGHTS_GB. Scores never go, nor what is in "
        "use. Runs by itself every hour beside the workers of a node."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and remove nothing")
        parser.add_argument(
            "--only", default="", help=f"some of {','.join(EVERY)} (default: all that lie on this machine)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {part.strip() for part in str(options["only"]).split(",") if part.strip()}
        if unknown := sorted(asked - set(EVERY)):
            raise CommandError(f"--only takes {', '.join(EVERY)}; there is no {unknown[0]!r}.")
        if settings.HUB_URL and asked - {WEIGHTS}:
            raise CommandError(
                "This machine sends its files to the site (HUB_URL): samples and logs are pruned there, not here."
            )
        parts, dry_run = asked or _here(), bool(options["dry_run"])
        for part, done in prune(parts=parts - {WEIGHTS}, dry_run=dry_run).items():
            self.stdout.write(line(NAMES[part], done, dry_run))
        if WEIGHTS in parts:
            try:
                self.stdout.write(line(NAMES[WEIGHTS], Pruned(*shrink_weights(dry_run)), dry_run))
            except RunnerUnusable as error:
                raise CommandError(str(error)) from None


def _here() -> set[str]:
    """What lies on this machine: files of the site unless they are sent there, weights where any were fetched."""
    stored = set() if settings.HUB_URL else set(PARTS)
    return stored | ({WEIGHTS} if weights_ledger().is_dir() else set())


def line(what: str, done: Pruned, dry_run: bool) -> str:
    """One line of the report."""
    verb = "would go" if dry_run else "removed"
    return f"{done.count:,} {what} {verb}, {size(done.bytes)}"
