"""The rows of a card's page are written by hand: every stated value in them is escaped."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from modelcards.cardfacts import CardFacts
from modelcards.cardreads import facts_of
from modelcards.cardrows import branch_rows, fact_rows
from modelcards.lineages import COUNTED, READ, Branch, Kin, descendants
from modelcards.models import Lineage, ModelCard
from tests.factories import make_card, make_fact

HOSTILE = "<b onclick='x()'>\"&"
MARKUP = ("<b ", "'x()'", '"&"')


def kin(name: str, **fields: Any) -> Kin:
    plain = {"pk": 1, "slug": "oak", "release_date": None, "release_precision": "day", "archived_at": None}
    return Kin(**{**plain, **fields, "name": name})


def test_names_of_a_lineage_are_escaped_and_lead_to_their_cards():
    rows = branch_rows([Branch(kin(HOSTILE), "adapter", [Branch(kin("Leaf", slug="leaf"), "made-up<")])], related=False)
    assert not any(part in rows for part in MARKUP)
    assert "&lt;b onclick" in rows
    assert '<a href="/models/leaf/">Leaf</a>' in rows
    assert "made-up&lt;" in rows


def test_an_archived_card_is_no_link_and_a_date_is_as_exact_as_it_is_known():
    day = datetime.date(2021, 5, 1)
    gone = kin("Gone", archived_at=datetime.datetime.now(datetime.UTC), release_date=day, release_precision="month")
    rows = branch_rows([Branch(gone, "merge")], related=True)
    assert "<a " not in rows
    assert '<span class="sub">, May 2021</span>' in rows


def test_levels_are_open_down_to_the_second():
    chain = Branch(
        kin("1"), "merge", [Branch(kin("2"), "merge", [Branch(kin("3"), "merge", [Branch(kin("4"), "merge")])])]
    )
    rows = branch_rows([chain], related=True)
    assert (rows.count("<details open>"), rows.count("<details>")) == (2, 1)


@pytest.mark.django_db
def test_facts_are_escaped_in_value_source_note_and_chooser():
    card = make_card("Oak")
    address = 'https://example.org/?a="b"&c'
    make_fact(card, "licence", HOSTILE, source=HOSTILE, chosen_by=HOSTILE, citation=address)
    make_fact(card, "hf_repo", HOSTILE)
    make_fact(card, "hf_repo_note", HOSTILE)
    rows = fact_rows(CardFacts.of(facts_of(card.pk)).lines(), lambda line: "")
    assert not any(part in rows for part in MARKUP)
    assert rows.count("&lt;b onclick") >= 5
    assert "?a=&quot;b&quot;&amp;c" in rows


@pytest.mark.django_db
def test_a_group_whose_cards_are_all_drawn_but_not_all_counted_leads_to_all_of_them(client):
    root = make_card("Root")
    cards = ModelCard.objects.bulk_create(ModelCard(name=f"C {n}", slug=f"c-{n}") for n in range(READ + 5))
    Lineage.objects.bulk_create(Lineage(child=card, parent=root, relation="merge") for card in cards)
    (group,) = descendants(root, AnonymousUser())
    assert (len(group.branches), group.at_least) == (COUNTED, True)
    assert (
        '<a href="/models/root/descendants/?relation=merge">All of them</a>'
        in client.get("/models/root/").content.decode()
    )
