"""Claims and their evidence as tables to be taken away. Benchmarks' scores alone: no document is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _

from evaluation.claims.pairs import Comparison
from evaluation.claims.query import GAINS
from evaluation.claims.reading import Judged
from evaluation.claims.trends import Trend
from evaluation.claims.wording import NAMES, counted, rule
from evaluation.models import Claim
from evaluation.standings import Standing
from evaluation.tableexport import Cell, Column, Sheet

Address = Callable[[str], str]


def claims_sheet(claims: Sequence[tuple[Claim, Judged]], address: str, absolute: Address) -> Sheet:
    """All claims with their verdicts. ``absolute`` makes a whole address of a path's claim."""
    columns = [
        Column("sentence", _("Claim")),
        Column("verdict", _("Verdict")),
        Column("benchmarks", _("Benchmarks"), "integer"),
        Column("for", _("For"), "integer"),
        Column("against", _("Against"), "integer"),
        Column("source", _("Source")),
        Column("address", _("Page"), "link"),
    ]
    rows = [
        (
            _(claim.sentence) if claim.shipped else claim.sentence,
            str(NAMES[judged.verdict]),
            sum(one.n for one in judged.decisions),
            sum(one.agree for one in judged.decisions),
            sum(one.against for one in judged.decisions),
            claim.source,
            absolute(claim.slug),
        )
        for claim, judged in claims
    ]
    return Sheet(_("Claims"), columns, rows, [_("Found from the scores that the reader may see.")], address)


def evidence_sheet(title: str, judged: Judged, address: str) -> Sheet:
    """The evidence of one claim, a row for each question; the notes say the verdict and the rule."""
    notes = [
        str(NAMES[judged.verdict]).capitalize() + ": " + "; ".join(counted(one) for one in judged.decisions) + ".",
        *rule(judged.query),
    ]
    if judged.query.of_pairs:
        rows = [row for one in judged.against for ballot in one.compared.ballots for row in ballot.rows]
        return Sheet(title, _pair_columns(), [_pair(row) for row in rows], notes, address)
    trends = [row for ballot in judged.trends for row in ballot.rows]
    gains = judged.query.kind == GAINS
    return Sheet(title, _trend_columns(gains), [_trend(row) for row in trends], notes, address)


def _question_columns() -> list[Column]:
    return [
        Column("benchmark", _("Benchmark")),
        Column("num_fewshot", _("Shots"), "integer"),
        Column("metric", _("Metric")),
    ]


def _question(row: Standing) -> tuple[Cell, ...]:
    return row.subject_name, row.num_fewshot, f"{row.metric}, {row.filter}" if row.filter else row.metric


def _pair_columns() -> list[Column]:
    return [
        Column("first", _("First")),
        Column("second", _("Second")),
        *_question_columns(),
        Column("first_value", _("Value of the first"), "number", 3),
        Column("second_value", _("Value of the second"), "number", 3),
        Column("difference", _("Difference, positive: first better"), "number", 3),
        Column("low", _("95 % interval, low"), "number", 3),
        Column("high", _("95 % interval, high"), "number", 3),
        Column("origin", _("Origin")),
        Column("ground", _("Ground")),
        Column("first_source", _("Source of the first")),
        Column("second_source", _("Source of the second")),
        Column("vote", _("Vote"), "integer"),
    ]


def _pair(row: Comparison) -> tuple[Cell, ...]:
    first, second = row.first, row.second
    values = (first.value, second.value, row.difference, row.low, row.high)
    ground = (first.origin, row.how, first.source, second.source)
    return first.card.name, second.card.name, *_question(first), *values, *ground, row.vote


def _trend_columns(gains: bool) -> list[Column]:
    return [
        Column("series", _("Series")),
        *_question_columns(),
        Column("sizes", _("Sizes"), "integer"),
        Column("smallest", _("Smallest")),
        Column("largest", _("Largest")),
        Column("smallest_value", _("Gain of the smallest") if gains else _("Value of the smallest"), "number", 3),
        Column("largest_value", _("Gain of the largest") if gains else _("Value of the largest"), "number", 3),
        Column("rising", _("Pairs of sizes that get better"), "integer"),
        Column("falling", _("Pairs that get worse"), "integer"),
        Column("tau", _("Kendall's tau"), "number", 2),
        Column("origin", _("Origin")),
        Column("source", _("Source")),
        Column("vote", _("Vote"), "integer"),
    ]


def _trend(row: Trend) -> tuple[Cell, ...]:
    first, last = row.points[0], row.points[-1]
    names = (len(row.points), first.standing.card.name, last.standing.card.name)
    counts = (first.value, last.value, row.rising, row.falling, row.tau)
    source = "; ".join(dict.fromkeys(_sources(row)))
    return row.series, *_question(row.standing), *names, *counts, row.standing.origin, source, row.vote


def _sources(row: Trend) -> Iterable[str]:
    return (point.standing.source for point in row.points if point.standing.source)
