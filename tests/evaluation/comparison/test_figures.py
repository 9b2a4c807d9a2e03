"""Figures of differences, profiles and seeds."""

import pytest

from evaluation.comparison.figures import forest_figure, profile_figure
from evaluation.comparison.scores import Measured, RowKey, Told
from evaluation.comparison.table import TableCell, TableRow
from evaluation.comparison.verdicts import Pair, judge
from evaluation.core.statistics import Difference, Interval
from tests.evaluation.test_charts import ELM, OAK, address


def measured(value: float) -> Measured:
    return Measured(value, 0.02, 300, "acc", "none", "measured", "k", True)


def differing(value: float, method: str = "paired-binary", higher: bool = True, name: str = "Quiz") -> TableRow:
    """Oak, and Elm that differs from it by so much."""
    pair = Pair(Difference(value, Interval(value - 0.1, value + 0.1), 0.01, method, 300), 0.01, 1)
    base, other = measured(0.5), measured(0.5 + value)
    cells = (TableCell(OAK, base), TableCell(ELM, other, verdict=judge(base, other, pair, higher)))
    key = RowKey(name.lower(), 0, "acc", "")
    return TableRow(key, name, name.lower(), 0.25, True, cells, higher, 0, pairs={(1, 0): pair})


def marks(figure):
    return next(trace for trace in figure["data"] if trace["name"] == "Elm")


def test_a_difference_stands_with_its_interval() -> None:
    figure = forest_figure([differing(0.2)], [OAK, ELM], address)
    assert [trace["name"] for trace in figure["data"]] == ["Elm"]
    assert marks(figure)["x"] == [0.2]
    assert (marks(figure)["error_x"]["array"], marks(figure)["error_x"]["arrayminus"]) == (
        [pytest.approx(0.1)],
        [pytest.approx(0.1)],
    )
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < 0 < 0.3 < high
    assert "Exact McNemar" in marks(figure)["hovertext"][0]


def test_better_is_to_the_right_where_lower_is_better() -> None:
    assert marks(forest_figure([differing(-0.2, higher=False)], [OAK, ELM], address))["x"] == [0.2]


def test_what_is_not_paired_is_hollow() -> None:
    figure = forest_figure([differing(0.2), differing(0.1, "two-means", name="Other")], [OAK, ELM], address)
    assert set(marks(figure)["marker"]["symbol"]) == {"square", "square-open"}


def test_nothing_tested_is_no_figure() -> None:
    told = TableCell(OAK, Told(0.5, "p", "")), TableCell(ELM, Told(0.6, "p", ""))
    row = TableRow(RowKey("quiz", 0, "acc", ""), "Quiz", "quiz", 0.25, True, told, anchor=0)
    assert forest_figure([row], [OAK, ELM], address) is None


def test_a_profile_counts_from_the_blind_guess_and_leaves_gaps() -> None:
    def row(name: str, first, second, chance: float | None = 0.25) -> TableRow:
        cells = TableCell(OAK, first), TableCell(ELM, second)
        return TableRow(RowKey(name, 0, "acc", ""), name, name, chance, True, cells)

    rows = [row(name, measured(0.25), measured(1.0)) for name in "abc"]
    assert profile_figure(rows[:2], [OAK, ELM], address) is None
    oak, elm = profile_figure(rows, [OAK, ELM], address)["data"]
    assert (oak["y"], elm["y"]) == ([0.0] * 3, [1.0] * 3)
    unknown = row("d", measured(0.5), measured(0.5), None)
    assert len(profile_figure([*rows, unknown], [OAK, ELM], address)["data"][0]["y"]) == 3
