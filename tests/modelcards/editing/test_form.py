"""The form holds every field; conflicts are told apart; suggestions show what the reader may see."""

import pytest
from django.contrib.auth.models import AnonymousUser

from modelcards.editing.conflict import as_it_was, conflict_of, merged
from modelcards.editing.draft import Draft, Given
from modelcards.editing.form import GROUPS, groups
from modelcards.editing.suggest import suggestions
from modelcards.fields import FIELDS
from modelcards.models import CardChange, Language
from tests.factories import make_card, make_organisation


def test_every_field_stands_in_the_form_once():
    keys = [key for _group, _name, keys in GROUPS for key in keys]
    assert sorted(keys) == sorted(FIELDS)


def test_a_value_that_is_no_word_of_the_vocabulary_can_be_seen_and_mended():
    draft = Draft(facts={"stage": Given("half-tuned")})
    rows = {row.key: row for group in groups(draft, draft, {}) for row in group.rows}
    assert ("half-tuned", "half-tuned") in rows["stage"].choices
    assert not rows["stage"].changed


def test_help_tells_what_the_chosen_word_means():
    draft = Draft(facts={"architecture_family": Given("decoder-only")})
    rows = {row.key: row for group in groups(draft, Draft(), {}) for row in group.rows}
    assert "left to right" in str(rows["architecture_family"].help)
    assert rows["architecture_family"].changed


def test_of_two_edits_each_field_is_told_apart_and_put_together():
    def draft(**values: str) -> Draft:
        return Draft(facts={key: Given(value, "S") for key, value in values.items()}, text=values.get("name", ""))

    base = draft(name="Oak", layers="1", parameters="7B")
    mine = draft(name="Oak", layers="2", parameters="8B")
    stored = draft(name="Oak", layers="3", parameters="7B", licence="mit")
    conflict = conflict_of(base, mine, stored, {})
    assert [clash.key for clash in conflict.both] == ["layers"]
    assert [clash.key for clash in conflict.ours] == ["parameters"]
    assert [clash.key for clash in conflict.theirs] == ["licence"]
    assert not conflict.decided
    assert not conflict_of(base, mine, stored, {"layers": "nonsense"}).decided
    for pick, layers in (("mine", "2"), ("stored", "3")):
        decided = conflict_of(base, mine, stored, {"layers": pick})
        assert decided.decided
        both = merged(mine, stored, decided)
        assert (both.get("layers"), both.get("parameters"), both.get("licence")) == (layers, "8B", "mit")


def test_the_card_as_it_was_is_read_back_from_its_history():
    stored = Draft(facts={"layers": Given("3", "B"), "licence": Given("mit", "B")}, text="New", readers="a")
    since = [
        CardChange(before={"layers": "2", "layers source": "A"}, after={"layers": "3", "layers source": "B"}),
        CardChange(
            before={"card_text": "Old", "readers": ""},
            after={"licence": "mit", "licence source": "B", "card_text": "New", "readers": "a"},
        ),
        CardChange(before={"layers": "1"}, after={"layers": "2"}),
    ]
    was = as_it_was(stored, since)
    assert was.fact("layers") == Given("1", "A")
    assert (was.get("licence"), was.text, was.readers) == ("", "Old", "")


@pytest.mark.django_db
class TestSuggestions:
    def ask(self, field, typed, user=None):
        return [value for value, _label in suggestions(user or AnonymousUser(), field, typed)]

    def test_names_of_cards_that_the_reader_may_see(self, owner):
        make_organisation("Forest", [make_card()])
        make_organisation("The Forester", [make_card()])
        make_organisation("Forest of Secrets", [make_card(visibility="restricted", owner=owner)])
        make_organisation("Forest without cards")
        assert self.ask("organisation", "fores") == ["Forest", "The Forester"]
        assert "Forest of Secrets" in self.ask("organisation", "fores", owner)

    def test_the_last_of_several_values_is_completed(self):
        make_organisation("Forest", [make_card()])
        assert self.ask("organisation", "Wood; for") == ["Wood; Forest"]
        assert self.ask("organisation", "Forest; for") == []

    def test_base_models_by_slug_and_by_name(self):
        make_card("Oak", slug="zz-oak")
        make_card("Hidden Oak", slug="oak-hidden", visibility="restricted")
        make_card("Elm", slug="oak-elm")
        assert set(self.ask("base_model", "oak")) == {"oak-elm", "zz-oak"}

    def test_licences_known_and_used(self, owner):
        for licence in ("apache-8", "apache-9", "apache-8"):
            make_card(licence_id=licence)
        make_card(licence_id="apache-secret", visibility="restricted", owner=owner)
        assert self.ask("licence_id", "Apach") == ["apache-2.0", "apache-8", "apache-9"]
        assert "apache-secret" in self.ask("licence_id", "apache-s", owner)

    def test_languages_by_their_beginning(self):
        card = make_card()
        card.languages.add(Language.objects.create(code="en"), Language.objects.create(code="eo"))
        Language.objects.create(code="ex")
        assert self.ask("languages", "E") == ["en", "eo"]

    @pytest.mark.parametrize(
        ("field", "typed"), [("name", "x"), ("organisation", "\x00"), ("base_model", "%_'"), ("", "")]
    )
    def test_nonsense_suggests_nothing(self, field, typed):
        assert self.ask(field, typed) == []
