"""People correct cards: who may, what is stored and noted, what is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.roles import EDITORS
from modelcards.actions import NotAllowed, card_edit, cards_load, claims_load
from modelcards.edits import CardEdit, EditConflict, EditErrors, Sharing, StatedFact
from modelcards.models import CardChange, Fact, Lineage, ModelCard, Organisation
from modelcards.statements import Statement
from tests.factories import make_card, make_fact, make_lineage, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    return make_user("editor", roles=[EDITORS])


@pytest.fixture
def card(owner):
    card = make_card("Oak", owner=owner, parameters=7 * 10**9)
    make_fact(card, "name", "Oak", source="A paper")
    make_fact(card, "parameters", "7000000000", source="A paper", catalog="models.csv")
    return card


def edit(person, card, version=None, *, text=None, sharing=None, **facts):
    given = {key: fact if isinstance(fact, StatedFact) else StatedFact(fact, "A report") for key, fact in facts.items()}
    return card_edit(user=person, card=card, version=version or card.version, changes=CardEdit(given, text, sharing))


def test_no_edit_leaves_a_card_without_a_name(card, owner):
    with pytest.raises(EditErrors) as refused:
        edit(owner, card, name="")
    assert list(refused.value.errors) == ["name"]
    Fact.objects.filter(card=card, field="name").delete()
    assert edit(owner, card, layers="3").name == "Oak"


def test_an_edit_is_stored_with_its_source_noted_once_and_counted(card, owner):
    edited = edit(owner, card, parameters="6.7B", text="It grows.\r\nSlowly.", organisation="Forest; Wood")
    assert (edited.parameters, edited.card_text, edited.version) == (6_700_000_000, "It grows.\nSlowly.", 2)
    assert {one.name for one in edited.organisations.all()} == {"Forest", "Wood"}
    fact = Fact.objects.get(field="parameters", chosen=True)
    assert (fact.value, fact.source, fact.chosen_by, fact.catalog) == ("6.7B", "A report", "owner", "")
    change = CardChange.objects.get()
    assert (change.who, change.by, change.version) == (owner, "owner", 2)
    assert change.before == {"parameters": "7000000000", "parameters source": "A paper", "card_text": ""}
    assert change.after == {
        "parameters": "6.7B",
        "parameters source": "A report",
        "organisation": "Forest; Wood",
        "organisation source": "A report",
        "card_text": "It grows.\nSlowly.",
    }


def test_an_edit_that_changes_nothing_leaves_no_trace(card, owner):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        edit(owner, card, parameters=StatedFact("7000000000"), name=StatedFact("Oak", "A paper"), text="")
    assert not CardChange.objects.exists()
    assert ModelCard.objects.get().version == 1
    assert not [one["sql"] for one in queries if one["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert Fact.objects.get(field="parameters").chosen_by == ""


def test_a_source_can_be_mended_alone(card, owner):
    edit(owner, card, parameters=StatedFact("7000000000", "https://example.org/report"))
    fact = Fact.objects.get(field="parameters", chosen=True)
    assert (fact.source, fact.citation) == ("https://example.org/report", "https://example.org/report")
    change = CardChange.objects.get()
    assert change.before == {"parameters source": "A paper"}
    assert change.after == {"parameters source": "https://example.org/report"}


def test_a_value_without_a_source_is_the_persons_own(card, owner):
    edit(owner, card, layers=StatedFact("32"))
    assert Fact.objects.get(field="layers").source == "stated by owner"


def test_a_persons_earlier_word_is_replaced_and_a_files_word_stands_beside(card, owner):
    for value in ("6.7B", "6.8B"):
        edit(owner, ModelCard.objects.get(), parameters=value)
    assert list(Fact.objects.filter(field="parameters").values_list("value", "chosen")) == [
        ("6.8B", True),
        ("7000000000", False),
    ]


def test_a_withdrawn_value_stays_withdrawn_when_the_file_is_loaded_again(owner):
    stated = {"elm": [Statement("name", "Elm", "P"), Statement("parameters", "7B", "P"), Statement("layers", "9", "P")]}
    cards_load(models=stated, catalog="models.csv", by="load_catalog")
    card = ModelCard.objects.get()
    admin = make_user("admin", is_superuser=True)
    card = edit(admin, card, parameters="", layers="")
    assert (card.parameters, card.layers) == (None, None)
    assert cards_load(models=stated, catalog="models.csv", by="load_catalog").changed == 0
    claims_load(claims={"elm": [Statement("parameters", "8B", "A blog")]}, catalog="claims.csv", by="load_catalog")
    card.refresh_from_db()
    assert card.parameters is None
    assert {fact.value for fact in card.facts.filter(field="parameters")} == {"7B", "8B"}
    card = edit(admin, card, parameters=StatedFact("7B", "P"))
    assert (card.parameters, card.withdrawals.get().field) == (7 * 10**9, "layers")
    assert card.facts.get(field="parameters", chosen=True).chosen_by == "admin"


def test_what_a_person_entered_and_took_back_is_gone(card, owner):
    card = edit(owner, card, layers="32")
    edit(owner, card, layers="")
    assert not Fact.objects.filter(field="layers").exists()
    assert CardChange.objects.first().before == {"layers": "32", "layers source": "A report"}


def test_who_may_edit(card, owner, editor, teammate, stranger):
    card.readers.add(teammate)
    ModelCard.objects.update(visibility="restricted")
    for person in (teammate, stranger, editor):
        with pytest.raises(NotAllowed):
            edit(person, card, parameters="1B")
    ModelCard.objects.update(visibility="public")
    for person in (teammate, stranger):
        with pytest.raises(NotAllowed):
            edit(person, card, parameters="1B")
    assert edit(editor, card, parameters="1B").parameters == 10**9
    editor.is_active = False
    with pytest.raises(NotAllowed):
        edit(editor, ModelCard.objects.get(), parameters="2B")


def test_a_second_edit_of_the_same_version_is_told_what_came_between(card, owner, editor):
    edit(editor, card, version=1, parameters="6.7B", text="Seen.")
    with pytest.raises(EditConflict) as refused:
        edit(owner, card, version=1, layers="32")
    conflict = refused.value
    assert (conflict.version, conflict.who, conflict.fields) == (2, "editor", ("parameters", "card_text"))
    assert conflict.when == CardChange.objects.get().at
    assert not Fact.objects.filter(field="layers").exists()
    assert edit(owner, card, version=2, layers="32").version == 3


def test_a_version_that_never_was_is_a_conflict(card, owner):
    with pytest.raises(EditConflict):
        edit(owner, card, version=7, layers="32")


@pytest.mark.parametrize(
    ("field", "fact", "said"),
    [
        ("parameters", StatedFact("many", "A"), "7B"),
        ("height", StatedFact("3", "A"), "parameters"),
        ("name", StatedFact(" ", "A"), "needs"),
        ("stage", StatedFact("basic", "A"), "base"),
        ("layers", StatedFact("3", "A" * 301), "300"),
        ("layers", StatedFact("3", "A\x00"), "control"),
        ("layers", StatedFact("3", "A", "javascript:alert(1)"), "https"),
        ("layers", StatedFact("3", "A", "", "sure"), "checked"),
        ("relation", StatedFact("finetune", "A"), "together"),
    ],
)
def test_a_wrong_field_is_refused_with_its_reason_and_nothing_is_stored(card, owner, field, fact, said):
    with pytest.raises(EditErrors) as refused:
        edit(owner, card, training_note="Long.", **{field: fact})
    (key,) = refused.value.errors
    assert key == ("base_model" if field == "relation" else field)
    assert said in refused.value.errors[key][0]
    assert not Fact.objects.filter(field="training_note").exists()


def test_a_text_with_control_characters_or_without_end_is_refused(card, owner):
    for text in ("a\x00b", "a" * 2_000_001):
        with pytest.raises(EditErrors, match="text"):
            edit(owner, card, text=text)


def test_all_wrong_fields_are_told_at_once(card, owner):
    with pytest.raises(EditErrors) as refused:
        edit(owner, card, parameters="many", stage="basic", text="\x00", sharing=Sharing("secret"))
    assert set(refused.value.errors) == {"parameters", "stage", "text", "visibility"}


class TestLineage:
    def test_base_models_are_named_by_slug_with_their_relation(self, card, owner):
        parents = [make_card("Ash"), make_card("Elm")]
        edit(owner, card, base_model="ash; elm", relation="merge")
        links = Lineage.objects.filter(child=card).order_by("parent__slug")
        assert [(link.parent, link.relation) for link in links] == [(parent, "merge") for parent in parents]
        edit(owner, ModelCard.objects.get(slug="oak"), base_model="", relation="")
        assert not Lineage.objects.exists()

    def test_unknown_and_hidden_parents_are_refused_alike(self, card, owner):
        make_card("Secret", visibility="restricted")
        said = []
        for slug in ("secret", "nothing"):
            with pytest.raises(EditErrors) as refused:
                edit(owner, card, base_model=slug, relation="finetune")
            said.append(refused.value.errors["base_model"][0].replace(slug, "…"))
        assert said[0] == said[1]

    @pytest.mark.parametrize("depth", [0, 1, 5])
    def test_a_model_never_descends_from_itself(self, card, owner, depth):
        below = card
        for number in range(depth):
            child = make_card(f"Child {number}")
            make_lineage(child, below)
            below = child
        with pytest.raises(EditErrors, match="descend from itself"):
            edit(owner, card, base_model=below.slug, relation="finetune")

    def test_a_circle_through_cards_that_the_person_cannot_see_is_refused_as_well(self, card, owner):
        hidden, shown = make_card("Hidden", visibility="restricted"), make_card("Shown")
        make_lineage(hidden, card)
        make_lineage(shown, hidden)
        with pytest.raises(EditErrors, match="descend from itself"):
            edit(owner, card, base_model="shown", relation="finetune")

    def test_a_hidden_base_model_stays_when_another_is_added(self, card, owner):
        hidden, shown = make_card("Hidden", visibility="restricted"), make_card("Shown")
        make_fact(card, "base_model", "hidden")
        make_fact(card, "relation", "merge")
        make_lineage(card, hidden, "merge")
        edit(owner, card, base_model="shown")
        assert {link.parent for link in Lineage.objects.filter(child=card)} == {hidden, shown}
        edit(owner, ModelCard.objects.get(slug="oak"), base_model="shown")
        assert CardChange.objects.count() == 1

    def test_the_walk_up_asks_once_a_generation(self, card, owner):
        above = make_card("Above")
        for number in range(20):
            make_lineage(above, make_card(f"Top {number}"))
        with CaptureQueriesContext(connection) as queries:
            edit(owner, card, base_model="above", relation="finetune")
        assert sum("modelcards_lineage" in one["sql"] for one in queries) <= 6


def test_sharing_is_part_of_the_same_change(card, owner, teammate):
    edit(owner, card, layers="32", sharing=Sharing("restricted", owner, [teammate]))
    change = CardChange.objects.get()
    assert (change.after["visibility"], change.after["readers"], change.after["layers"]) == (
        "restricted",
        "teammate",
        "32",
    )
    assert ModelCard.objects.get().version == 2


def test_an_edit_reads_only_the_names_that_it_needs(card, owner):
    for number in range(30):
        make_organisation(f"Maker {number}")
    with CaptureQueriesContext(connection) as queries:
        edit(owner, card, organisation="Maker 3; Newcomer")
    assert len(queries) < 50
    assert Organisation.objects.count() == 31
    names = [one["sql"] for one in queries if 'FROM "modelcards_organisation"' in one["sql"]]
    assert all("WHERE" in sql for sql in names)


def test_each_further_fact_of_an_edit_costs_one_statement(card, owner):
    def statements(**facts):
        stored = ModelCard.objects.get(pk=card.pk)
        with CaptureQueriesContext(connection) as made:
            edit(owner, stored, **facts)
        return len(made)

    one = statements(layers="3")
    assert statements(layers="4", active_parameters="2B", training_tokens="1T") <= one + 3
