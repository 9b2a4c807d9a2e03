"""Evidence as figures: what is drawn says the same as the table, by shape as well as by colour."""

from evaluation.claims.figures import MOST, differences_figure, sizes_figure
from evaluation.claims.pairs import compared
from evaluation.claims.query import BETTER, COMPETITIVE, GAINS, LARGER, PAR, ClaimQuery
from evaluation.claims.trends import trend_ballots
from evaluation.core.statistics import Difference, Interval
from tests.evaluation.claims.standings import make_standing


def figure_of(*pairs, kind=BETTER, test=lambda first, second: None, **fields):
    """The figure of pairs of values, each on a benchmark of its own."""
    query = ClaimQuery(kind, "oak", ("elm",))
    first = [make_standing(one, f"quiz{place:02}", **fields) for place, (one, _other) in enumerate(pairs)]
    second = [make_standing(other, f"quiz{place:02}", "Elm 1B", **fields) for place, (_one, other) in enumerate(pairs)]
    rows = [row for ballot in compared(first, second, query, test, {}).ballots for row in ballot.rows]
    return differences_figure(rows, query)


def test_each_vote_has_a_shape_of_its_own_and_published_marks_are_hollow():
    figure = figure_of((0.6, 0.5), (0.5, 0.5), (0.4, 0.5))
    assert [trace["marker"]["symbol"] for trace in figure["data"]] == [
        ["triangle-up-open"],
        ["circle-open"],
        ["triangle-down-open"],
    ]
    assert [trace["error_x"]["array"] for trace in figure["data"]] == [[None]] * 3


def test_a_measured_difference_has_its_interval():
    def tested(first, second):
        return Difference(0.1, Interval(0.05, 0.15), 0.01, "two-means", 100)

    [trace] = figure_of((0.6, 0.5), test=tested, key="k")["data"]
    assert trace["marker"]["symbol"] == ["triangle-up"]
    assert [round(trace["error_x"][side][0], 6) for side in ("array", "arrayminus")] == [0.05, 0.05]


def test_the_line_that_decides_is_drawn():
    def at(kind):
        return [shape["x0"] for shape in figure_of((0.6, 0.5), kind=kind)["layout"]["shapes"]]

    assert (at(BETTER), at(COMPETITIVE), at(PAR)) == ([0.0], [-0.02], [-0.02, 0.02])


def test_nothing_is_drawn_of_nothing_and_of_too_much_only_the_first():
    assert figure_of() is None
    assert sum(len(trace["x"]) for trace in figure_of(*[(0.6, 0.5)] * (MOST + 5))["data"]) == MOST


def test_names_are_text_and_not_markup():
    rows = compared(
        [make_standing(0.6, name="<b>Oak</b>")],
        [make_standing(0.5, name="Elm")],
        ClaimQuery(BETTER),
        lambda a, b: None,
        {},
    )
    [trace] = differences_figure(rows.ballots[0].rows, ClaimQuery(BETTER))["data"]
    assert "&lt;b&gt;Oak" in trace["hovertext"][0]


def test_sizes_are_lines_over_the_logarithm_of_parameters():
    rows = [
        make_standing(value, name=f"Oak {size}B", parameters=size * 10**9, num_fewshot=shots)
        for shots in (0, 32)
        for size, value in ((1, 0.1), (2, 0.2 + shots / 100), (4, 0.3 + shots / 50))
    ]
    trends = [row for ballot in trend_ballots(rows, ClaimQuery(LARGER), {}) for row in ballot.rows]
    figure = sizes_figure(trends, LARGER)
    assert figure["layout"]["xaxis"]["type"] == "log"
    assert [trace["x"] for trace in figure["data"]] == [[10**9, 2 * 10**9, 4 * 10**9]] * 2
    [gain] = [row for ballot in trend_ballots(rows, ClaimQuery(GAINS), {}) for row in ballot.rows]
    assert [round(y, 6) for y in sizes_figure([gain], GAINS)["data"][0]["y"]] == [0.0, 0.32, 0.64]
    assert sizes_figure([], LARGER) is None
