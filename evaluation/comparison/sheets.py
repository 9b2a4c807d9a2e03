"""The tables of the comparison as they leave the page: scores, pairs, ranks, facts, seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from evaluation.comparison.reading import Comparison
from evaluation.comparison.scores import Told
from evaluation.comparison.seeds import SeedLine
from evaluation.comparison.table import TableCell, TableRow
from evaluation.comparison.verdicts import why_not
from evaluation.tableexport import Cell, Column, Sheet


def sheets(found: Comparison, address: str) -> Mapping[str, Callable[[], Sheet]]:
    """What makes each table, by its word in an address."""
    return {
        "scores": lambda: scores_sheet(found, address),
        "pairs": lambda: pairs_sheet(found, address),
        "ranks": lambda: ranks_sheet(found, address),
        "facts": lambda: facts_sheet(found, address),
        "seeds": lambda: seeds_sheet(found, address),
    }


def scores_sheet(found: Comparison, address: str) -> Sheet:
    """A line for each task and model that has a value."""
    columns = [
        *_asked_columns(),
        Column("model", _("Model")),
        Column("value", _("Value"), "number", 3),
        Column("low", _("95 % from"), "number", 3),
        Column("high", _("to"), "number", 3),
        Column("n", _("Documents"), "integer"),
        Column("origin", _("Origin")),
        Column("source", _("Source")),
        Column("limit", _("Limit"), "integer"),
        Column("chance", _("Blind guess"), "number", 3),
        Column("against", _("Against")),
        Column("difference", _("Difference"), "number", 3),
        Column("verdict", _("Verdict")),
        Column("group", _("Group")),
        Column("comparable_key", _("Comparable key")),
    ]
    rows = [_score_line(found, row, cell) for row in found.rows for cell in row.cells if cell.shown]
    return Sheet(_title(found), columns, rows, [_holm(found), _letters()], address)


def _asked_columns() -> list[Column]:
    return [
        Column("task", _("Task")),
        Column("num_fewshot", _("Shots"), "integer"),
        Column("metric", _("Metric")),
        Column("filter", _("Filter")),
    ]


def _asked(row: TableRow) -> list[Cell]:
    return [row.name, row.key.num_fewshot, row.key.metric, row.key.filter]


def _score_line(found: Comparison, row: TableRow, cell: TableCell) -> list[Cell]:
    one, against = cell.measured, found.models[row.anchor] if row.anchor is not None else None
    verdict = cell.verdict
    return [
        *_asked(row),
        cell.model.name,
        cell.shown.value if cell.shown else None,
        cell.interval.low if cell.interval else None,
        cell.interval.high if cell.interval else None,
        one.n if one else None,
        cell.origin,
        cell.shown.source if isinstance(cell.shown, Told) else "",
        one.limit if one else None,
        row.chance,
        against.name if against and verdict else "",
        verdict.delta if verdict else None,
        str(verdict.word) if verdict else "",
        cell.letters,
        one.comparable_key if one else "",
    ]


def pairs_sheet(found: Comparison, address: str) -> Sheet:
    """A line for each two models on each task, those that could not be tested with the reason."""
    columns = [
        *_asked_columns(),
        Column("first", _("First")),
        Column("second", _("Second")),
        Column("difference", _("First − second"), "number", 4),
        Column("low", _("95 % from"), "number", 4),
        Column("high", _("to"), "number", 4),
        Column("p", "p", "number"),
        Column("p_adjusted", _("p after Holm"), "number"),
        Column("method", _("Method")),
        Column("n", _("Documents"), "integer"),
        Column("only_first", _("Only first higher"), "integer"),
        Column("only_second", _("Only second higher"), "integer"),
        Column("agreement", _("Agreement"), "number", 3),
        Column("detectable", _("Detectable"), "number", 3),
        Column("reason", _("Why not tested")),
    ]
    rows = [
        _pair_line(row, first, second)
        for row in found.rows
        for place, first in enumerate(row.cells)
        for second in row.cells[place + 1 :]
        if first.shown and second.shown
    ]
    return Sheet(_title(found), columns, rows, [_holm(found)], address)


def _pair_line(row: TableRow, first: TableCell, second: TableCell) -> list[Cell]:
    assert first.shown
    assert second.shown
    names: list[Cell] = [*_asked(row), first.model.name, second.model.name]
    pair = row.pairs.get((first.model.position, second.model.position))
    if pair is None:
        reason = why_not(second.shown, first.shown) or _("The uncertainty of one of the two is not known.")
        return [*names, first.shown.value - second.shown.value, *[None] * 10, reason]
    one = pair.difference
    tested: list[Cell] = [one.interval.low, one.interval.high, one.p, pair.p_adjusted, one.method, one.n]
    return [*names, one.value, *tested, one.only_first, one.only_second, one.agreement, one.detectable, ""]


def ranks_sheet(found: Comparison, address: str) -> Sheet:
    """A line for each model."""
    columns = [
        Column("model", _("Model")),
        Column("rank", _("Rank"), "integer"),
        Column("rank_low", _("95 % from"), "integer"),
        Column("rank_high", _("to"), "integer"),
        Column("average", _("Average above chance"), "number", 3),
        Column("win_rate", _("Mean win rate"), "number", 3),
        Column("won", _("Pairs won"), "integer"),
        Column("lost", _("Pairs lost"), "integer"),
    ]
    stand = found.standing
    rows: list[list[Cell]] = []
    for one in stand.places if stand else ():
        span = one.span
        ranks: list[Cell] = [span.rank, span.low, span.high] if span else [None] * 3
        rows.append([one.model.name, *ranks, one.average, one.win_rate, one.won, one.lost])
    used = ", ".join(f"{row.name} ({row.key.num_fewshot})" for row in stand.used) if stand else ""
    missing = ", ".join(f"{one.row.name} ({one.row.key.num_fewshot})" for one in stand.missing) if stand else ""
    notes = [_("In the average, with shots: %(names)s.") % {"names": used or _("nothing")}]
    notes += [_("Left out of it: %(names)s.") % {"names": missing}] if missing else []
    return Sheet(_title(found), columns, rows, notes, address)


def facts_sheet(found: Comparison, address: str) -> Sheet:
    """A line for each fact, a column for each model."""
    columns = [Column("fact", _("Fact")), *(Column(one.asked, one.name) for one in found.models)]
    rows = [[str(row.name), *(cell.value or None for cell in row.cells)] for row in found.facts]
    return Sheet(_title(found), columns, rows, [], address)


def seeds_sheet(found: Comparison, address: str) -> Sheet:
    """A line for each model, task and few-shot seed."""
    columns = [
        *_asked_columns(),
        Column("model", _("Model")),
        Column("seed", _("Seed"), "integer"),
        Column("value", _("Value"), "number", 4),
        Column("mean", _("Mean"), "number", 4),
        Column("sd", _("Standard deviation"), "number", 4),
        Column("seeds", _("Seeds"), "integer"),
    ]
    rows = [_seed_line(line, seed, one.value) for line in found.seeds for seed, one in line.seeds]
    return Sheet(_title(found), columns, rows, [], address)


def _seed_line(line: SeedLine, seed: int, value: float) -> list[Cell]:
    asked: list[Cell] = [line.name, line.key.num_fewshot, line.key.metric, line.key.filter]
    return [*asked, line.model.name, seed, value, line.spread.mean, line.spread.sd, line.spread.n]


def _title(found: Comparison) -> str:
    return _("%(names)s compared") % {"names": ", ".join(one.name for one in found.models)}


def _holm(found: Comparison) -> str:
    tested = sum(i < j for row in found.rows for i, j in row.pairs)
    return _("%(n)d pairs were tested; their p-values are corrected together by Holm's method.") % {"n": tested}


def _letters() -> str:
    return _("Models that share a letter in a row cannot be told apart.")
