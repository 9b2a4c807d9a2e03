"""Loading cards: once or often, with other sources beside, and never over a person's choice."""

import datetime
from importlib import import_module

import pytest

from modelcards.actions import cards_load, claims_load, fact_choose, fact_state
from modelcards.models import CardChange, Fact, Lineage, ModelCard
from modelcards.statements import Statement
from tests.factories import make_user

pytestmark = pytest.mark.django_db
BASE = {"name": "Tree", "architecture_family": "decoder-only", "stage": "base"}


def load(slug="tree", **fields):
    stated = [Statement(field, value, "arXiv:1", "", "checked") for field, value in {**BASE, **fields}.items()]
    return cards_load(models={slug: stated}, catalog="models.csv", by="load_catalog")


def claim(field, value, source="a blog"):
    return claims_load(claims={"tree": [Statement(field, value, source)]}, catalog="claims.csv", by="load_catalog")


def snapshot():
    rows = [list(model.objects.order_by("pk").values()) for model in (ModelCard, Fact, Lineage, CardChange)]
    return repr(rows)


def test_columns_names_and_papers_are_projections_of_the_chosen_facts():
    load(parameters="7B", release_date="2023-02", organisation="A; B", languages="en;zh", paper="2302.13971")
    card = ModelCard.objects.get(slug="tree")
    assert card.parameters == 7_000_000_000
    assert (card.release_date, card.release_precision) == (datetime.date(2023, 2, 1), "month")
    assert card.attention == "causal"
    assert [maker.name for maker in card.organisations.all()] == ["A", "B"]
    assert [language.code for language in card.languages.all()] == ["en", "zh"]
    assert card.publications.get().url == "https://arxiv.org/abs/2302.13971"


def test_loading_twice_changes_nothing_not_even_the_history():
    load(parameters="7B", organisation="A")
    claim("parameters", "8B")
    before = snapshot()
    assert load(parameters="7B", organisation="A").unchanged == 1
    assert claim("parameters", "8B").unchanged == 1
    assert snapshot() == before


def test_a_load_that_breaks_off_leaves_no_card_behind(monkeypatch):
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    before = snapshot()
    monkeypatch.setattr(import_module("modelcards.actions.cards_load"), "project", full)
    with pytest.raises(OSError, match="no space"):
        load(parameters="7B")
    assert snapshot() == before


def test_a_claim_stands_beside_the_chosen_fact():
    load(parameters="7B")
    claim("parameters", "8B")
    assert ModelCard.objects.get().parameters == 7_000_000_000
    assert Fact.objects.get(chosen=False).value == "8B"


def test_a_corrected_file_leaves_no_trace_of_its_old_value_but_in_the_history():
    load(parameters="7B")
    load(parameters="6.7B")
    assert ModelCard.objects.get().parameters == 6_700_000_000
    assert Fact.objects.get(field="parameters").value == "6.7B"
    change = CardChange.objects.latest("pk")
    assert (change.before, change.after) == ({"parameters": "7B"}, {"parameters": "6.7B"})


def test_a_claim_that_its_file_no_longer_makes_is_removed_and_noted():
    load(parameters="7B")
    claim("parameters", "8B")
    claims_load(claims={}, catalog="claims.csv", by="load_catalog")
    assert not Fact.objects.filter(value="8B").exists()
    assert CardChange.objects.latest("pk").before == {}


def test_a_field_that_its_file_no_longer_states_becomes_blank():
    load(parameters="7B", organisation="A")
    load()
    card = ModelCard.objects.get()
    assert card.parameters is None
    assert not card.organisations.exists()


def test_what_a_person_chose_stays_chosen_when_the_catalog_is_loaded_again():
    load(parameters="7B")
    claim("parameters", "8B")
    admin = make_user("admin", is_superuser=True)
    fact_choose(user=admin, fact=Fact.objects.get(value="8B"))
    before = snapshot()
    load(parameters="7B")
    assert snapshot() == before
    load(parameters="6.7B")
    assert ModelCard.objects.get().parameters == 8_000_000_000
    claims_load(claims={}, catalog="claims.csv", by="load_catalog")
    assert Fact.objects.get(chosen=True, field="parameters").value == "8B"


def test_what_a_person_entered_stays_and_the_file_is_noted_beside_it():
    load(parameters="7B")
    admin = make_user("admin", is_superuser=True)
    fact_state(user=admin, card=ModelCard.objects.get(), field="parameters", value="6.74B", source="config.json")
    load(parameters="7B")
    assert ModelCard.objects.get().parameters == 6_740_000_000
    assert list(Fact.objects.filter(field="parameters").values_list("value", "chosen").order_by("value")) == [
        ("6.74B", True),
        ("7B", False),
    ]


def test_lineage_follows_the_chosen_base_model():
    load("oak")
    load("elm")
    load("acorn", base_model="oak", relation="finetune")
    assert Lineage.objects.get().parent.slug == "oak"
    load("acorn", base_model="elm", relation="adapter")
    link = Lineage.objects.get()
    assert (link.parent.slug, link.relation) == ("elm", "adapter")


def test_a_merge_has_several_parents():
    load("oak")
    load("elm")
    load("graft", base_model="oak;elm", relation="merge")
    assert {link.parent.slug for link in Lineage.objects.all()} == {"oak", "elm"}


def test_two_makers_whose_names_give_one_slug_stay_two():
    load("a", organisation="Deep Mind")
    load("b", organisation="deep mind")
    assert {maker.slug for card in ModelCard.objects.all() for maker in card.organisations.all()} == {
        "deep-mind",
        "deep-mind-2",
    }
