"""The pages on which cards are brought in."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from modelcards.actions.import_step import import_step
from modelcards.models import CardImport, CardImportLine, ModelCard
from tests.factories import make_card, make_user
from tests.modelcards.exchange.cards import DATASET, PLAIN

pytestmark = pytest.mark.django_db
ADDRESS = "/models/import/"


@pytest.fixture
def editor():
    """May add cards."""
    person = make_user("editor")
    person.user_permissions.add(Permission.objects.get(codename="add_modelcard"))
    return person


@pytest.fixture
def browser(signed_in, editor):
    """The editor's browser."""
    return signed_in(editor)


def upload(browser, *files):
    """Send files; the import that came of them."""
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    answer = browser.post(ADDRESS, {"files": sent})
    assert answer.status_code == 302, answer.content
    return CardImport.objects.latest("pk")


def packed(**cards):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in cards.items():
            archive.writestr(f"org/{name}/README.md", text)
    return buffer.getvalue()


def through(browser, row):
    """Step until the pass is done."""
    for _step in range(50):
        browser.post(f"{ADDRESS}{row.pk}/step/")
        row.refresh_from_db()
        if row.state not in ("checking", "importing"):
            return row
    raise AssertionError("no end")


def test_an_upload_is_checked_then_imported_then_shown(browser):
    row = through(browser, upload(browser, ("cards.zip", packed(a=PLAIN, b=DATASET))))
    assert (row.state, row.total, ModelCard.objects.count()) == ("checked", 2, 0)
    page = browser.get(f"{ADDRESS}{row.pk}/").content.decode()
    assert "Import 1 card" in page
    assert "is the card of a data set" in page
    browser.post(f"{ADDRESS}{row.pk}/start/")
    row = through(browser, row)
    assert (row.state, row.files) == ("done", [])
    assert ModelCard.objects.get().changes.get().by == "import by editor"
    assert "/models/org--a/" in browser.get(f"{ADDRESS}{row.pk}/").content.decode()


def test_the_uploaded_file_is_deleted_when_all_is_in(browser):
    row = through(browser, upload(browser, ("cards.zip", packed(a=PLAIN))))
    stored = row.files[0]["stored"]
    assert default_storage.exists(stored)
    browser.post(f"{ADDRESS}{row.pk}/start/")
    through(browser, row)
    assert not default_storage.exists(stored)


def test_steps_go_on_where_the_last_one_ended_and_say_the_same(browser, editor):
    cards = {f"m{number:02}": PLAIN for number in range(60)}
    row = upload(browser, ("cards.zip", packed(**cards)))
    import_step(user=editor, row=row, seconds=0)
    row.refresh_from_db()
    assert (row.state, row.position, row.total) == ("checking", 25, 60)
    row = through(browser, row)
    browser.post(f"{ADDRESS}{row.pk}/start/")
    import_step(user=editor, row=row, seconds=0)
    assert ModelCard.objects.count() == 25
    through(browser, row)
    assert ModelCard.objects.count() == 60
    assert list(row.lines.values_list("number", flat=True)) == list(range(1, 61))
    assert set(row.lines.values_list("outcome", "stored")) == {("new", True)}


def test_a_model_that_comes_again_in_a_later_step_is_refused(browser, editor):
    cards = [(f"m{number:02}.md", PLAIN.encode()) for number in range(30)]
    row = upload(browser, *cards, ("m00.md", PLAIN.encode()))
    row = through(browser, row)
    assert row.lines.get(outcome="refused").details["errors"][0]["reason"].startswith("the same model as m00.md:1")
    browser.post(f"{ADDRESS}{row.pk}/start/")
    through(browser, row)
    assert (ModelCard.objects.count(), row.lines.filter(outcome="refused").count()) == (30, 1)


def test_a_step_that_another_one_is_at_does_nothing(browser, editor):
    row = upload(browser, ("a.md", PLAIN.encode()))
    CardImport.objects.filter(pk=row.pk).update(busy_until=timezone.now() + timedelta(seconds=60))
    assert import_step(user=editor, row=row).position == 0
    CardImport.objects.filter(pk=row.pk).update(busy_until=timezone.now() - timedelta(seconds=1))
    assert import_step(user=editor, row=row).position == 1


def test_the_report_is_paged_and_chosen_by_outcome(browser):
    cards = {f"m{number:02}": PLAIN for number in range(60)}
    row = through(browser, upload(browser, ("cards.zip", packed(**cards, bad=DATASET))))
    first = browser.get(f"{ADDRESS}{row.pk}/").content.decode()
    assert "1–50 of 61" in first
    refused = browser.get(f"{ADDRESS}{row.pk}/?outcome=refused").content.decode()
    assert (refused.count('<div class="what">'), "org/bad/README.md" in refused) == (1, True)
    assert "is no outcome" in browser.get(f"{ADDRESS}{row.pk}/?outcome=odd&page=x").content.decode()


def test_the_report_is_a_file(browser):
    row = through(browser, upload(browser, ("cards.zip", packed(a=PLAIN, b=DATASET))))
    report = json.loads(browser.get(f"{ADDRESS}{row.pk}/report.json").getvalue())
    assert [one["outcome"] for one in report] == ["new", "refused"]
    lines = browser.get(f"{ADDRESS}{row.pk}/report.csv").getvalue().decode().splitlines()
    assert lines[0] == "outcome,slug,name,file,line,field,old,new,reason"
    assert any(line.startswith("refused,,,org/b/README.md,3,size_categories") for line in lines)
    assert browser.get(f"{ADDRESS}{row.pk}/report.xml").status_code == 404


def test_nothing_is_imported_twice_by_two_clicks(browser):
    row = through(browser, upload(browser, ("a.md", PLAIN.encode())))
    browser.post(f"{ADDRESS}{row.pk}/start/")
    through(browser, row)
    browser.post(f"{ADDRESS}{row.pk}/start/")
    row.refresh_from_db()
    assert (row.state, ModelCard.objects.get().version) == ("done", 1)


def test_an_upload_can_be_discarded(browser):
    row = upload(browser, ("a.md", PLAIN.encode()))
    stored = row.files[0]["stored"]
    browser.post(f"{ADDRESS}{row.pk}/forget/")
    assert not CardImport.objects.exists()
    assert not default_storage.exists(stored)


@pytest.mark.parametrize("files", [[], [("virus.exe", b"x")]])
def test_other_files_and_none_are_refused_with_words(browser, files):
    answer = browser.post(ADDRESS, {"files": [SimpleUploadedFile(*file) for file in files]})
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert not CardImport.objects.exists()


def test_more_than_the_site_takes_is_refused_with_words(browser, settings):
    settings.HUB_IMPORT_FILE_MB = 1
    answer = browser.post(ADDRESS, {"files": [SimpleUploadedFile("a.md", b"x" * 3 * 2**20)]})
    assert answer.status_code == 422
    assert b"More than 1 MB" in answer.content


def test_more_cards_than_the_site_takes_are_cut_and_said_to_be(browser, settings):
    settings.HUB_IMPORT_CARDS = 2
    row = through(browser, upload(browser, ("cards.zip", packed(a=PLAIN, b=PLAIN, c=PLAIN))))
    assert row.lines.count() == 2
    assert "Only the first 2 cards" in browser.get(f"{ADDRESS}{row.pk}/").content.decode()


def test_a_file_that_is_gone_ends_the_import_with_words(browser):
    row = upload(browser, ("a.md", PLAIN.encode()))
    default_storage.delete(row.files[0]["stored"])
    row = through(browser, row)
    assert row.state == "failed"
    assert "cannot be read" in browser.get(f"{ADDRESS}{row.pk}/").content.decode()


def test_names_of_files_and_values_are_shown_as_text(browser):
    card = "---\nlicense: <script>alert(1)</script>\n---\n"
    row = through(browser, upload(browser, ("<b>x.md", card.encode())))
    page = browser.get(f"{ADDRESS}{row.pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>x" not in page


def test_values_are_named_as_on_the_card(browser):
    row = through(browser, upload(browser, ("a.md", b"---\nlicense: mit\n---\n# A\n")))
    page = browser.get(f"{ADDRESS}{row.pk}/").content.decode()
    assert '<dt class="xs">Card text</dt>' in page
    assert "card_text" not in page


def test_only_who_may_add_cards_sees_the_pages(client, signed_in, stranger, browser):
    row = upload(browser, ("a.md", PLAIN.encode()))
    assert client.get(ADDRESS).status_code == 302
    other = signed_in(stranger)
    assert other.get(ADDRESS).status_code == 403
    assert other.post(ADDRESS, {"files": [SimpleUploadedFile("a.md", b"x")]}).status_code == 403
    for path in ("", "report.json"):
        assert other.get(f"{ADDRESS}{row.pk}/{path}").status_code == 403


def test_an_import_belongs_to_who_made_it(browser, signed_in):
    row = upload(browser, ("a.md", PLAIN.encode()))
    other = signed_in(make_user("other", is_superuser=True))
    assert other.get(f"{ADDRESS}{row.pk}/").status_code == 404
    assert other.post(f"{ADDRESS}{row.pk}/step/").status_code == 404


def test_the_fragment_asks_again_until_the_pass_is_through(browser):
    row = upload(browser, ("a.md", PLAIN.encode()))
    answer = browser.post(f"{ADDRESS}{row.pk}/step/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert b"hx-post" not in answer.content
    assert CardImportLine.objects.count() == 1


def test_a_changed_card_shows_old_and_new(browser):
    make_card("Known", slug="known", hf_repo="org/a")
    row = through(browser, upload(browser, ("cards.zip", packed(a=PLAIN))))
    page = browser.get(f"{ADDRESS}{row.pk}/?outcome=changed").content.decode()
    assert "Licence identifier" in page
