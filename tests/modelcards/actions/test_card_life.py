"""Cards are made, renamed, archived and restored by people."""

from pathlib import Path

import pytest
from django.core.management import call_command

from hub.roles import EDITORS
from modelcards import registry
from modelcards.actions import (
    NotAllowed,
    card_archive,
    card_create,
    card_edit,
    card_rename,
    card_restore,
    cards_load,
    checkpoints_load,
)
from modelcards.edits import CardEdit, EditErrors, Sharing, StatedFact
from modelcards.fields import RESERVED_SLUGS
from modelcards.models import CardChange, FormerSlug, Lineage, ModelCard
from modelcards.statements import CheckpointStatement, Statement
from tests.factories import make_card, make_checkpoint, make_fact, make_lineage, make_run, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    return make_user("editor", roles=[EDITORS])


@pytest.fixture
def card(owner):
    return make_card("Oak", owner=owner)


def named(name: str, **facts: str) -> CardEdit:
    return CardEdit({key: StatedFact(value, "A report") for key, value in {"name": name, **facts}.items()})


def test_an_editor_adds_a_card_and_owns_it(editor):
    card = card_create(user=editor, slug="oak-7b", edit=named("Oak 7B", parameters="7B", organisation="Forest"))
    assert (card.name, card.parameters, card.owner, card.version) == ("Oak 7B", 7 * 10**9, editor, 1)
    assert (card.visibility, [one.name for one in card.organisations.all()]) == ("public", ["Forest"])
    change = CardChange.objects.get()
    assert (change.before, change.after["name"], change.version) == ({}, "Oak 7B", 1)
    assert "card_text" not in change.after


def test_a_new_card_can_be_restricted_from_its_first_moment(editor, teammate, stranger):
    edit = CardEdit({"name": StatedFact("Oak")}, "Hush.", Sharing("restricted", editor, [teammate]))
    card = card_create(user=editor, slug="oak", edit=edit)
    assert card.card_text == "Hush."
    assert ModelCard.objects.visible_to(teammate).exists()
    assert not ModelCard.objects.visible_to(stranger).exists()


def test_readers_add_no_cards(stranger):
    with pytest.raises(NotAllowed):
        card_create(user=stranger, slug="oak", edit=named("Oak"))


@pytest.mark.parametrize("slug", [*RESERVED_SLUGS, "Oak", "", "a/b", "a" * 121, "oak\n"])
def test_a_bad_slug_is_refused(editor, slug):
    with pytest.raises(EditErrors, match="slug"):
        card_create(user=editor, slug=slug, edit=named("Oak"))
    assert not ModelCard.objects.exists()


def test_slug_and_fields_are_refused_together(card, editor):
    with pytest.raises(EditErrors) as refused:
        card_create(user=editor, slug="oak", edit=CardEdit({"layers": StatedFact("many")}))
    assert set(refused.value.errors) == {"slug", "layers", "name"}


def test_a_hidden_or_archived_card_keeps_its_slug(editor):
    make_card("Hidden", visibility="restricted")
    with pytest.raises(EditErrors, match="slug"):
        card_create(user=editor, slug="hidden", edit=named("Another"))


class TestRenaming:
    def test_the_old_address_is_kept_and_nobody_else_takes_it(self, card, owner, editor):
        card_rename(user=owner, card=card, slug="white-oak")
        assert FormerSlug.objects.get().card.slug == "white-oak"
        change = CardChange.objects.get()
        assert (change.before, change.after, change.version) == ({"slug": "oak"}, {"slug": "white-oak"}, 2)
        with pytest.raises(EditErrors, match="slug"):
            card_create(user=editor, slug="oak", edit=named("Oak"))
        with pytest.raises(EditErrors, match="slug"):
            card_rename(user=editor, card=make_card("Elm"), slug="oak")

    def test_a_card_may_have_its_old_address_back(self, card, owner):
        for slug in ("white-oak", "red-oak", "oak"):
            card_rename(user=owner, card=card, slug=slug)
        assert set(FormerSlug.objects.values_list("slug", flat=True)) == {"white-oak", "red-oak"}
        assert ModelCard.objects.get().slug == "oak"

    def test_who_may_not_and_what_may_not(self, card, owner, stranger):
        make_card("Elm")
        with pytest.raises(NotAllowed):
            card_rename(user=stranger, card=card, slug="mine")
        for slug in ("new", "elm", "Größe"):
            with pytest.raises(EditErrors, match="slug"):
                card_rename(user=owner, card=card, slug=slug)
        card_rename(user=owner, card=card, slug="oak")
        assert not CardChange.objects.exists()

    def test_loading_the_old_name_again_renews_the_renamed_card(self, owner):
        stated = {
            "oak": [Statement("name", "Oak", "P"), Statement("layers", "9", "P")],
            "acorn": [
                Statement("name", "Acorn", "P"),
                Statement("base_model", "oak", "P"),
                Statement("relation", "finetune", "P"),
            ],
        }
        cards_load(models=stated, catalog="models.csv", by="load_catalog")
        admin = make_user("admin", is_superuser=True)
        card_rename(user=admin, card=ModelCard.objects.get(slug="oak"), slug="white-oak")
        before = CardChange.objects.count()
        assert cards_load(models=stated, catalog="models.csv", by="load_catalog").changed == 0
        assert CardChange.objects.count() == before
        stated["oak"][1] = Statement("layers", "10", "P")
        stated["acorn"].append(Statement("layers", "10", "P"))
        cards_load(models=stated, catalog="models.csv", by="load_catalog")
        assert set(ModelCard.objects.values_list("slug", "layers")) == {("white-oak", 10), ("acorn", 10)}
        assert Lineage.objects.get().parent.slug == "white-oak"
        checkpoints_load(checkpoints=[CheckpointStatement("oak", "main", path="x")], by="load_catalog")
        assert ModelCard.objects.get(slug="white-oak").checkpoints.count() == 1

    def test_an_edit_of_the_child_keeps_a_base_model_that_is_named_by_its_old_slug(self, card, owner):
        child = make_card("Acorn", owner=owner)
        make_fact(child, "name", "Acorn")
        edit = CardEdit({"base_model": StatedFact("oak"), "relation": StatedFact("finetune")})
        card_edit(user=owner, card=child, version=1, changes=edit)
        card_rename(user=owner, card=card, slug="white-oak")
        child.refresh_from_db()
        edited = card_edit(user=owner, card=child, version=2, changes=CardEdit({"layers": StatedFact("3")}))
        assert edited.layers == 3
        assert Lineage.objects.get().parent == card

    @pytest.mark.slow
    def test_the_shipped_catalog_makes_no_second_card_of_a_renamed_one(self, settings):
        data = Path(settings.BASE_DIR) / "modelcards" / "data"
        call_command("load_catalog", data, verbosity=0)
        admin, count = make_user("admin", is_superuser=True), ModelCard.objects.count()
        card_rename(user=admin, card=ModelCard.objects.get(slug="llama-7b"), slug="llama-one-7b")
        links = Lineage.objects.count()
        call_command("load_catalog", data, verbosity=0)
        assert (ModelCard.objects.count(), Lineage.objects.count()) == (count, links)


class TestArchiving:
    def test_an_archived_card_is_hidden_and_can_be_brought_back(self, card, owner):
        child = make_card("Acorn")
        make_lineage(child, card)
        archived = card_archive(user=owner, card=card)
        assert archived.archived_at is not None
        assert not ModelCard.objects.visible_to(owner).filter(slug="oak").exists()
        assert Lineage.objects.filter(parent=card).exists()
        restored = card_restore(user=owner, card=card)
        assert (restored.archived_at, restored.version) == (None, 3)
        assert [(one.before, one.after) for one in CardChange.objects.order_by("pk")] == [
            ({"archived": ""}, {"archived": "yes"}),
            ({"archived": "yes"}, {"archived": ""}),
        ]

    def test_doing_it_twice_is_doing_it_once(self, card, owner):
        when = card_archive(user=owner, card=card).archived_at
        assert card_archive(user=owner, card=card).archived_at == when
        assert CardChange.objects.count() == 1

    def test_only_those_who_may(self, card, owner, editor, stranger):
        with pytest.raises(NotAllowed):
            card_archive(user=stranger, card=card)
        card_archive(user=editor, card=card)
        with pytest.raises(NotAllowed):
            card_restore(user=stranger, card=card)
        with pytest.raises(NotAllowed):
            card_edit(user=owner, card=card, version=2, changes=CardEdit(text="While archived."))
        card_restore(user=editor, card=card)

    @pytest.mark.parametrize("state", ["queued", "running"])
    def test_not_while_runs_are_active(self, card, owner, state):
        run = make_run(make_checkpoint(card), state)
        with pytest.raises(EditErrors, match="1 run is waiting or under way"):
            card_archive(user=owner, card=card)
        run.state = "done"
        run.save()
        assert card_archive(user=owner, card=card).archived_at

    def test_a_guard_of_another_app_is_asked(self, card, owner, monkeypatch):
        monkeypatch.setattr(registry, "archive_guards", [lambda card: f"{card.name} is needed"])
        with pytest.raises(EditErrors, match="Oak is needed"):
            card_archive(user=owner, card=card)
