"""Load directories of facts into the catalog; as often as wished."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evaluation.actions.catalog import benchmarks_load, published_scores_load
from evaluation.models import Benchmark
from evaluation.scoretables import read_benchmarks, read_published
from modelcards.actions import Loaded, cards_load, checkpoints_load, claims_load
from modelcards.models import FormerSlug, ModelCard
from modelcards.statements import read_checkpoints, read_claims, read_models
from modelcards.tables import TableError

BY = "load_catalog"


class Command(BaseCommand):
    """Loads models, claims, checkpoints, benchmarks and published scores. A file with an error is left out whole."""

    help = "Load directories of facts (CSV files) into the catalog; running it again changes nothing."
    requires_system_checks = ()  # They import every page and the API, which this command does without.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directories", nargs="*", type=Path, help="Default: the setting HUB_CATALOG_DIRS")

    def handle(self, *args: Any, **options: Any) -> None:
        refused = []
        for directory in options["directories"] or settings.HUB_CATALOG_DIRS:
            refused += self.load_directory(Path(directory), asked_for=bool(options["directories"]))
        if refused:
            raise CommandError(f"Refused, nothing of it was loaded: {', '.join(refused)}. Mend it and run this again.")

    def load_directory(self, directory: Path, *, asked_for: bool) -> list[str]:
        """Load each file of facts in ``directory``; the labels of those that were refused."""
        if asked_for and not directory.is_dir():
            raise CommandError(f"{directory} is not a directory.")
        refused = []
        for name, load in LOADERS:
            path, label = directory / name, label_of(directory / name)
            if path.is_file() and not self.load_file(path, label, load):
                refused.append(label)
        return refused

    def load_file(self, path: Path, label: str, load: Callable[[Path, str], Loaded]) -> bool:
        """Load one file, say what came of it; whether it was taken."""
        try:
            loaded = load(path, label)
        except TableError as refusal:
            for error in refusal.errors:
                self.stderr.write(self.style.ERROR(str(error)))
            return False
        self.stdout.write(f"{label}: {loaded.created} new, {loaded.changed} changed, {loaded.unchanged} as before")
        return True


def label_of(path: Path) -> str:
    """How messages and the catalog name a file: relative to the project where it lies inside."""
    resolved = path.resolve()
    inside = resolved.is_relative_to(settings.BASE_DIR)
    return str(resolved.relative_to(settings.BASE_DIR) if inside else resolved)


def known_cards() -> set[str]:
    """Slugs that cards have or had."""
    return {*ModelCard.objects.values_list("slug", flat=True), *FormerSlug.objects.values_list("slug", flat=True)}


def load_models(path: Path, label: str) -> Loaded:
    return cards_load(models=read_models(path, label, known_cards()), catalog=label, by=BY)


def load_claims(path: Path, label: str) -> Loaded:
    return claims_load(claims=read_claims(path, label, known_cards()), catalog=label, by=BY)


def load_checkpoints(path: Path, label: str) -> Loaded:
    return checkpoints_load(checkpoints=read_checkpoints(path, label, known_cards()), by=BY)


def load_benchmarks(path: Path, label: str) -> Loaded:
    return benchmarks_load(benchmarks=read_benchmarks(path, label))


def load_scores(path: Path, label: str) -> Loaded:
    benchmarks = set(Benchmark.objects.values_list("slug", flat=True))
    return published_scores_load(scores=read_published(path, label, known_cards(), benchmarks), catalog=label)


# What a directory of facts may hold, in the order in which one file refers to another.
LOADERS = [
    ("models.csv", load_models),
    ("claims.csv", load_claims),
    ("checkpoints.csv", load_checkpoints),
    ("benchmarks.csv", load_benchmarks),
    ("scores.csv", load_scores),
]
