"""Ancestors and descendants of one chip."""

from datetime import date

from modelcards.tree.kin import Kin, kin_of
from modelcards.tree.nodes import Leaf


def leaf(slug: str, parent: str | None = None, *others: str) -> Leaf:
    further = tuple((one, "merge") for one in others)
    return Leaf(slug, slug, date(2021, 5, 1), "decoder-only", True, "Lab", parent=parent, others=further)


def test_all_that_a_chip_came_from_and_all_that_came_from_it() -> None:
    leaves = [
        leaf("root"),
        leaf("aunt", "root"),
        leaf("mother", "root"),
        leaf("father"),
        leaf("child", "mother", "father"),
    ]
    leaves.append(leaf("grandchild", "child"))
    assert kin_of(leaves, "child") == Kin(frozenset({"root", "mother", "father"}), frozenset({"grandchild"}))
    assert kin_of(leaves, "root").descendants == {"aunt", "mother", "child", "grandchild"}
    assert kin_of(leaves, "father").descendants == {"child", "grandchild"}


def test_a_circle_ends_and_a_chip_is_not_its_own_kin() -> None:
    ring = [leaf("a", "c"), leaf("b", "a"), leaf("c", "b")]
    assert kin_of(ring, "a") == Kin(frozenset("bc"), frozenset("bc"))


def test_a_chip_that_is_not_there_has_no_kin() -> None:
    assert kin_of([leaf("a", "gone")], "gone") == Kin()
    assert kin_of([], "a") == Kin()
