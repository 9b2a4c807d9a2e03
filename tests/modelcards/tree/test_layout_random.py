"""Properties of the layout over catalogs that hypothesis makes up."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from modelcards.tree.check import chip_overlaps, crossings, line_overlaps
from modelcards.tree.layout import layout
from modelcards.tree.nodes import BEFORE, BRANCHES, Leaf

EXAMPLES = settings(max_examples=25, deadline=None, derandomize=True)


@st.composite
def catalogs(draw: st.DrawFn) -> tuple[Leaf, ...]:
    """Chips of crowded and of empty years; each may hang on any other, itself and absent ones included."""
    count = draw(st.integers(1, 24))
    first = date(draw(st.sampled_from([2013, 2018, 2022])), 1, 1)
    found = []
    for number in range(count):
        day = first + timedelta(days=draw(st.integers(0, 60) | st.integers(0, 1500)))
        parent = draw(st.none() | st.integers(0, count).map(lambda n: f"m{n}"))
        others = draw(st.lists(st.integers(0, count).map(lambda n: (f"m{n}", "merge")), max_size=2))
        label = "x" * draw(st.integers(1, 24))
        branch = draw(st.sampled_from([*BRANCHES, BEFORE]))
        size = draw(st.sampled_from([0.85, 1.0, 1.35]))
        leaf = Leaf(f"m{number}", label, day, branch, None, "", parent, "finetune", bool(parent), (f"m{number}",))
        found.append(replace(leaf, others=tuple(others), scale=size))
    return tuple(found)


@EXAMPLES
@given(catalogs())
def test_all_are_drawn_inside_the_picture_and_nothing_overlaps(leaves) -> None:
    plan = layout(leaves)
    assert sorted(leaf.slug for leaf, _, _ in plan.chips) == sorted(leaf.slug for leaf in leaves)
    assert all(x0 > 0 and x1 < plan.width and y0 > 0 and y1 < plan.height for x0, x1, y0, y1 in plan.boxes())
    assert chip_overlaps(plan) == []
    assert line_overlaps(plan) == []
    assert crossings(plan) == []


@EXAMPLES
@given(catalogs(), st.randoms(use_true_random=False))
def test_the_order_of_the_models_changes_nothing(leaves, chance) -> None:
    mixed = list(leaves)
    chance.shuffle(mixed)
    first, second = layout(leaves), layout(tuple(mixed))
    assert {leaf.slug: (x, y) for leaf, x, y in first.chips} == {leaf.slug: (x, y) for leaf, x, y in second.chips}
    assert set(first.twigs) == set(second.twigs)
    assert set(first.crossings) == set(second.crossings)


@EXAMPLES
@given(catalogs(), st.integers(2012, 2027))
def test_an_earlier_year_is_a_part_of_the_whole_at_the_same_places(leaves, year) -> None:
    plan = layout(leaves)
    part = plan.until(year)
    assert set(part.chips) == {chip for chip in plan.chips if chip[0].day.year <= year}
    assert {twig.child for twig in part.twigs} == {leaf.slug for leaf, _, _ in part.chips}
    assert {(one.x0, one.y0) for one in part.twigs} <= {(one.x0, one.y0) for one in plan.twigs}
    assert line_overlaps(part) == []
    assert (part.width, part.height, part.corner) == (plan.width, plan.height, plan.corner)
