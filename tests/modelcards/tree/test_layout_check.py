"""The checks themselves: each finds the fault that it is for."""

from dataclasses import replace
from datetime import date

from modelcards.tree.check import chip_overlaps, crossings, line_overlaps
from modelcards.tree.layout import Plan, layout
from modelcards.tree.select import choose, leaves
from tests.modelcards.tree.rows import model

NAMES = ("a", "b", "c", "d")


def sound() -> Plan:
    models = [model(name, date(2020 + number, 3, 1)) for number, name in enumerate(NAMES)]
    return layout(leaves(models, choose(models, "all")))


def moved(plan: Plan, slug: str, x: float, y: float) -> Plan:
    chips = tuple((leaf, x, y) if leaf.slug == slug else (leaf, at, up) for leaf, at, up in plan.chips)
    return replace(plan, chips=chips)


def test_a_sound_plan_has_no_fault() -> None:
    plan = sound()
    assert (chip_overlaps(plan), line_overlaps(plan), crossings(plan)) == ([], [], [])


def test_a_chip_on_another_is_found() -> None:
    plan = sound()
    [(_leaf, x, y)] = [chip for chip in plan.chips if chip[0].slug == "a"]
    assert [set(pair) for pair in chip_overlaps(moved(plan, "b", x + 9, y + 9))] == [{"a", "b"}]


def test_a_chip_on_a_stem_and_on_a_twig_is_found() -> None:
    plan = sound()
    [stem] = plan.stems
    assert ("stem decoder-only", "a") in line_overlaps(moved(plan, "a", stem.x, stem.y_straight - 40))
    twig = next(one for one in plan.twigs if one.child == "b")
    assert ("twig of b", "c") in line_overlaps(moved(plan, "c", (twig.x0 + twig.x) / 2, twig.y0))


def test_twigs_that_cross_one_another_or_a_stem_are_found() -> None:
    plan = sound()
    low, high = sorted((one for one in plan.twigs if one.child in "ab"), key=lambda one: -one.y0)
    across = replace(low, x=high.x + 60, y0=high.y0 - 30, y1=high.y0 - 60, x0=high.x - 40)
    assert crossings(replace(plan, twigs=(high, across)))
    [stem] = plan.stems
    through = replace(low, x0=stem.x - 80, x=stem.x + 80, y0=stem.y_straight - 60, y1=stem.y_straight - 90)
    assert ("stem decoder-only", low.child) in crossings(replace(plan, twigs=(through,)))
