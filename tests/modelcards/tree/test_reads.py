"""Which cards the tree is of: what the catalog's filters find, without a word of what the reader may not see."""

from datetime import date
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import QueryDict

from modelcards.filters import ModelFilters
from modelcards.index import catalog_index
from modelcards.models import Lineage, ModelCard
from modelcards.tree import kept, reads
from modelcards.tree.reads import tree_cards
from tests.factories import make_card, make_checkpoint, make_fact, make_lineage, make_organisation

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


def filters(query: str = "") -> ModelFilters:
    return ModelFilters.parse(QueryDict(query))


def models(user=ANYBODY, query: str = ""):
    return {model.slug: model for model in tree_cards(user, filters(query)).models}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "open_weights=no",
        "parameters_max=2B&stage=base",
        "search=oak",
        "organisation=lab",
        "architecture_family=unknown",
    ],
)
def test_as_many_are_read_as_the_list_of_models_counts(query) -> None:
    make_organisation("Lab", [make_card("Oak", open_weights=False), make_card("Elm", parameters=10**10)])
    make_card("Timeless", architecture_family="", release_date=None)
    found = tree_cards(ANYBODY, filters(query))
    assert found.count == len(found.models) == catalog_index().find(filters(query), ANYBODY).count


def test_a_row_says_what_the_card_says() -> None:
    base = make_card("Base")
    card = make_card("Oak", release_date=date(2021, 5, 1), release_precision="month", training_tokens=10**12)
    make_organisation("Zeta", [card])
    make_organisation("Alpha", [card])
    make_fact(card, "organisation", "Zeta; Alpha")
    make_lineage(card, base, relation="finetune")
    make_checkpoint(card)
    oak = models()["oak"]
    assert (oak.pk, oak.name, oak.day, oak.released) == (card.pk, "Oak", date(2021, 5, 15), "2021-05")
    assert (oak.organisations, oak.parents, oak.own) == (("Zeta", "Alpha"), (("base", "finetune"),), True)
    assert (oak.parameters, oak.training_tokens, models()["base"].own) == (10**6, 10**12, False)


def test_ancestors_that_do_not_match_are_around() -> None:
    line = [make_card(name, open_weights=name == "C") for name in "ABC"]
    for parent, child in pairwise(line):
        make_lineage(child, parent, relation="finetune")
    found = tree_cards(ANYBODY, filters("open_weights=yes"))
    assert [model.slug for model in found.models] == ["c"]
    assert [model.slug for model in found.around] == ["a", "b"]


def test_a_hidden_card_is_in_nobody_elses_rows_and_is_nobody_elses_parent(owner, stranger) -> None:
    hidden = make_card("Secret", visibility="restricted", owner=owner)
    root, child, other = make_card("Root"), make_card("Child"), make_card("Other")
    make_lineage(hidden, root)
    for parent in (hidden, other):
        make_lineage(child, parent, relation="merge")
    assert models(owner)["child"].parents == (("secret", "merge"), ("other", "merge"))
    for reader in (ANYBODY, stranger, ANYBODY):
        for query in ("", "search=child"):
            found = tree_cards(reader, filters(query))
            assert "secret" not in repr(found).lower()
            assert next(one for one in found.models if one.slug == "child").parents == (("other", "merge"),)
    assert "secret" in models(owner)


def test_a_card_that_is_hidden_archived_or_renamed_is_so_at_once(owner) -> None:
    base, child = make_card("Base"), make_card("Child")
    make_lineage(child, base, relation="finetune")
    assert models()["child"].parents == (("base", "finetune"),)
    ModelCard.objects.filter(pk=base.pk).update(slug="trunk", name="Trunk")
    assert models().keys() == {"trunk", "child"}
    assert models()["child"].parents == (("trunk", "finetune"),)
    ModelCard.objects.filter(pk=base.pk).update(visibility="restricted", owner=owner)
    assert models()["child"].parents == ()
    ModelCard.objects.filter(pk=base.pk).update(visibility="public", archived_at="2026-01-01T00:00Z")
    assert models().keys() == {"child"}
    Lineage.objects.all().delete()
    assert models()["child"].parents == ()


def test_a_new_checkpoint_is_seen_though_it_changes_no_card() -> None:
    card = make_card("Oak")
    assert not models()["oak"].own
    make_checkpoint(card)
    assert models()["oak"].own


def test_a_change_that_is_undone_leaves_nothing_behind() -> None:
    card = make_card("Oak")
    models()
    with transaction.atomic():
        ModelCard.objects.filter(pk=card.pk).update(name="Undone")
        assert models()["oak"].name == "Undone"
        transaction.set_rollback(True)
    assert models()["oak"].name == "Oak"


def test_only_changed_cards_are_read_anew_and_a_warm_page_reads_none(monkeypatch) -> None:
    cards = [make_card(f"Oak {number}") for number in range(5)]
    rows = kept.Rows()
    rows.of(card.pk for card in cards)
    asked: list[list[int]] = []
    read = rows._read

    def noted(ids: list[int]) -> None:
        asked.append(ids)
        read(ids)

    monkeypatch.setattr(rows, "_read", noted)
    rows.of(card.pk for card in cards)
    ModelCard.objects.filter(pk=cards[3].pk).update(name="Elm")
    found, _parents = rows.of(card.pk for card in cards)
    assert asked == [[cards[3].pk]]
    assert found[cards[3].pk].name == "Elm"


def test_ids_far_apart_and_more_than_are_kept_are_read_all_the_same(monkeypatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    monkeypatch.setattr(kept, "AT_ONCE", 2)
    cards = [make_card(pk=pk) for pk in (1, 2, 1000, 1001, 5000)]
    make_lineage(cards[4], cards[0])
    rows = kept.Rows()
    for some in (cards[:3], cards):
        found, parents = rows.of(card.pk for card in some)
        assert list(found) == [card.pk for card in some]
    assert parents == {5000: (1,)}


def test_ancestry_in_a_circle_or_without_an_end_is_walked_so_far(monkeypatch) -> None:
    monkeypatch.setattr(reads, "STEPS_UP", 2)
    line = [make_card(f"M{number}", open_weights=number == 0) for number in range(6)]
    for child, parent in zip(line, [*line[1:], line[0]], strict=True):
        make_lineage(child, parent, relation="finetune")
    found = tree_cards(ANYBODY, filters("open_weights=yes"))
    assert [model.slug for model in (*found.models, *found.around)] == ["m0", "m1", "m2"]
    assert found.around[-1].parents == ()
