"""Results files with the samples files beside them: from a path, from uploads, from zips; nothing is unpacked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from evaluation.results.archives import zip_files
from evaluation.results.shapes import ResultsError, wrong

ENDINGS = (".json", ".jsonl", ".zip")
DATE = re.compile(r"\d{4}-\d\d-\d\dT[\d.-]+\d")


@dataclass(frozen=True)
class NamedFile:
    """A file by the name that reports give it. ``problem``: why it may not be opened."""

    name: str
    open: Callable[[], BinaryIO]
    size: int | None = None
    problem: str = ""

    @property
    def folder(self) -> str:
        """The folder that it lies in, with its slash."""
        return self.name.rpartition("/")[0]

    @property
    def stem(self) -> str:
        """Its name without folder and ending."""
        return self.name.rpartition("/")[2].rpartition(".")[0]

    @property
    def is_samples(self) -> bool:
        """Whether it holds samples, by its name."""
        return self.name.lower().endswith(".jsonl") or self.stem.startswith("samples_")


@dataclass(frozen=True)
class Bundle:
    """A results file, and the files in its folder that may hold its samples."""

    file: NamedFile
    samples: Sequence[NamedFile] = ()

    def check(self) -> None:
        """Raise ResultsError where the file may not be opened."""
        if self.file.problem:
            raise wrong(self.file.name, self.file.problem)


def bundles(files: Iterable[NamedFile]) -> Iterator[Bundle]:
    """One for each results file, in the order of names; what belongs to none is a bundle that is refused."""
    folders: dict[str, list[NamedFile]] = {}
    for file in files:
        folders.setdefault(file.folder, []).append(file)
    for folder in sorted(folders):
        yield from _folder(sorted(folders[folder], key=lambda file: file.name))


def _folder(files: Sequence[NamedFile]) -> Iterator[Bundle]:
    results = [file for file in files if not file.is_samples]
    waiting = [file for file in files if file.is_samples]
    taken: set[str] = set()
    for file in results:
        mine = [one for one in waiting if _belongs(one, file, len(results))]
        taken.update(one.name for one in mine)
        yield Bundle(file, mine)
    for one in waiting:
        if one.name not in taken:
            reason = one.problem or _("holds samples, and the results file of the same date is not beside it")
            yield Bundle(NamedFile(one.name, one.open, one.size, reason))


def _belongs(samples: NamedFile, results: NamedFile, many: int) -> bool:
    """By the date in both names; where neither has one, to the only results file of the folder."""
    mine, theirs = DATE.search(results.stem), DATE.search(samples.stem)
    if mine and theirs:
        return mine[0] == theirs[0]
    return many == 1


def task_of(samples: NamedFile, tasks: Iterable[str]) -> str | None:
    """The task whose samples a file holds: ``samples_<task>_<date>``, or the older ``<model>_<task>``."""
    stem = samples.stem
    if (date := DATE.search(stem)) and stem.startswith("samples_"):
        name = stem[len("samples_") : date.start()].rstrip("_")
        return name if name in set(tasks) else None
    fitting = [name for name in tasks if stem == name or stem.endswith(f"_{name}")]
    return max(fitting, key=len, default=None)


def path_files(path: Path) -> Iterator[NamedFile]:
    """The files of a path: itself, or all below it; links that lead out are not followed."""
    if not path.is_dir():
        yield from named_files(path.name, lambda: path.open("rb"), path.stat().st_size)
        if path.suffix.lower() == ".json":
            yield from (_on_disk(path.parent, one) for one in sorted(path.parent.glob("*.jsonl")) if one.is_file())
        return
    root = path.resolve()
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            inside = (Path(folder) / name).resolve()
            wanted = name.lower().endswith(ENDINGS) and not name.startswith(".")
            if wanted and inside.is_relative_to(root) and inside.is_file():
                found = _on_disk(root, Path(folder) / name)
                yield from named_files(found.name, found.open, found.size)


def named_files(name: str, opened: Callable[[], BinaryIO], size: int | None) -> Iterator[NamedFile]:
    """The file itself, or those of a zip."""
    if name.lower().endswith(".zip"):
        try:
            yield from (NamedFile(*one) for one in zip_files(name, opened))
        except ResultsError as error:
            yield NamedFile(name, opened, size, error.errors[0].reason)
    elif name.lower().endswith(ENDINGS):
        yield NamedFile(name, opened, size)
    else:
        yield NamedFile(name, opened, size, _("is no file of results; known are .json, .jsonl and .zip"))


def _on_disk(root: Path, path: Path) -> NamedFile:
    return NamedFile(path.relative_to(root).as_posix(), lambda: path.open("rb"), path.stat().st_size)
