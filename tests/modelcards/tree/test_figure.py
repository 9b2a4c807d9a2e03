"""The figure and the list: open is filled, closed is hollow, names are no markup."""

from datetime import date

from modelcards.tree.figure import tree_figure
from modelcards.tree.layout import layout
from modelcards.tree.rails import rail_rows
from modelcards.tree.select import choose, leaves
from modelcards.tree.tally import tallies
from tests.modelcards.tree.rows import model, shipped


def plan_of(models):
    return layout(leaves(models, choose(models, "all")))


def fills(figure) -> set[str]:
    return {trace.get("fillcolor", "") for trace in figure["data"]}


def targets(figure):
    return next(trace for trace in figure["data"] if trace.get("customdata"))


def test_open_is_filled_and_closed_is_hollow() -> None:
    opened = tree_figure(plan_of([model("a")]), str)
    closed = tree_figure(plan_of([model("a", open_weights=False)]), str)
    assert "var(--surface)" not in fills(opened)
    assert "var(--surface)" in fills(closed)


def test_a_click_leads_to_the_card() -> None:
    figure = tree_figure(plan_of([model("a")]), lambda slug: f"/models/{slug}/")
    assert set(targets(figure)["customdata"]) == {"/models/a/"}


def test_a_name_is_no_markup() -> None:
    figure = tree_figure(plan_of([model("a", name="<a href='javascript:x'>")]), str)
    texts = [text for trace in figure["data"] for text in [*(trace.get("text") or ()), *(trace.get("hovertext") or ())]]
    assert not any("<a" in text for text in texts)
    assert any("&lt;a" in text for text in texts)


def test_hover_tells_the_facts() -> None:
    one = model("a", name="Oak", parameters=6_700_000_000, organisations=("Lab",), released="2021-05")
    [text] = set(targets(tree_figure(plan_of([one]), str))["hovertext"])
    for fact in ("Oak", "Lab", "2021-05", "Decoder-only", "open weights", "6.7B parameters"):
        assert fact in text


def test_a_search_rings_what_it_finds() -> None:
    plan = plan_of([model("a"), model("b", date(2022, 1, 1))])
    rings = [trace for trace in tree_figure(plan, str, frozenset({"b"}))["data"] if _ring(trace)]
    assert len(rings) == 1
    assert not [trace for trace in tree_figure(plan, str)["data"] if _ring(trace)]


def _ring(trace) -> bool:
    return (trace.get("line") or {}).get("color") == "var(--focus)"


def test_scores_shade_the_chips_and_unknown_ones_stay_hollow() -> None:
    plan = plan_of([model("a"), model("b", date(2022, 1, 1)), model("c", date(2022, 6, 1))])
    figure = tree_figure(plan, str, shades={"a": 0.1, "b": 1.0})
    shaded = [trace for trace in figure["data"] if trace.get("fillcolor") == "var(--better)"]
    assert len({trace["opacity"] for trace in shaded}) == 2
    assert any("no score" in text for text in targets(figure)["hovertext"])


def test_an_empty_plan_draws() -> None:
    assert tree_figure(layout(()), str)["data"]


def test_rails_list_the_newest_first_with_a_heading_for_each_year() -> None:
    rows = rail_rows(plan_of(list(shipped())))
    days = [row.leaf.day for row in rows if row.leaf]
    years = [row.year for row in rows if not row.leaf]
    assert days == sorted(days, reverse=True)
    assert years == sorted(set(years), reverse=True)
    assert len(days) == len(shipped())


def test_rails_keep_what_a_search_found() -> None:
    rows = rail_rows(plan_of([model("a"), model("b")]), frozenset({"b"}))
    assert [row.leaf.slug for row in rows if row.leaf] == ["b"]


def test_open_and_closed_are_counted_by_house() -> None:
    models = [
        model("a", organisations=("Meta AI",)),
        model("b", organisations=("Facebook",), open_weights=False),
        model("c", organisations=("Lab",), open_weights=None),
    ]
    first, rest = tallies(leaves(models, choose(models, "all")))
    assert [(one.organisation, one.open, one.closed, one.unknown) for one in first] == [
        ("Meta", 1, 1, 0),
        ("Lab", 0, 0, 1),
    ]
    assert rest == []
