"""Cards that files state, in the catalog: what is made, what stands beside, what is refused."""

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.utils import timezone

from modelcards.actions import NotAllowed, card_create, card_edit
from modelcards.actions import cards_import as module
from modelcards.actions.cards_import import cards_import
from modelcards.edits import CardEdit, StatedFact
from modelcards.exchange.cards import read_card
from modelcards.exchange.plan import plan_cards
from modelcards.exchange.seen import Seen
from modelcards.models import AwaitedCard, CardChange, Checkpoint, Fact, Lineage, ModelCard, Publication
from tests.factories import make_card, make_fact, make_user
from tests.modelcards.exchange.cards import PLAIN, tuned

pytestmark = pytest.mark.django_db
HERE = "org/name/README.md"


def read(text=PLAIN, file=HERE):
    return read_card(text, file=file)


def bring(*cards, user=None):
    return cards_import(user=user, cards=cards or [read()], seen=Seen())


def plan(*cards, user=None):
    return [one.outcome for one in plan_cards(cards, user=user, seen=Seen())]


def rows():
    """Every row that an import could touch, with its values."""
    models = (ModelCard, Fact, Lineage, CardChange, Checkpoint, Publication, AwaitedCard)
    return {model.__name__: sorted(map(repr, model.objects.values())) for model in models}


def chosen(slug, field):
    return Fact.objects.filter(card__slug=slug, field=field, chosen=True).values_list("value", flat=True).first()


def test_a_new_card_gets_its_facts_its_columns_and_its_history():
    [outcome] = bring()
    card = ModelCard.objects.get(slug="org--name")
    assert (outcome.outcome, outcome.slug) == ("new", "org--name")
    assert (card.architecture_family, card.licence_id, card.hf_repo) == ("encoder-only", "apache-2.0", "org/name")
    assert (card.card_text, card.version) == ("# Plain\n\nA card.", 1)
    assert [maker.name for maker in card.organisations.all()] == ["org"]
    assert [paper.reference for paper in card.publications.all()] == ["arXiv:1810.04805"]
    change = card.changes.get()
    assert (change.by, change.version, change.after["licence_id"]) == ("import_cards", 1, "apache-2.0")


def test_a_second_import_changes_no_row():
    bring()
    before = rows()
    assert [one.outcome for one in bring()] == ["unchanged"]
    assert rows() == before


def test_the_dry_run_says_what_the_import_does_and_changes_nothing():
    make_card("Name", slug="here", hf_repo="Org/NAME")
    cards = [read(), read(file="org/other/README.md"), read(file="org/name/README.md")]
    before = rows()
    planned = plan(*cards)
    assert rows() == before
    assert [one.outcome for one in planned] == ["changed", "new", "refused"]
    assert bring(*cards) == planned


def test_a_changed_card_is_one_change_and_one_version_more():
    bring()
    [outcome] = bring(read(PLAIN.replace("apache-2.0", "mit")))
    card = ModelCard.objects.get()
    assert outcome.outcome == "changed"
    assert [(one.field, one.old, one.new) for one in outcome.changes] == [
        ("licence", "Apache-2.0", "MIT"),
        ("licence_id", "apache-2.0", "mit"),
    ]
    assert (card.licence_id, card.version, card.changes.count()) == ("mit", 2, 2)
    assert card.changes.first().before == {"licence_id": "apache-2.0", "licence": "Apache-2.0"}


def test_what_the_card_says_no_more_is_taken_back():
    bring()
    bring(read(PLAIN.replace("license: apache-2.0\n", "")))
    assert ModelCard.objects.get().licence_id == ""
    assert not Fact.objects.filter(field="licence_id").exists()


def test_a_card_is_found_by_its_repository_without_regard_to_case():
    card = make_card("Known", slug="known", hf_repo="ORG/Name")
    assert bring()[0].slug == "known"
    assert ModelCard.objects.get() == card


def test_a_chosen_fact_is_never_replaced_and_the_new_one_stands_beside():
    card = make_card("Known", slug="known", hf_repo="org/name", licence_id="mit")
    make_fact(card, "licence_id", "mit")
    make_fact(card, "name", "Known")
    [outcome] = bring()
    card.refresh_from_db()
    assert (card.licence_id, card.name) == ("mit", "Known")
    beside = Fact.objects.get(card=card, field="licence_id", chosen=False)
    assert (beside.value, beside.source) == ("apache-2.0", "Hugging Face: org/name")
    assert ("licence_id (Hugging Face: org/name)", "", "apache-2.0") in [
        (one.field, one.old, one.new) for one in outcome.changes
    ]


def test_a_fact_that_a_person_stated_stays_when_the_card_comes_again():
    bring()
    editor = make_user("editor", is_superuser=True)
    card = ModelCard.objects.get()
    card_edit(
        user=editor, card=card, version=card.version, changes=CardEdit({"licence_id": StatedFact("mit", "a letter")})
    )
    bring(read(PLAIN.replace("apache-2.0", "gpl-3.0")))
    assert chosen("org--name", "licence_id") == "mit"
    assert Fact.objects.filter(field="licence_id", value="gpl-3.0", chosen=False).exists()


def test_a_value_that_a_person_took_back_stays_taken_back():
    bring()
    editor = make_user("editor", is_superuser=True)
    card = ModelCard.objects.get()
    card_edit(user=editor, card=card, version=card.version, changes=CardEdit({"licence_id": StatedFact("")}))
    bring(read(PLAIN.replace("apache-2.0", "gpl-3.0")))
    assert chosen("org--name", "licence_id") is None


def test_a_text_that_a_person_wrote_is_kept_and_said_to_be():
    bring()
    editor = make_user("editor", is_superuser=True)
    card = ModelCard.objects.get()
    card_edit(user=editor, card=card, version=card.version, changes=CardEdit(text="By hand."))
    [outcome] = bring(read(PLAIN + "\nMore."))
    assert ModelCard.objects.get().card_text == "By hand."
    assert (outcome.outcome, outcome.notes[0].column) == ("unchanged", "card_text")


def test_a_text_that_came_by_import_is_renewed():
    bring()
    bring(read(PLAIN + "\nMore."))
    assert ModelCard.objects.get().card_text.endswith("More.")


def test_the_same_model_twice_in_one_import_is_refused_the_second_time():
    first, second = bring(read(), read(file="sub/ORG/Name/README.md"))
    assert (first.outcome, second.outcome) == ("new", "refused")
    assert "org/name/README.md:1" in second.errors[0].reason


def test_an_address_that_another_repository_has_gets_a_mark():
    make_card("Other", slug="org--name", hf_repo="someone/else")
    [outcome] = bring()
    assert outcome.outcome == "new"
    assert outcome.slug.startswith("org--name-")
    assert bring()[0].outcome == "unchanged"


def test_the_base_model_becomes_lineage():
    base = make_card("Base", slug="base", hf_repo="meta/Base")
    bring(read(tuned("meta/base")))
    link = Lineage.objects.get()
    assert (link.parent, link.child.slug, link.relation) == (base, "org--name", "finetune")
    assert not AwaitedCard.objects.exists()


def test_a_base_model_that_comes_later_is_linked_then():
    bring(read(tuned("meta/Base")))
    assert AwaitedCard.objects.get().slug == "meta--base"
    assert not Lineage.objects.exists()
    bring(read(file="meta/Base/README.md"))
    assert Lineage.objects.get().parent.slug == "meta--base"
    assert not AwaitedCard.objects.exists()


def test_a_base_model_that_a_person_makes_later_is_linked_then():
    bring(read(tuned("meta/Base")))
    editor = make_user("editor", is_superuser=True)
    facts = {"name": StatedFact("Base", "a paper"), "hf_repo": StatedFact("meta/Base", "a paper")}
    card_create(user=editor, slug="base", edit=CardEdit(facts))
    assert Lineage.objects.get().parent.slug == "base"


def test_parents_and_children_of_one_import_are_linked_in_any_order():
    bring(
        read(tuned("org/b"), "org/a/README.md"), read(tuned("org/c"), "org/b/README.md"), read(file="org/c/README.md")
    )
    links = {(link.child.slug, link.parent.slug) for link in Lineage.objects.all()}
    assert links == {("org--a", "org--b"), ("org--b", "org--c")}


def test_the_card_that_would_close_a_circle_is_refused_alone():
    first, second, third = bring(
        read(tuned("org/b"), "org/a/README.md"),
        read(tuned("org/c"), "org/b/README.md"),
        read(tuned("org/a"), "org/c/README.md"),
    )
    assert [first.outcome, second.outcome, third.outcome] == ["new", "new", "refused"]
    assert (third.errors[0].column, "itself" in third.errors[0].reason) == ("base_model", True)
    assert not ModelCard.objects.filter(slug="org--c").exists()


def test_a_circle_with_what_the_catalog_awaits_is_refused_in_a_later_import():
    bring(read(tuned("org/b"), "org/a/README.md"))
    assert bring(read(tuned("org/a"), "org/b/README.md"))[0].outcome == "refused"


def test_a_card_that_is_its_own_base_is_refused():
    assert bring(read(tuned("org/name")))[0].outcome == "refused"


def test_a_newer_version_becomes_the_successor():
    bring(read("---\nnew_version: org/two\n---\n", "org/one/README.md"), read("x", "org/two/README.md"))
    link = Lineage.objects.get()
    assert (link.child.slug, link.parent.slug, link.relation) == ("org--two", "org--one", "successor")
    before = rows()
    bring(read("---\nnew_version: org/two\n---\n", "org/one/README.md"), read("x", "org/two/README.md"))
    assert rows() == before


def test_a_newer_version_that_comes_later_becomes_the_successor_then():
    bring(read("---\nnew_version: org/two\n---\n", "org/one/README.md"))
    bring(read("x", "org/two/README.md"))
    assert Lineage.objects.get().relation == "successor"
    assert not AwaitedCard.objects.exists()


def test_what_a_newer_version_says_of_its_own_base_counts_more():
    bring(read("---\nnew_version: org/two\n---\n", "org/one/README.md"))
    bring(read(tuned("org/base"), "org/two/README.md"), read("x", "org/base/README.md"))
    assert chosen("org--two", "base_model") == "org--base"


def test_only_who_may_add_cards_may_import(stranger):
    with pytest.raises(NotAllowed):
        bring(user=stranger)
    assert not ModelCard.objects.exists()


def test_a_card_that_is_not_open_to_the_person_is_refused_and_stays_as_it_is(owner):
    editor = make_user("editor")
    editor.user_permissions.add(permission())
    make_card("Secret", slug="org--name", hf_repo="org/name", visibility="restricted", owner=owner)
    before = rows()
    [outcome] = bring(user=editor)
    assert (outcome.outcome, "not open to you" in outcome.errors[0].reason) == ("refused", True)
    assert rows() == before


def test_an_archived_card_is_not_brought_back_by_an_import():
    make_card("Old", slug="old", hf_repo="org/name", archived_at=timezone.now())
    assert "archived" in bring()[0].errors[0].reason


def test_a_card_that_the_database_refuses_is_left_out_alone(monkeypatch):
    whole = module._carry_out

    def fail(plans, user):
        whole(plans, user)
        if any(one.slug == "org--bad" for one in plans):
            raise IntegrityError("made up")

    monkeypatch.setattr(module, "_carry_out", fail)
    outcomes = bring(read(), read(file="org/bad/README.md"), read(file="org/other/README.md"))
    assert [one.outcome for one in outcomes] == ["new", "refused", "new"]
    assert set(ModelCard.objects.values_list("slug", flat=True)) == {"org--name", "org--other"}


def test_the_history_names_the_person_who_imported():
    editor = make_user("editor", is_superuser=True)
    bring(user=editor)
    change = CardChange.objects.get()
    assert (change.who, change.by) == (editor, "import by editor")


def permission():
    return Permission.objects.get(codename="add_modelcard")
