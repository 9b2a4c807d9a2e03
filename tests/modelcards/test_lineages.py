"""What a model was made from and what was made from it: bounded, and never more than the reader may see."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from modelcards.lineages import COUNTED, LEVEL, READ, ancestors, children, descendants, relations, successors
from modelcards.models import Lineage, ModelCard
from tests.factories import make_card, make_lineage

pytestmark = pytest.mark.django_db
visitor = AnonymousUser()


def make_children(parent, number, relation="finetune"):
    first = ModelCard.objects.count()
    cards = ModelCard.objects.bulk_create(
        ModelCard(name=f"Child {n}", slug=f"child-{n}") for n in range(first, first + number)
    )
    Lineage.objects.bulk_create(Lineage(child=card, parent=parent, relation=relation) for card in cards)
    return cards


def names(branches):
    return [branch.card.name for branch in branches]


def test_descendants_come_by_relation_oldest_first():
    root = make_card("Root")
    for name, year, relation in [("Late", 2023, "rlhf"), ("Tuned", 2022, "finetune"), ("Early", 2021, "rlhf")]:
        make_lineage(make_card(name, release_date=datetime.date(year, 1, 1)), root, relation)
    groups = descendants(root, visitor)
    assert [(group.relation, names(group.branches)) for group in groups] == [
        ("finetune", ["Tuned"]),
        ("rlhf", ["Early", "Late"]),
    ]


def test_an_archived_card_stays_as_a_stub_between_others_and_is_left_out_at_an_end():
    root, middle, leaf = make_card("Root"), make_card("Middle", archived_at=timezone.now()), make_card("Leaf")
    gone = make_card("Gone", archived_at=timezone.now())
    for child, parent in [(middle, root), (leaf, middle), (gone, root)]:
        make_lineage(child, parent)
    (group,) = descendants(root, visitor)
    assert names(group.branches) == ["Middle"]
    assert names(group.branches[0].branches) == ["Leaf"]
    (up,) = ancestors(leaf, visitor)
    assert up.card.archived_at
    assert names(up.branches) == ["Root"]


def test_a_hidden_card_ends_the_way_up_and_down(owner):
    root, hidden, leaf = make_card("Root"), make_card("Hidden", visibility="restricted", owner=owner), make_card("Leaf")
    make_lineage(hidden, root)
    make_lineage(leaf, hidden)
    assert descendants(root, visitor) == []
    assert ancestors(leaf, visitor) == []
    assert names(ancestors(leaf, owner)) == ["Hidden"]
    assert relations(root, visitor) == []


def test_of_many_children_some_are_drawn_and_all_are_counted(django_assert_max_num_queries):
    root = make_card("Root")
    make_children(root, LEVEL + 10)
    with django_assert_max_num_queries(3):
        (group,) = descendants(root, visitor)
    assert (len(group.branches), group.count, group.more, group.at_least) == (LEVEL, LEVEL + 10, 10, False)


def test_of_more_children_than_are_read_each_relation_has_its_share(django_assert_max_num_queries):
    root = make_card("Root")
    make_children(root, READ + 5, "adapter")
    make_children(root, 3, "quantized")
    with django_assert_max_num_queries(11):
        adapters, quantized = descendants(root, visitor)
    assert (adapters.relation, adapters.count, adapters.at_least) == ("adapter", COUNTED, True)
    assert (len(quantized.branches), quantized.at_least) == (3, False)


def test_pages_of_children_follow_one_another():
    root = make_card("Root")
    made = [card.pk for card in make_children(root, LEVEL + 5)]
    first = children(root, visitor, "finetune", 0)
    assert [kin.pk for kin in first] == made[: LEVEL + 1]
    assert [kin.pk for kin in children(root, visitor, "finetune", first[LEVEL - 1].pk)] == made[LEVEL:]


def test_a_card_of_two_parents_stands_once():
    root, left, right, both = (make_card(name) for name in ("Root", "Left", "Right", "Both"))
    for child, parent in [(left, root), (right, root), (both, left), (both, right)]:
        make_lineage(child, parent, "merge")
    (group,) = descendants(root, visitor)
    assert sum(names(branch.branches).count("Both") for branch in group.branches) == 1


def test_a_circle_ends():
    one, two = make_card("One"), make_card("Two")
    make_lineage(one, two)
    make_lineage(two, one)
    assert names(ancestors(one, visitor)) == ["Two"]


def test_only_living_visible_successors_take_a_place(owner):
    root = make_card("Root")
    for name, fields in [
        ("Next", {}),
        ("Gone", {"archived_at": timezone.now()}),
        ("Hidden", {"visibility": "restricted", "owner": owner}),
    ]:
        make_lineage(make_card(name, **fields), root, "successor")
    make_lineage(make_card("Tuned"), root, "finetune")
    assert [kin.name for kin in successors(descendants(root, visitor))] == ["Next"]
