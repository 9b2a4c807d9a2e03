"""A comparison as a reader asked for it: what the page, its files and the API all show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.comparison.choice import CompareChoice
from evaluation.comparison.contenders import Contender, Lineup, contenders
from evaluation.comparison.facts import FactRow, fact_rows
from evaluation.comparison.pairs import differences
from evaluation.comparison.scores import Subjects, gather, parts_of_large_groups, shots_of
from evaluation.comparison.seeds import SeedLine, seed_lines
from evaluation.comparison.settling import settled
from evaluation.comparison.standing import Standing, standing
from evaluation.comparison.table import TableRow, table
from evaluation.comparison.unmeasurable import explain
from modelcards.querysets import Reader

MANY = 60
"""Result files may bring hundreds of tasks: of more rows than these only the catalog's benchmarks are shown unasked."""


@dataclass(frozen=True)
class Comparison:
    """``rows``: those at the chosen shots, tested together; ``every``: at all shots, not tested.

    ``further``: how many rows are there beside these, of one model alone or, among many, of tasks that are no
    benchmarks of the catalog; ``hidden_metrics`` and ``hidden_parts``: how many more the choice could show.
    """

    choice: CompareChoice
    lineup: Lineup
    facts: list[FactRow]
    rows: list[TableRow]
    every: list[TableRow]
    shots: list[int]
    standing: Standing | None
    seeds: list[SeedLine]
    further: int
    hidden_metrics: int
    hidden_parts: int

    @property
    def models(self) -> Sequence[Contender]:
        """Who is compared, in order."""
        return self.lineup.models

    @property
    def row(self) -> TableRow | None:
        """The row that is shown in full: the one asked for, else the first in which something was tested."""
        named = [row for row in self.rows if row.key.word == self.choice.row]
        return next(iter([*named, *(row for row in self.rows if row.pairs)]), None)


def compare(user: Reader, choice: CompareChoice, lineup: Lineup | None = None) -> Comparison:
    """Facts and scores of the models that ``user`` may read. ``lineup``: where the caller has looked them up."""
    lineup = lineup or contenders(user, choice)
    subjects = Subjects()
    gathered = gather(user, lineup.models, subjects)
    every = explain(table(lineup.models, gathered, subjects, choice))
    foremost = _foremost(every)
    shown = every if choice.every_row else foremost
    rows = settled([row for row in shown if choice.shots in (None, row.key.num_fewshot)], differences)
    return Comparison(
        choice=choice,
        lineup=lineup,
        facts=fact_rows(lineup.models),
        rows=rows,
        every=shown,
        shots=shots_of(row.key for row in every),
        standing=standing(rows, lineup.models),
        seeds=seed_lines(gathered, lineup.models, subjects, choice.every_metric),
        further=len(every) - len(foremost),
        hidden_metrics=sum(not subjects.is_primary(key) for key in gathered),
        hidden_parts=len(parts_of_large_groups(gathered, subjects)),
    )


def _foremost(every: list[TableRow]) -> list[TableRow]:
    """The rows that are shown unasked."""
    joint = [row for row in every if row.joint] or every
    known = [row for row in joint if row.catalogued]
    return known if known and len(joint) > MANY else joint
