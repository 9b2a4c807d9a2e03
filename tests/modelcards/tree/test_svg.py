"""Traces of the picture as SVG."""

from xml.etree import ElementTree

from modelcards.tree.strokes import lines, polygons, texts
from modelcards.tree.svg import Link, svg

VIEW = (0.0, 100.0, 0.0, 50.0)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(traces, links=(), **attributes):
    return ElementTree.fromstring(svg(traces, VIEW, links, **attributes))


def test_the_view_is_the_box_of_the_picture() -> None:
    assert ElementTree.fromstring(svg([], (10.0, 110.0, 5.0, 35.0))).get("viewBox") == "10 5.0 100.0 30.0"


def test_shapes_with_gaps_are_closed_one_by_one_and_lines_are_not() -> None:
    square = [(0, 0), (1, 0), (1, 1)]
    shape, line = drawn([polygons([square, square], "var(--a)", "var(--b)", 2), lines([square, square], "var(--c)", 1)])
    assert shape.get("d") == "M0 0L1 0L1 1ZM0 0L1 0L1 1Z"
    assert (shape.get("fill"), shape.get("stroke"), shape.get("stroke-width")) == ("var(--a)", "var(--b)", "2")
    assert line.get("d") == "M0 0L1 0L1 1M0 0L1 0L1 1"
    assert (line.get("fill"), line.get("stroke")) == ("none", "var(--c)")


def test_a_fill_that_changes_does_so_here_too() -> None:
    blend = {"type": "vertical", "start": 10, "stop": 40, "colorscale": [[0, "var(--a)"], [1, "var(--b)"]]}
    shape = {**polygons([[(0, 0), (1, 0), (1, 50)]], "var(--a)"), "fillgradient": blend}
    gradient, path = drawn([shape])
    assert path.get("fill") == f"url(#{gradient.get('id')})"
    assert (gradient.get("y1"), gradient.get("y2"), gradient.get("gradientUnits")) == ("10", "40", "userSpaceOnUse")
    assert [stop.get("stop-color") for stop in gradient] == ["var(--a)", "var(--b)"]


def test_dashes_and_faint_shapes_are_so_here_too() -> None:
    dashed, own = drawn([
        lines([[(0, 0), (1, 1)]], "red", 1, line={"dash": "dash"}, opacity=0.5),
        lines([[(0, 0), (1, 1)]], "red", 1, line={"dash": "4px,3px"}),
    ])  # fmt: skip
    assert (dashed.get("stroke-dasharray"), dashed.get("opacity")) == ("6 4", "0.50")
    assert own.get("stroke-dasharray") == "4,3"


def test_texts_stand_about_their_points_each_in_its_colour() -> None:
    (group,) = drawn([texts([(1, 2, "<b>Oak</b> &amp; 3"), (3, 4, "Elm")], ["red", "blue"], 11)])
    assert (group.get("font-size"), group.get("text-anchor")) == ("11", "middle")
    first, second = group
    assert ("".join(first.itertext()), first.get("fill"), first.get("x")) == ("Oak & 3", "red", "1")
    assert (second.text, second.get("fill")) == ("Elm", "blue")
    (left,) = drawn([texts([(1, 2, "Oak")], "red", 11, textposition="middle left")])
    assert left.get("text-anchor") == "end"


def test_a_link_leads_to_its_address_and_tells_what_it_is_of_without_being_markup() -> None:
    (link,) = drawn([], [Link((0, 20, 0, 10), '/models/"a&b"/', ["<script>", "open"])], aria_hidden="true")
    assert (link.get("href"), link.get("tabindex")) == ('/models/"a&b"/', "-1")
    assert link.find(f"{SVG}title").text == "<script>\nopen"
    assert link.find(f"{SVG}rect").get("width") == "20.0"


def test_what_is_no_shape_and_no_text_is_left_out() -> None:
    assert len(drawn([{"type": "scatter", "mode": "none", "x": [1], "y": [1]}])) == 0
