"""The scatter figure: points, the line, and how far from it a model is."""

import pytest

from modelcards.browse.scatter import Point, distance_words, scatter_figure


def point(name="Tree", family="decoder-only", opened=True, parameters=10**9, tokens=20 * 10**9, **fields):
    return Point(f"/models/{name.lower()}/", name, "Oak", family, opened, parameters, tokens, "2023", **fields)


def traces(figure):
    return [trace for trace in figure["data"] if trace.get("customdata")]


def test_a_point_stands_at_its_numbers_and_leads_to_its_card():
    (trace,) = traces(scatter_figure([point(parameters=7 * 10**9, tokens=10**12)]))
    assert (trace["x"], trace["y"], trace["customdata"]) == ([7 * 10**9], [10**12], ["/models/tree/"])


def test_the_line_is_twenty_tokens_a_parameter():
    line = scatter_figure([point()])["data"][0]
    assert [y / x for x, y in zip(line["x"], line["y"], strict=True)] == [pytest.approx(20)] * 2


def test_both_axes_are_logarithmic_and_hold_every_point():
    layout = scatter_figure([point(), point(parameters=10**12, tokens=10**6)])["layout"]
    assert layout["xaxis"]["type"] == layout["yaxis"]["type"] == "log"
    assert layout["xaxis"]["range"][0] < 9
    assert layout["xaxis"]["range"][1] > 12
    assert layout["yaxis"]["range"][0] < 6


@pytest.mark.parametrize(("opened", "symbol"), [(True, "circle"), (False, "circle-open"), (None, "circle-open")])
def test_open_is_filled_and_the_rest_hollow(opened, symbol):
    (trace,) = traces(scatter_figure([point(opened=opened)]))
    assert trace["marker"]["symbol"] == symbol


def test_a_family_nobody_stated_has_a_shape_of_its_own():
    (trace,) = traces(scatter_figure([point(family="")]))
    assert trace["marker"]["symbol"] == "diamond"
    assert trace["name"] == "Family not stated"


def test_families_have_their_colours():
    colours = {trace["marker"]["color"] for trace in traces(scatter_figure([point(), point(family="encoder-only")]))}
    assert colours == {"var(--fam-dec)", "var(--fam-enc)"}


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (20 * 10**9, "on the line of 20 tokens per parameter"),
        (128 * 10**9, "6.4 × the tokens of the 20-per-parameter line"),
        (5 * 10**9, "0.25 × the tokens of the 20-per-parameter line"),
        (20 * 10**12, "1,000 × the tokens of the 20-per-parameter line"),
    ],
)
def test_the_distance_from_the_line_is_a_factor(tokens, words):
    assert distance_words(point(tokens=tokens).distance) == words


def test_hover_tells_name_numbers_and_distance_as_text():
    (trace,) = traces(scatter_figure([point("<b>Tree", tokens=128 * 10**9)]))
    (hover,) = trace["text"]
    for shown in ("&lt;b&gt;Tree", "Oak, 2023", "1B parameters, 128B tokens", "6.4 ×", "open weights"):
        assert shown in hover


def test_chosen_models_are_ringed_and_named():
    rings = scatter_figure([point(chosen=True), point("Birch")])["data"][-1]
    assert rings["text"] == ["Tree"]


def test_no_point_is_no_figure():
    assert scatter_figure([])["data"] == []
