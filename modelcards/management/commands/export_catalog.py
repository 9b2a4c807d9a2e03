"""Write the catalog, or the part of it that filters choose, as CSV, JSON, Parquet or Hugging Face cards."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from modelcards.exchange.documents import chosen_ids, documents, operator
from modelcards.exchange.readme import write_card
from modelcards.exchange.streams import FORMATS, gathered
from modelcards.filters import ModelFilters


class Command(BaseCommand):
    """Exports cards. JSON and cards hold everything; CSV and Parquet the values that the catalog chose."""

    help = "Export the catalog; import_cards reads CSV, JSON and cards again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("filters", nargs="*", help="As on the list of models: architecture_family=encoder-only …")
        parser.add_argument("--format", choices=list(FORMATS), default="json")
        parser.add_argument("--out", type=Path, help="The file to write; for cards also an empty folder, or a .zip")

    def handle(self, *args: Any, **options: Any) -> None:
        filters = self.filters(options["filters"])
        user = operator()
        ids = chosen_ids(filters, user)
        found, out = documents(ids, user), options["out"]
        if options["format"] == "cards" and out is not None and out.suffix != ".zip":
            self.write_folder(found, out)
        elif out is None:
            for piece in gathered(FORMATS[options["format"]].pieces(found)):
                sys.stdout.buffer.write(piece)
        else:
            part = out.with_name(f"{out.name}.part")
            with part.open("wb") as file:
                file.writelines(gathered(FORMATS[options["format"]].pieces(found)))
            part.replace(out)
        if out is not None:
            self.stdout.write(f"{len(ids)} cards: {out}")

    def filters(self, words: list[str]) -> ModelFilters:
        """The wish in ``name=value`` words."""
        query = QueryDict(mutable=True)
        for word in words:
            name, sign, value = word.partition("=")
            if not sign:
                raise CommandError(
                    f"“{word}” is no filter; write name=value, such as architecture_family=encoder-only."
                )
            query.appendlist(name, value)
        filters = ModelFilters.parse(query)
        if filters.errors:
            raise CommandError("; ".join(f"{name}: {', '.join(reasons)}" for name, reasons in filters.errors.items()))
        return filters

    def write_folder(self, found: Any, out: Path) -> None:
        """One folder for each card, with its README.md."""
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise CommandError(f"{out} is not an empty folder.")
        for document in found:
            folder = out / document["slug"]
            folder.mkdir(parents=True)
            (folder / "README.md").write_text(write_card(document), encoding="utf-8", newline="\n")
