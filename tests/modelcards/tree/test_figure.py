"""The figure: open is filled, closed is hollow, names are no markup, a line of descent stands out."""

import json
from dataclasses import replace
from datetime import date

import pytest

from modelcards.tree.dress import dress_of
from modelcards.tree.figure import CHIPS_MOST, tree_figure
from modelcards.tree.kin import kin_of
from modelcards.tree.marks import FAINT
from modelcards.tree.plan import Crossing
from modelcards.tree.wood import FADED
from tests.modelcards.tree.plans import filled_with, leaf, plan_of, shapes, traces, written

DECODERS = "var(--fam-dec)"


def targets(figure):
    [found] = traces(figure, "targets")
    return found


def chips_with_edge(figure, colour: str = DECODERS, **line):
    """Outlines of chips: filled shapes of the size of one."""
    return [
        path
        for trace in figure["data"]
        if trace.get("fill") and trace["line"]["color"] == colour and line.items() <= trace["line"].items()
        for path in shapes(trace)
        if 17 < max(y for _x, y in path) - min(y for _x, y in path) < 20
    ]


def test_open_is_filled_and_closed_is_hollow() -> None:
    opened = tree_figure(plan_of(leaf("a")), str)
    closed = tree_figure(plan_of(leaf("a", open_weights=False)), str)
    assert not filled_with(opened, "var(--surface)")
    assert filled_with(closed, "var(--surface)")
    assert len(chips_with_edge(closed, dash="solid")) == 1


def test_weights_that_are_not_known_have_a_dotted_edge() -> None:
    figure = tree_figure(plan_of(leaf("a", open_weights=None)), str)
    assert len(chips_with_edge(figure, dash="1.5px,2px")) == 1


def test_a_click_leads_to_the_card() -> None:
    figure = tree_figure(plan_of(leaf("a")), lambda slug: f"/models/{slug}/")
    assert set(targets(figure)["customdata"]) == {"/models/a/"}
    assert set(targets(figure)["ids"]) == {"a"}


def test_the_pointer_meets_a_wide_chip_along_its_whole_width() -> None:
    wide = leaf("a", label="A model with a long name")
    xs = targets(tree_figure(plan_of(wide), str))["x"]
    assert max(xs) - min(xs) > wide.width / 2


def test_a_name_is_no_markup() -> None:
    name = "<a href='javascript:x'>"
    figure = tree_figure(plan_of(leaf("a", label=name, organisation="<b>Lab")), str)
    assert not any("<a" in text or "<b>Lab" in text for text in written(figure))
    assert any("&lt;a" in text for text in written(figure))


def test_a_name_turns_nothing_that_stands_beside_it() -> None:
    figure = tree_figure(plan_of(leaf("a", label="\u202eA نموذج\u202b", organisation="\u202dLab")), str)
    drawn = json.dumps(figure, ensure_ascii=False)
    assert "A نموذج" in drawn
    assert not set("\u202a\u202b\u202c\u202d\u202e") & set(drawn)


def test_a_chip_bears_its_label_and_its_makers_letters() -> None:
    figure = tree_figure(plan_of(leaf("a", label="Oak", organisation="OpenAI", members=("a", "b"))), str)
    assert [trace["text"] for trace in traces(figure, "labels")] == [["Oak"], ["OA"], ["×2"]]


def test_a_search_rings_what_it_finds_also_within_a_series() -> None:
    plan = plan_of(leaf("a"), leaf("b", date(2022, 1, 1), members=("b", "b-small")))
    [ring] = [one for one in tree_figure(plan, str, matches=frozenset({"b-small"}))["data"] if _ring(one)]
    assert min(x for x in ring["x"] if x) > 400
    assert not [one for one in tree_figure(plan, str)["data"] if _ring(one)]


def _ring(trace) -> bool:
    return (trace.get("line") or {}).get("color") == "var(--focus)"


def test_a_line_of_descent_stands_out_and_the_rest_is_faint() -> None:
    leaves = (leaf("a"), leaf("b", date(2022, 1, 1), parent="a"), leaf("c", date(2022, 6, 1)))
    figure = tree_figure(plan_of(*leaves), str, kin=kin_of(leaves, "b"), focus="b")
    faint = [trace for trace in filled_with(figure, DECODERS) if trace.get("opacity") == FAINT]
    assert len([path for trace in faint for path in shapes(trace)]) == 1
    assert len([path for trace in filled_with(figure, FADED) for path in shapes(trace)]) == 2 + 1 + 1  # stem, arrow, …


def test_a_line_of_descent_is_drawn_where_no_twig_shows_it() -> None:
    leaves = (leaf("a"), leaf("b", date(2022, 1, 1), parent="a", hangs=True), leaf("c", date(2022, 6, 1), parent="b"))
    plan = plan_of(*leaves)
    dashed = [one for one in tree_figure(plan, str, kin=kin_of(leaves, "b"), focus="b")["data"] if _dotted(one)]
    assert [len(list(shapes(one))) for one in dashed] == [1]
    assert not any(map(_dotted, tree_figure(plan, str)["data"]))


def _dotted(trace) -> bool:
    return (trace.get("line") or {}).get("dash") == "2px,3px"


def test_a_crossing_line_is_thin_and_dashed_in_the_colour_of_its_parent() -> None:
    child = leaf("b", date(2022, 1, 1), others=(("a", "merge"),))
    leaves = (leaf("a", family="encoder-only"), child, leaf("c"), leaf("d", date(2022, 5, 1), parent="b"))
    plan = plan_of(*leaves, crossings=(Crossing("b", "a", "merge", ((0.0, 0.0), (5.0, 5.0))),))
    [line] = [one for one in tree_figure(plan, str)["data"] if one.get("mode") == "lines" and one["x"] == [0.0, 5.0]]
    assert line["line"]["color"] == "var(--fam-enc)"
    assert "dash" in line["line"]
    for focus, colour in (("b", "var(--fam-enc)"), ("c", FADED)):
        highlighted = tree_figure(plan, str, kin=kin_of(leaves, focus), focus=focus)
        [line] = [one for one in highlighted["data"] if one.get("mode") == "lines" and one["x"] == [0.0, 5.0]]
        assert line["line"]["color"] == colour


def test_thick_twigs_lie_beneath_thin_ones() -> None:
    plan = plan_of(leaf("a"), leaf("b"))
    thin, thick = plan.twigs
    figure = tree_figure(replace(plan, twigs=(thin, replace(thick, weight=30))), str)
    [twigs] = [trace for trace in filled_with(figure, DECODERS) if trace["line"]["width"] == 0.4]
    assert max(x for x, _y in next(iter(shapes(twigs)))) > thick.x


def test_a_chip_older_than_its_parent_is_marked() -> None:
    early = tree_figure(plan_of(leaf("a", early=True)), str)
    assert filled_with(early, "var(--warn)")
    assert any("▾" in text for text in targets(early)["hovertext"])
    assert not filled_with(tree_figure(plan_of(leaf("a")), str), "var(--warn)")


def test_a_series_has_a_second_edge_behind_it() -> None:
    one, several = plan_of(leaf("a")), plan_of(leaf("a", members=("a", "b"), series="a"))
    assert not filled_with(tree_figure(one, str), "var(--surface)")
    assert filled_with(tree_figure(several, str), "var(--surface)")


def test_labels_of_larger_chips_are_larger() -> None:
    figure = tree_figure(plan_of(leaf("a"), leaf("b", scale=1.3)), str)
    sizes = {trace["meta"]["size"] for trace in traces(figure, "labels") if trace["text"][0] in "ab"}
    assert len(sizes) == 2
    assert max(sizes) == pytest.approx(1.3 * min(sizes))


@pytest.mark.parametrize("kind", ["family", "organisation", "openness", "score"])
def test_every_dress_draws_every_chip(kind: str) -> None:
    leaves = [leaf("a"), leaf("b", open_weights=False, family="recurrent"), leaf("c", open_weights=None)]
    figure = tree_figure(plan_of(*leaves), str, dress=dress_of(kind, leaves))
    assert json.dumps(figure, allow_nan=False)
    assert {text for trace in traces(figure, "labels") for text in trace["text"]} >= {"a", "b", "c"}


def test_a_crowd_is_drawn_without_badges_and_with_one_trace_of_names() -> None:
    few = tree_figure(plan_of(*[leaf(f"m{number}") for number in range(CHIPS_MOST)]), str)
    many = tree_figure(plan_of(*[leaf(f"m{number}") for number in range(CHIPS_MOST + 1)]), str)
    assert len(traces(few, "labels")) == 2
    assert len(traces(many, "labels")) == 1
    assert len(targets(many)["x"]) == CHIPS_MOST + 1


def test_an_empty_plan_draws() -> None:
    assert tree_figure(plan_of(), str)["data"]


def test_the_frame_is_that_of_the_whole_plan() -> None:
    plan = plan_of(leaf("a"), leaf("b", date(2022, 1, 1)))
    frames = [tree_figure(one, str)["layout"] for one in (plan, plan.until(2021))]
    assert frames[0] == frames[1]
