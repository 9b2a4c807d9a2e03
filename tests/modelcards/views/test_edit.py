"""The edit page: form and raw text, preview, errors, conflicts, and who may."""

import re

import pytest
from django.utils.html import escape

from hub.roles import EDITORS
from modelcards.actions import card_archive, card_edit, card_rename
from modelcards.editing.draft import draft_of
from modelcards.editing.raw import write_raw
from modelcards.edits import CardEdit, StatedFact
from modelcards.models import CardChange, Fact, ModelCard
from tests.factories import make_card, make_fact, make_lineage, make_user

pytestmark = pytest.mark.django_db
PAGE = "/models/oak/edit/"


@pytest.fixture
def editor(db):
    return make_user("editor", roles=[EDITORS])


@pytest.fixture
def card(owner):
    card = make_card("Oak", owner=owner, parameters=7 * 10**9, card_text="Old words.")
    make_fact(card, "name", "Oak", source="A paper")
    make_fact(card, "parameters", "7B", source="A paper", catalog="models.csv")
    make_fact(card, "stage", "base", source="A paper", catalog="models.csv")
    return card


def filled(page: str) -> dict[str, str]:
    """What a browser without scripts would send of this page."""
    form = page.split('id="edit"')[1].split("</form>")[0]
    sent = dict(re.findall(r'<input(?! type="radio")[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form))
    for name, body in re.findall(r'<select[^>]*?name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        sent[name] = chosen[1] if chosen else ""
    for name, body in re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        sent[name] = body
    from html import unescape

    return {name: unescape(value) for name, value in sent.items()}


def change_by(person, card, **facts):
    now = ModelCard.objects.get(pk=card.pk)
    given = {key: StatedFact(value, "Theirs") for key, value in facts.items()}
    return card_edit(user=person, card=now, version=now.version, changes=CardEdit(given))


class TestAccess:
    def test_without_an_account_one_signs_in_first(self, card, client):
        answer = client.get(PAGE)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PAGE}")
        assert client.get("/models/new/").status_code == 302

    def test_a_reader_is_told_who_may(self, card, stranger, signed_in):
        for path in (PAGE, "/models/oak/rename/", "/models/oak/archive/"):
            for answer in (signed_in(stranger).get(path), signed_in(stranger).post(path, {"slug": "x"})):
                assert answer.status_code == 403
                assert "Only the owner of the card, an editor or an administrator" in answer.content.decode()
        assert "Only editors" in signed_in(stranger).get("/models/new/").content.decode()
        assert not CardChange.objects.exists()

    def test_a_hidden_card_is_no_card(self, card, editor, signed_in):
        ModelCard.objects.update(visibility="restricted")
        assert signed_in(editor).get(PAGE).status_code == 404

    @pytest.mark.parametrize("person", ["owner", "editor"])
    def test_owners_and_editors_may(self, card, person, request, signed_in):
        browser = signed_in(request.getfixturevalue(person))
        assert browser.get(PAGE).status_code == 200
        assert '/models/oak/edit/"' in browser.get("/models/oak/").content.decode()


class TestSaving:
    def test_the_page_sent_back_as_it_is_changes_nothing(self, card, owner, signed_in):
        browser = signed_in(owner)
        answer = browser.post(PAGE, filled(browser.get(PAGE).content.decode()))
        assert answer.status_code == 302
        assert not CardChange.objects.exists()

    def test_the_form_saves_what_was_changed_with_the_source_of_the_edit(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        sent |= {"f-parameters": "6.7B", "f-layers": "32", "source": "2302.13971", "text": "New words."}
        assert browser.post(PAGE, sent)["Location"] == "/models/oak/"
        card.refresh_from_db()
        assert (card.parameters, card.layers, card.card_text, card.version) == (6_700_000_000, 32, "New words.", 2)
        fact = Fact.objects.get(field="parameters", chosen=True)
        assert (fact.source, fact.citation) == ("2302.13971", "https://arxiv.org/abs/2302.13971")
        assert Fact.objects.get(field="stage", chosen=True).source == "A paper"
        assert set(CardChange.objects.get().after) == {
            *("parameters", "parameters source", "layers", "layers source", "card_text"),
        }

    def test_no_paper_is_made_to_say_what_somebody_typed(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        browser.post(PAGE, {**sent, "f-parameters": "6.7B"})
        assert Fact.objects.get(field="parameters", chosen=True).source == "stated by owner"
        sent = filled(browser.get(PAGE).content.decode())
        browser.post(PAGE, {**sent, "f-parameters": "6.8B", "source": "A paper"})
        assert Fact.objects.get(field="parameters", chosen=True).source == "A paper"

    def test_the_source_of_an_edit_counts_also_when_somebody_was_quicker(self, card, owner, editor, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        change_by(editor, card, parameters="6B")
        page = browser.post(PAGE, {**sent, "f-parameters": "8B", "source": "A report"}).content.decode()
        kept = filled(page.replace('class="stack" autocomplete="off">', 'id="edit">'))
        browser.post(PAGE, {**kept, "pick-parameters": "mine"})
        assert Fact.objects.get(field="parameters", chosen=True).source == "A report"

    def test_form_and_then_raw_text_edited_in_turn_are_one_edit(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode()) | {"f-layers": "3", "source": "A report", "preview": "page"}
        sent = filled(browser.post(PAGE, sent).content.decode())
        sent["raw"] = sent["raw"].replace("7B", "8B")
        assert browser.post(PAGE, sent).status_code == 302
        card.refresh_from_db()
        assert (card.layers, card.parameters) == (3, 8 * 10**9)

    def test_the_raw_text_saves_when_it_was_edited(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        sent["raw"] = sent["raw"].replace("parameters: 7B", "parameters: 8B").replace("stage: base\n", "") + "\nMore."
        assert browser.post(PAGE, sent).status_code == 302
        card.refresh_from_db()
        assert (card.parameters, card.stage, card.card_text) == (8 * 10**9, "", "Old words.\nMore.")

    def test_browsers_line_ends_do_not_count_as_an_edit(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        sent["raw"] = sent["raw"].replace("\n", "\r\n")
        sent["f-layers"] = "3"
        assert browser.post(PAGE, sent).status_code == 302
        assert ModelCard.objects.get().layers == 3

    def test_where_both_were_edited_one_is_asked_for_and_nothing_is_lost(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        sent |= {"raw": sent["raw"].replace("7B", "8B"), "f-layers": "3"}
        answer = browser.post(PAGE, sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "You edited both" in page
        again = filled(page)
        assert ("parameters: 8B" in again["raw"], again["f-layers"]) == (True, "3")
        for use, layers, parameters in (("form", "3", "7B"), ("raw", "", "8B")):
            shown = filled(browser.post(PAGE, {**again, "use": use}).content.decode())
            assert (shown["f-layers"], shown["f-parameters"]) == (layers, parameters)
            assert f"parameters: {parameters}" in shown["raw"]
        assert not CardChange.objects.exists()
        assert browser.post(PAGE, shown).status_code == 302
        assert ModelCard.objects.get().parameters == 8 * 10**9

    def test_sharing_is_set_by_names(self, card, owner, teammate, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode()) | {"visibility": "restricted", "readers": "teammate"}
        browser.post(PAGE, sent)
        card.refresh_from_db()
        assert (card.visibility, list(card.readers.all())) == ("restricted", [teammate])

    def test_an_editor_who_shuts_themselves_out_sees_the_list(self, card, editor, signed_in):
        browser = signed_in(editor)
        sent = filled(browser.get(PAGE).content.decode()) | {"visibility": "restricted"}
        assert browser.post(PAGE, sent)["Location"] == "/models/"

    def test_a_hidden_base_model_is_not_told_and_stays(self, card, editor, owner, signed_in):
        hidden = make_card("Quince", visibility="restricted", owner=owner)
        make_fact(card, "base_model", "quince")
        make_fact(card, "relation", "finetune")
        make_lineage(card, hidden)
        browser = signed_in(editor)
        page = browser.get(PAGE).content.decode()
        assert "quince" not in page.lower()
        browser.post(PAGE, {**filled(page), "f-layers": "3"})
        assert ModelCard.objects.get(slug="oak").layers == 3
        assert card.parent_links.get().parent == hidden

    def test_a_new_card(self, editor, signed_in):
        browser = signed_in(editor)
        sent = filled(browser.get("/models/new/").content.decode())
        sent |= {"slug": "elm", "f-name": "Elm", "source": "A report", "text": "Hello."}
        assert browser.post("/models/new/", sent)["Location"] == "/models/elm/"
        card = ModelCard.objects.get()
        assert (card.name, card.owner, card.card_text) == ("Elm", editor, "Hello.")
        assert Fact.objects.get().source == "A report"

    def test_a_new_card_by_raw_text(self, editor, signed_in):
        browser = signed_in(editor)
        sent = filled(browser.get("/models/new/").content.decode())
        sent["raw"] = "---\nslug: elm\nname: Elm\nlanguages: [en, zh]\n---\nHello."
        assert browser.post("/models/new/", sent)["Location"] == "/models/elm/"
        assert ModelCard.objects.get().languages.count() == 2


class TestRefusals:
    def test_errors_stand_at_their_fields_and_in_a_summary(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        sent |= {"f-parameters": "many", "f-name": "", "f-base_model": "nothing", "f-relation": "finetune"}
        answer = browser.post(PAGE, {**sent, "owner": "nobody", "text": "Kept."})
        page = answer.content.decode()
        assert answer.status_code == 422
        for key in ("parameters", "name", "base_model", "owner"):
            assert f'<a href="#f-{key}">' in page
            assert re.search(rf'id="f-{key}"[^>]*aria-describedby="[^"]*e-{key}"[^>]*aria-invalid="true"', page), key
            assert re.search(rf'id="e-{key}">[^<]+<', page), key
        assert filled(page)["text"] == "Kept."
        assert not CardChange.objects.exists()

    def test_errors_of_the_raw_text_name_their_lines(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        sent["raw"] = "---\nname: Oak\nparameters: many\n---\nText."
        page = browser.post(PAGE, sent).content.decode()
        assert 'data-line="3">Line 3</a>: Parameters: not a number' in page
        sent["raw"] = "---\nname: Oak\nname: Elm\n---\nText."
        answer = browser.post(PAGE, sent)
        assert answer.status_code == 422
        assert 'data-line="3">Line 3</a>: ' + escape("“name” stands already in line 2") in answer.content.decode()
        assert filled(answer.content.decode())["raw"] == sent["raw"]

    @pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</textarea><script>alert(1)</script>"])
    def test_nothing_in_a_card_is_executed(self, card, owner, signed_in, text):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode()) | {"text": text, "f-limits": text, "preview": "page"}
        assert "<script>alert" not in browser.post(PAGE, sent).content.decode()

    def test_a_text_too_long_for_the_page_stays(self, card, owner, signed_in):
        ModelCard.objects.update(card_text="x" * 400_001)
        browser = signed_in(owner)
        page = browser.get(PAGE).content.decode()
        assert "too long to be edited" in page
        browser.post(PAGE, {**filled(page), "f-layers": "3"})
        card.refresh_from_db()
        assert (card.layers, len(card.card_text)) == (3, 400_001)

    @pytest.mark.parametrize("sent", [{}, {"version": "x"}, {"version": "9" * 30}, {"was": "x"}, {"f-name": "\x00"}])
    def test_nonsense_breaks_nothing(self, card, owner, signed_in, sent):
        assert signed_in(owner).post(PAGE, sent).status_code in (302, 400, 409, 422)


class TestPreview:
    def test_it_shows_the_difference_and_the_text_and_stores_nothing(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode()) | {"f-parameters": "6.7B", "text": "# New\n\nOld words."}
        page = browser.post(PAGE, {**sent, "preview": "page"}).content.decode()
        assert "changed from <del>7B</del> to <ins>6.7B</ins>" in page
        assert ">New</h3>" in page
        assert "2 lines in, 0 lines out" in page
        assert not CardChange.objects.exists()

    def test_the_button_preview_leads_to_the_preview(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode()) | {"f-layers": "3", "preview": "page"}
        heading = '<h2 id="h-preview" tabindex="-1" autofocus>'
        assert heading in browser.post(PAGE, sent).content.decode()
        assert heading not in browser.post(PAGE, sent | {"f-layers": "many"}).content.decode()

    def test_a_preview_of_what_is_wrong_alone_does_not_say_that_nothing_is_different(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode()) | {"preview": "live"}
        asked = {"HX-Request": "true", "HX-Target": "preview"}
        assert "Nothing is different" in browser.post(PAGE, sent, headers=asked).content.decode()
        page = browser.post(PAGE, sent | {"f-base_model": "no-such"}, headers=asked).content.decode()
        assert "Nothing is different" not in page
        assert "cannot be saved yet: the reasons" in page

    def test_while_typing_only_the_preview_and_the_other_side_come(self, card, owner, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode()) | {"preview": "live"}
        asked = {"HX-Request": "true", "HX-Target": "preview"}
        by_form = browser.post(PAGE, {**sent, "f-parameters": "8B"}, headers=asked).content.decode()
        assert "<html" not in by_form
        assert "parameters: 8B" in by_form.split('id="raw-box"')[1]
        assert 'id="fields"' not in by_form
        raw = sent["raw"].replace("7B", "9B")
        by_raw = browser.post(PAGE, {**sent, "raw": raw}, headers=asked).content.decode()
        assert 'value="9B"' in by_raw.split('id="fields"')[1]
        assert 'id="raw-box"' not in by_raw
        broken = browser.post(PAGE, {**sent, "raw": "x"}, headers=asked)
        assert (broken.status_code, "begin with a line" in broken.content.decode()) == (200, True)

    def test_it_tells_that_somebody_else_was_quicker(self, card, owner, editor, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode()) | {"preview": "page"}
        change_by(editor, card, layers="3")
        assert "editor has changed this card since you opened it" in browser.post(PAGE, sent).content.decode()


class TestConflict:
    def test_both_versions_are_shown_and_each_field_chosen(self, card, owner, editor, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        change_by(editor, card, parameters="6B", layers="40")
        mine = {**sent, "f-parameters": "8B", "f-licence": "MIT", "text": "Mine."}
        answer = browser.post(PAGE, mine)
        page = answer.content.decode()
        assert answer.status_code == 409
        both, only = page.split('id="h-ours"')
        assert ("8B" in both, "6B" in both, "7B" in both) == (True, True, True)
        assert "Mine." in only.split('id="h-theirs"')[0]
        assert "40" in only.split('id="h-theirs"')[1]
        kept = filled(page.replace('class="stack" autocomplete="off">', 'id="edit">'))
        undecided = browser.post(PAGE, kept)
        assert (undecided.status_code, "still to be chosen" in undecided.content.decode()) == (409, True)
        browser.post(PAGE, {**kept, "pick-parameters": "mine"})
        card.refresh_from_db()
        assert (card.parameters, card.layers, card.licence, card.card_text) == (8 * 10**9, 40, "MIT", "Mine.")
        assert CardChange.objects.count() == 2

    def test_theirs_can_be_kept(self, card, owner, editor, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        change_by(editor, card, parameters="6B")
        page = browser.post(PAGE, {**sent, "f-parameters": "8B", "f-layers": "3"}).content.decode()
        kept = filled(page.replace('class="stack" autocomplete="off">', 'id="edit">'))
        browser.post(PAGE, {**kept, "pick-parameters": "stored"})
        card.refresh_from_db()
        assert (card.parameters, card.layers) == (6 * 10**9, 3)
        assert Fact.objects.get(field="parameters", chosen=True).chosen_by == "editor"

    def test_different_fields_are_put_together_without_a_choice(self, card, owner, editor, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        change_by(editor, card, layers="40")
        page = browser.post(PAGE, {**sent, "f-licence": "MIT"}).content.decode()
        assert "Put both together" in page
        browser.post(PAGE, filled(page.replace('class="stack" autocomplete="off">', 'id="edit">')))
        card.refresh_from_db()
        assert (card.layers, card.licence) == (40, "MIT")

    def test_a_third_edit_meanwhile_is_shown_again(self, card, owner, editor, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        change_by(editor, card, parameters="6B")
        page = browser.post(PAGE, {**sent, "f-parameters": "8B"}).content.decode()
        kept = filled(page.replace('class="stack" autocomplete="off">', 'id="edit">'))
        change_by(editor, card, parameters="5B")
        answer = browser.post(PAGE, {**kept, "pick-parameters": "mine"})
        assert (answer.status_code, "5B" in answer.content.decode()) == (409, True)
        assert ModelCard.objects.get().parameters == 5 * 10**9

    def test_values_that_look_alike_are_told_apart(self, card, owner, editor, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        change_by(editor, card, parameters="6000000001", languages="zh")
        page = browser.post(PAGE, {**sent, "f-parameters": "6000000002", "f-languages": "en"}).content.decode()
        for words in ("6B (6,000,000,001)", "6B (6,000,000,002)", "Chinese", "English"):
            assert words in page

    def test_by_raw_text_too(self, card, owner, editor, signed_in):
        browser = signed_in(owner)
        sent = filled(browser.get(PAGE).content.decode())
        change_by(editor, card, parameters="6B")
        answer = browser.post(PAGE, {**sent, "raw": sent["raw"].replace("7B", "8B")})
        assert (answer.status_code, "8B" in answer.content.decode()) == (409, True)


class TestLife:
    def test_a_former_address_leads_on_with_its_query(self, card, owner, signed_in, client):
        assert signed_in(owner).post("/models/oak/rename/", {"slug": "white-oak"})["Location"] == "/models/white-oak/"
        for path in ("", "history/", "README.md"):
            answer = client.get(f"/models/oak/{path}?page=2")
            assert (answer.status_code, answer["Location"]) == (301, f"/models/white-oak/{path}?page=2")
            assert answer["Cache-Control"] == "no-cache"
        assert client.post("/models/oak/edit/").status_code == 404

    def test_a_hidden_card_is_not_told_by_its_old_address(self, card, owner, stranger, signed_in):
        card_rename(user=owner, card=card, slug="white-oak")
        ModelCard.objects.update(visibility="restricted")
        assert signed_in(stranger).get("/models/oak/").status_code == 404
        assert signed_in(owner).get("/models/oak/").status_code == 301

    def test_a_bad_slug_is_told_at_the_field(self, card, owner, signed_in):
        make_card("Elm")
        for slug in ("elm", "new", "", "A b"):
            answer = signed_in(owner).post("/models/oak/rename/", {"slug": slug})
            assert answer.status_code == 422
            assert 'id="e-slug"' in answer.content.decode()

    def test_archiving_leads_to_bringing_back(self, card, owner, stranger, signed_in):
        browser = signed_in(owner)
        assert browser.post("/models/oak/archive/")["Location"] == "/models/oak/restore/"
        assert signed_in(stranger).get("/models/oak/").status_code == 404
        assert signed_in(stranger).get("/models/oak/restore/").status_code == 404
        assert signed_in(stranger).post("/models/oak/restore/").status_code == 404
        assert browser.get("/models/oak/")["Location"] == "/models/oak/restore/"
        assert "Bring it back" in browser.get("/models/oak/restore/").content.decode()
        assert browser.post("/models/oak/restore/")["Location"] == "/models/oak/"
        assert browser.get("/models/oak/").status_code == 200

    def test_an_archived_card_is_not_edited(self, card, owner, signed_in):
        card_archive(user=owner, card=card)
        assert signed_in(owner).get(PAGE)["Location"] == "/models/oak/restore/"
        assert signed_in(owner).post(PAGE).status_code == 404


def test_suggestions_come_as_options(card, client):
    answer = client.get("/models/suggest/?field=base_model&f-base_model=oa")
    assert answer.content.decode().strip() == '<option value="oak">Oak</option>'
    assert "private" in answer["Cache-Control"]


def test_the_raw_text_of_the_stored_card_is_the_pages(card, owner, signed_in):
    page = filled(signed_in(owner).get(PAGE).content.decode())
    assert page["raw"] == write_raw(draft_of(card, owner), new=False)
