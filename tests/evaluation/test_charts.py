"""Figures of the comparison."""

import pytest

from evaluation.charts import bar_figure, shot_figures
from evaluation.comparison.contenders import Contender
from evaluation.comparison.scores import Measured, RowKey, Told
from evaluation.comparison.table import TableCell, TableRow
from modelcards.models import ModelCard

OAK = Contender("oak", ModelCard(slug="oak", name="Oak <b>"), None, 0, True)
ELM = Contender("elm", ModelCard(slug="elm", name="Elm"), None, 1)


def measured(value: float) -> Measured:
    return Measured(value, 0.02, 300, "acc", "none", "measured", "k", True)


def row(shots: int, *shown, chance: float | None = 0.25, fraction: bool = True) -> TableRow:
    cells = tuple(TableCell(model, value) for model, value in zip((OAK, ELM), shown, strict=True))
    return TableRow(RowKey("quiz", shots, "acc", ""), "Quiz", "quiz", chance, fraction, cells)


def address(cell: TableCell) -> str:
    return f"/{cell.model.asked}/"


def test_bars_have_intervals_where_known_and_hatching_where_published() -> None:
    figure = bar_figure([row(0, measured(0.5), Told(0.6, "paper", ""))], [OAK, ELM], address)
    bars = {trace["name"]: trace for trace in figure["data"] if trace["type"] == "bar"}
    assert bars["Oak &lt;b&gt;"]["error_x"]["array"][0] == pytest.approx(0.0394, abs=0.02)
    assert bars["Elm"]["error_x"]["array"] == [None]
    assert bars["Elm"]["marker"]["pattern"]["shape"] == ["/"]
    assert bars["Oak &lt;b&gt;"]["customdata"] == ["/oak/"]


def test_bars_leave_out_what_is_no_share() -> None:
    figure = bar_figure(
        [row(0, measured(0.5), None), row(0, measured(12.0), None, fraction=False)], [OAK, ELM], address
    )
    assert figure["layout"]["yaxis"]["tickvals"] == [0]


def test_a_missing_value_is_no_bar_of_zero() -> None:
    figure = bar_figure([row(0, measured(0.5), None)], [OAK, ELM], address)
    assert next(trace for trace in figure["data"] if trace.get("name") == "Elm")["x"] == []


def test_curves_need_two_shot_counts_of_one_model() -> None:
    assert shot_figures([row(0, measured(0.5), None)], [OAK, ELM], address) == []
    assert shot_figures([row(0, measured(0.5), None), row(5, None, measured(0.5))], [OAK, ELM], address) == []


def test_curves_have_bands_and_never_join_published_with_measured() -> None:
    rows = [row(0, measured(0.5), Told(0.4, "p", "")), row(5, measured(0.6), measured(0.7))]
    [curve] = shot_figures(rows, [OAK, ELM], address)
    lines = [trace for trace in curve["figure"]["data"] if trace["mode"] == "lines+markers"]
    bands = [trace for trace in curve["figure"]["data"] if trace.get("fill") == "toself"]
    assert [len(line["x"]) for line in lines] == [2, 1, 1]
    assert len(bands) == 2
    assert len({line["line"]["dash"] for line in lines}) == 2
    assert curve["origins"] == ["measured", "published"]
