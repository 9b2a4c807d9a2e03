"""Write the results of our own runs for other tools to read."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.groups import GroupTree, group_cells
from evaluation.models import Cell, Evaluation, Run
from evaluation.results.exports import KINDS, exportable, harness_zip, records_zip


class Command(BaseCommand):
    """Writes a zip of lm-eval 0.4 results and samples files, or of Every Eval Ever records."""

    help = "Write the results of an evaluation or of a run as a zip: lm-eval 0.4 files, or Every Eval Ever records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--evaluation", type=int)
        which.add_argument("--run", type=int)
        parser.add_argument("--to", type=Path, required=True, help="The zip to write")
        parser.add_argument("--format", choices=KINDS, default=KINDS[0])
        parser.add_argument("--organisation", default="unknown", help="Who ran it, for Every Eval Ever")

    def handle(self, *args: Any, **options: Any) -> None:
        cells, groups = self.found(options["evaluation"], options["run"])
        if not cells:
            raise CommandError("It has no result of a run of this site.")
        harness = options["format"] == KINDS[0]
        pieces = harness_zip(cells, groups) if harness else records_zip(cells, options["organisation"])
        path: Path = options["to"]
        try:
            with path.open("wb") as file:
                file.writelines(pieces)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from None
        self.stdout.write(f"{path}: cells written: {len(cells)}")

    def found(self, evaluation: int | None, run: int | None) -> tuple[list[Cell], list[Any]]:
        """The cells, and the groups that an evaluation asked for."""
        if evaluation is None:
            found = Run.objects.filter(pk__in=[run]).first()
            if found is None:
                raise CommandError(f"There is no run {run}.")
            return exportable(Cell.objects.filter(run=found)), []
        asked = Evaluation.objects.filter(pk=evaluation).first()
        if asked is None:
            raise CommandError(f"There is no evaluation {evaluation}.")
        cells = exportable(Cell.objects.filter(evaluations=asked).distinct())
        return cells, group_cells(GroupTree.of(asked.request.get("tasks", [])), cells)
