"""Bars of open against closed in the free corner: within it, and adding up."""

from dataclasses import replace

from modelcards.tree.bars import bars
from tests.modelcards.tree.plans import leaf, plan_of, shapes

CORNER = (900.0, 1240.0, 300.0, 620.0)


def drawn(count: int, corner=CORNER, width=1640.0):
    chips = [
        leaf(f"m{n}", organisation=f"House {n % count}", open_weights=(True, False, None)[n % 3]) for n in range(60)
    ]
    return bars(replace(plan_of(*chips, corner=corner), width=width))


def written(traces) -> list[str]:
    return [text for trace in traces for text in trace.get("text", ())]


def test_without_a_free_corner_there_are_none() -> None:
    assert drawn(5, None) == []
    assert drawn(5, (0.0, 230.0, 0.0, 60.0)) == []
    assert drawn(2) == []


def test_in_a_wide_picture_they_are_larger_and_in_a_huge_one_left_out() -> None:
    sizes = [max(trace["meta"]["size"] for trace in drawn(3, width=width) if "text" in trace) for width in (1640, 2000)]
    assert sizes[0] < sizes[1]
    assert drawn(3, width=9000.0) == []


def test_all_lies_within_the_corner() -> None:
    for count in (3, 5, 13, 40):
        traces = drawn(count)
        xs = [x for trace in traces for x in trace["x"] if x is not None]
        ys = [y for trace in traces for y in trace["y"] if y is not None]
        assert CORNER[0] <= min(xs) <= max(xs) <= CORNER[1]
        assert CORNER[2] <= min(ys) <= max(ys) <= CORNER[3]


def test_they_stay_where_they_are_while_their_numbers_grow() -> None:
    places = [min(x for trace in drawn(count) for x in trace["x"] if x is not None) for count in (3, 6, 12)]
    assert len(set(places)) == 1


def test_rows_without_room_are_summed_up() -> None:
    texts = written(drawn(40))
    assert any("others" in text for text in texts)
    counts = [text for text in texts if " · " in text]
    assert sum(int(part) for text in counts for part in text.split(" · ")) == 60


def test_open_is_filled_and_closed_hollow() -> None:
    ink = "var(--ink-2)"
    traces = drawn(3)
    solid = [trace for trace in traces if trace.get("fillcolor") == ink]
    hollow = [trace for trace in traces if trace.get("line", {}).get("color") == ink and trace not in solid]
    assert sum(len(list(shapes(trace))) for trace in solid) == 1 + 1  # of the key and of the one house that opens all
    assert hollow
