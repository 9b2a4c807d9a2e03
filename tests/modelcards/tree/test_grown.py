"""From an address to leaves: what stands apart is counted, and what changes nothing is not worked out again."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from modelcards.tree import grown as module
from modelcards.tree.choice import read_choice
from modelcards.tree.grown import Grown, grow
from modelcards.tree.plan import TooSlow
from tests.factories import make_card

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 1)


def ask(query: str = "", user=None) -> Grown:
    return grow(user or AnonymousUser(), read_choice(QueryDict(query)))


def test_what_has_no_date_or_no_known_family_is_counted_apart(monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_LISTED", 2)
    make_card("Oak", release_date=DAY)
    for name in ("c", "B", "a"):
        make_card(name)
    make_card("Strange", architecture_family="", release_date=DAY)
    grown = ask()
    assert ([leaf.slug for leaf in grown.leaves], grown.count, grown.left_out) == (["oak"], 5, 0)
    assert (grown.undated.count, grown.undated.more) == (3, 1)
    assert [model.name for model in grown.undated.models] == ["a", "B"]
    assert [model.slug for model in grown.no_family.models] == ["strange"]


def test_beside_the_landmarks_only_landmarks_stand_apart(monkeypatch) -> None:
    monkeypatch.setattr(module, "landmarks", lambda: {"oak": "Oak", "strange": "Strange"})
    for name in ("Oak", "Timeless"):
        make_card(name)
    for name in ("Strange", "Odd"):
        make_card(name, architecture_family="", release_date=DAY)
    grown = ask("show=landmarks")
    assert [model.slug for model in grown.undated.models] == ["oak"]
    assert [model.slug for model in grown.no_family.models] == ["strange"]
    assert ask("show=landmarks&focus=timeless").undated.count == ask().undated.count == 2


def test_models_behind_a_chip_are_not_left_out_and_lead_to_it() -> None:
    for size in (1, 7):
        make_card(f"Oak {size}B", parameters=size * 10**9, release_date=DAY)
    grown = ask()
    assert grown.chips == {"oak-1b": "oak-7b", "oak-7b": "oak-7b"}
    assert (grown.left_out, grown.opened) == (0, ())
    opened = ask("open=oak-7b")
    assert [leaf.slug for leaf in opened.leaves] == ["oak-1b", "oak-7b"]
    assert [one.slugs for one in opened.opened] == [("oak-1b", "oak-7b")]
    assert ask("show=landmarks").left_out == 2


def test_the_year_the_colours_and_a_search_change_no_leaf_and_cost_none() -> None:
    make_card("Oak", release_date=DAY)
    first = ask()
    for query in (
        "until=2020",
        "colour=openness",
        "view=list",
        "find=oak",
        "find=ak",
        "focus=oak",
        "open=elm",
        "chosen=oak",
    ):
        assert ask(query) is first, query
    make_card("Elm", release_date=DAY)
    assert [leaf.slug for leaf in ask().leaves] == ["elm", "oak"]


def test_a_model_that_is_looked_for_is_shown_among_the_landmarks() -> None:
    make_card("Oak", release_date=DAY)
    make_card("Timeless")
    assert [leaf.slug for leaf in ask("show=landmarks&focus=oak").leaves] == ["oak"]
    assert ask("show=landmarks&focus=timeless").leaves == ()
    assert ask("show=landmarks&find=oa").leaves == ()


def test_a_share_that_is_taken_back_takes_the_chip_with_it(owner, stranger) -> None:
    card = make_card("Secret", release_date=DAY, visibility="restricted", owner=owner)
    card.readers.add(stranger)
    assert [leaf.slug for leaf in ask(user=stranger).leaves] == ["secret"]
    card.readers.remove(stranger)
    assert ask(user=stranger).leaves == ()


def test_a_reader_sees_a_chip_of_a_restricted_card_and_nobody_else_does(owner, stranger) -> None:
    make_card("Secret", release_date=DAY, visibility="restricted", owner=owner)
    for query in ("", "find=secret", "focus=secret", "open=secret", "show=all", "search=secret"):
        assert [leaf.slug for leaf in ask(query, owner).leaves] == ["secret"], query
        for reader in (None, stranger):
            assert "secret" not in repr(ask(query, reader)).lower(), query


def test_too_many_chips_or_too_little_time_give_no_plan(monkeypatch) -> None:
    make_card("Oak", release_date=DAY)
    assert ask().plan is not None
    monkeypatch.setattr(module, "MOST_DRAWN", 0)
    assert ask("show=all").plan is None

    def slow(*_how):
        raise TooSlow

    monkeypatch.setattr(module, "MOST_DRAWN", 1)
    monkeypatch.setattr(module, "layout", slow)
    assert ask("show=series").plan is None
