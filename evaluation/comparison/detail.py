"""One row in full: each model's settings and samples, and what came of testing it against each other one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from evaluation.comparison.contenders import Contender
from evaluation.comparison.scores import Measured
from evaluation.comparison.table import TableCell, TableRow
from evaluation.comparison.verdicts import Verdict, judge

SETTINGS = ("seed", "dtype", "chat_template", "system_instruction", "limit", "generation_kwargs")
MADE_WITH = ("scoring", "device", "batch_size", "backend", "task_version")
VERSIONS = ("lm_eval", "transformers", "torch")


@dataclass(frozen=True)
class DetailLine:
    """One model of the row. ``verdicts``: it against each model, by position; None against itself and the valueless."""

    cell: TableCell
    settings: tuple[str, ...]
    verdicts: tuple[Verdict | None, ...]


@dataclass(frozen=True)
class RowDetail:
    """``common``: settings that all measurements share, as ``name value``; ``documents``: query of the page of samples
    side by side, blank where fewer than two models have any."""

    row: TableRow
    common: tuple[str, ...]
    lines: tuple[DetailLine, ...]
    documents: str

    @property
    def barred(self) -> list[tuple[TableCell, str]]:
        """Who could not be held against the anchor of the row, and why."""
        return [(cell, cell.verdict.reason) for cell in self.row.cells if cell.verdict and not cell.verdict.pair]

    @property
    def anchor(self) -> Contender | None:
        """The model that verdicts of the row are against."""
        return None if self.row.anchor is None else self.row.cells[self.row.anchor].model

    @property
    def tested(self) -> bool:
        """Whether anything was tested in it."""
        return bool(self.row.pairs)


def row_detail(row: TableRow) -> RowDetail:
    """The row for its own part of the page. Lines stand from the best value to the worst, those without one last."""
    told = {cell.model.position: _settings(cell.measured) for cell in row.cells if cell.measured}
    common = {
        item for item in next(iter(told.values()), {}).items() if all(item in one.items() for one in told.values())
    }
    sign = -1 if row.higher_is_better else 1
    cells = sorted(row.cells, key=lambda cell: (cell.shown is None, sign * cell.shown.value if cell.shown else 0))
    lines = [
        DetailLine(
            cell,
            tuple(
                f"{name} {value}"
                for name, value in told.get(cell.model.position, {}).items()
                if (name, value) not in common
            ),
            tuple(_verdict(row, cell, other) for other in row.cells),
        )
        for cell in cells
    ]
    return RowDetail(row, tuple(f"{name} {value}" for name, value in sorted(common)), tuple(lines), _documents(row))


def _verdict(row: TableRow, cell: TableCell, other: TableCell) -> Verdict | None:
    if cell is other or not cell.shown or not other.shown:
        return None
    pair = row.pairs.get((cell.model.position, other.model.position))
    return judge(other.shown, cell.shown, pair, row.higher_is_better)


def _documents(row: TableRow) -> str:
    sampled = [cell.model.asked for cell in row.cells if cell.measured and cell.measured.samples]
    if len(sampled) < 2 or row.parts or not row.task:
        return ""
    words = {"models": ",".join(sampled), "task": row.task, "shots": row.key.num_fewshot}
    return "?" + urlencode(words, safe=",@/")


def _settings(one: Measured) -> dict[str, str]:
    """What was set and what made it, in words; what is not known or not set is left out."""
    versions = one.made_with.get("versions")
    versions = versions if isinstance(versions, Mapping) else {}
    told = {name: one.settings.get(name) for name in SETTINGS}
    told |= {name: one.made_with.get(name) for name in MADE_WITH}
    told |= {name: versions.get(name) for name in VERSIONS}
    return {_name(name): _word(value) for name, value in told.items() if value not in (None, "", {}, [])}


def _name(name: str) -> str:
    return {
        "seed": _("seed of the shots"),
        "chat_template": _("chat template"),
        "system_instruction": _("system instruction"),
        "generation_kwargs": _("generation"),
        "batch_size": _("batch size"),
        "task_version": _("task version"),
        "lm_eval": _("lm-eval"),
    }.get(name, name)


def _word(value: Any) -> str:
    return _("yes") if value is True else _("no") if value is False else str(value)[:200]
