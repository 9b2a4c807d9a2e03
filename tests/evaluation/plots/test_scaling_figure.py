from evaluation.plots.axes import AXES
from evaluation.plots.lines import MOST_MARKS, Scales, family_fits, frontier, thinned
from evaluation.plots.points import points
from evaluation.plots.scaling_figure import hover, scaling_figure
from tests.evaluation.standings.rows import make_measured, make_model, make_standing

AXIS, LOG = AXES["parameters"], Scales(x_log=True, y_log=False)


def drawn(rows, scales=LOG):
    found = points(rows, AXIS)
    return scaling_figure(found, family_fits(found, AXIS, scales), frontier(found, scales), AXIS, scales, "acc")


def sized(*pairs, make=make_standing, **fields):
    return [make(value, make_model(parameters=size), **fields) for size, value in pairs]


def test_without_a_place_for_any_point_there_is_nothing():
    assert drawn([make_standing(card=make_model(parameters=None))]) == {"data": [], "layout": {}}


def test_names_of_a_stair_that_would_lie_on_one_another_are_left_out():
    data = drawn(sized((10**7, 0.1), (10**9, 0.5), (10**10, 0.501), (10**11, 0.9)))["data"]
    (stair,) = [trace for trace in data if trace["mode"] == "lines+text"]
    assert [bool(text) for text in stair["text"]] == [False, False, True, True]


def test_only_the_longer_of_two_stairs_has_names():
    rows = sized((10**8, 0.1), (10**9, 0.5), (10**10, 0.9)) + sized((10**8, 0.2), (10**10, 0.8), make=make_measured)
    stairs = [trace for trace in drawn(rows)["data"] if trace["mode"] == "lines+text"]
    assert [any(trace["text"]) for trace in stairs] == [True, False]


def test_published_marks_are_hollow_and_measured_ones_filled():
    data = drawn([make_standing(0.5), make_measured(0.6)])["data"]
    assert sorted(trace["marker"]["symbol"][0] for trace in data if trace["mode"] == "markers") == [
        "circle",
        "circle-open",
    ]


def test_values_measured_otherwise_are_pale_and_say_so():
    rows = [*sized((10**8, 0.4), (10**9, 0.5), make=make_measured), make_measured(0.9, key="other")]
    (trace,) = [trace for trace in drawn(rows)["data"] if trace["mode"] == "markers"]
    assert sorted(trace["marker"]["opacity"]) == [0.45, 0.9, 0.9]
    assert sum("measured in another way" in text for text in trace["hovertext"]) == 1


def test_the_box_of_a_point_tells_value_interval_and_origin():
    (one,) = points([make_measured(0.5, make_model("<i>Oak</i>"))], AXIS)
    box = hover(one, AXIS)
    assert all(part in box for part in ("<b>&lt;i&gt;Oak&lt;/i&gt;</b>", "<b>0.500</b>", "95 % interval", "measured"))


def test_a_band_never_reaches_far_beyond_the_scores_and_holds_its_line():
    figure = drawn(sized((10**8, 0.5), (10**8 + 1, 0.6), (10**10, 0.55)))
    (band,) = [trace for trace in figure["data"] if trace.get("fill")]
    (line,) = [trace for trace in figure["data"] if trace["mode"] == "lines" and "fill" not in trace]
    assert max(band["y"]) <= 0.7
    assert min(band["y"]) <= min(line["y"]) <= max(line["y"]) <= max(band["y"])


def test_of_very_many_points_the_frontier_keeps_its_marks():
    rows = sized(*((10**8 + number, 0.3) for number in range(MOST_MARKS + 500)), (10**12, 0.9))
    found = points(rows, AXIS)
    marks = thinned(found, frontier(found, LOG))
    assert len(marks) <= MOST_MARKS + 2
    assert max(one.y for one in marks) == 0.9
