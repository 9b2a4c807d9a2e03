"""The pages on which results are brought in and names are set right."""

from __future__ import annotations

import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from evaluation.models import Cell, NameRule, ResultImport, Score, StatedModel
from modelcards.models import Checkpoint, ModelCard
from tests.evaluation.results.files import bring_in, new_results, old_results, write, zipped
from tests.evaluation.results.stored import make_measured
from tests.factories import make_card, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/evaluations/import/"
NAMES = f"{ADDRESS}names/"


@pytest.fixture
def evaluator():
    return make_user("evaluator")


@pytest.fixture
def browser(signed_in, evaluator):
    return signed_in(evaluator)


def upload(browser, **files):
    sent = [SimpleUploadedFile(name.replace("_", "."), content) for name, content in files.items()]
    answer = browser.post(ADDRESS, {"files": sent})
    assert answer.status_code == 302, answer.content
    return ResultImport.objects.latest("pk")


def through(browser, row):
    """Step until the pass is done."""
    for _step in range(50):
        browser.post(f"{ADDRESS}{row.pk}/step/")
        row.refresh_from_db()
        if row.state not in ("checking", "importing"):
            return row
    raise AssertionError("no end")


def test_an_upload_is_checked_then_brought_in_then_shown(browser):
    raw = zipped({"a.json": old_results(), "b/results.json": new_results(), "c.json": "{"})
    row = through(browser, upload(browser, all_zip=raw))
    assert (row.state, row.total, Score.objects.count(), ModelCard.objects.count()) == ("checked", 3, 0, 0)
    page = browser.get(f"{ADDRESS}{row.pk}/").content.decode()
    assert "Import 2 files" in page
    assert "the file is cut off" in page
    assert "a draft that only you see is made" in page
    browser.post(f"{ADDRESS}{row.pk}/start/")
    row = through(browser, row)
    assert (row.state, row.files, Score.objects.count()) == ("done", [], 9)
    assert "/models/org--tiny-1b/" in browser.get(f"{ADDRESS}{row.pk}/?outcome=new").content.decode()


def test_the_report_is_a_file_too(browser):
    row = through(browser, upload(browser, a_json=json.dumps(old_results()).encode()))
    found = json.loads(b"".join(browser.get(f"{ADDRESS}{row.pk}/report.json").streaming_content))
    assert found[0]["outcome"] == "new"
    assert ["arc_easy, acc, 0-shot", "", "0.4356060606060606"] in found[0]["changes"]
    assert b"arc_easy" in b"".join(browser.get(f"{ADDRESS}{row.pk}/report.csv").streaming_content)
    assert browser.get(f"{ADDRESS}{row.pk}/report.xml").status_code == 404


def test_an_upload_can_be_discarded(browser):
    row = upload(browser, a_json=b"{}")
    stored = row.files[0]["stored"]
    browser.post(f"{ADDRESS}{row.pk}/forget/")
    assert not ResultImport.objects.exists()
    assert not default_storage.exists(stored)


def test_another_kind_of_file_and_one_too_large_are_refused(browser, settings):
    answer = browser.post(ADDRESS, {"files": [SimpleUploadedFile("a.exe", b"x")]})
    assert (answer.status_code, "known are .json, .jsonl, .zip" in answer.content.decode()) == (422, True)
    settings.HUB_IMPORT_FILE_MB = 1
    answer = browser.post(ADDRESS, {"files": [SimpleUploadedFile("a.json", b" " * (3 * 2**20))]})
    assert (answer.status_code, "More than 1 MB at once" in answer.content.decode()) == (422, True)
    assert not ResultImport.objects.exists()


@pytest.mark.parametrize("address", [ADDRESS, NAMES])
def test_only_evaluators_may(client, signed_in, address):
    assert client.get(address).status_code == 302
    assert signed_in(make_user(roles=())).get(address).status_code == 403
    assert signed_in(make_user()).get(address).status_code == 200


def test_somebody_elses_import_is_not_found(browser, signed_in):
    row = upload(browser, a_json=b"{}")
    other = signed_in(make_user())
    assert other.get(f"{ADDRESS}{row.pk}/").status_code == 404
    assert other.post(f"{ADDRESS}{row.pk}/start/").status_code == 404


def test_a_name_that_a_person_corrects_takes_its_scores_along(browser, evaluator, tmp_path):
    right = make_card(slug="tiny", hf_repo="lab/tiny")
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    draft = ModelCard.objects.get(slug="org--tiny-1b")
    stated = StatedModel.objects.get()
    browser.post(f"{NAMES}{stated.pk}/", {"target": "lab/tiny"})
    stated.refresh_from_db()
    assert (stated.card, stated.how) == (right, "person")
    assert set(Score.objects.values_list("card", "checkpoint__card", "cell__checkpoint__card")) == {(right.pk,) * 3}
    assert Checkpoint.objects.get().revision == "step143000"
    draft.refresh_from_db()
    assert draft.archived_at is not None
    # Files to come follow the correction.
    [again] = bring_in(write(tmp_path, "s.json", old_results(more=1)), evaluator)
    assert (again.slug, again.outcome) == ("tiny", "unchanged")


def test_a_corrected_name_does_not_double_what_is_there(browser, evaluator, tmp_path):
    right = make_card(slug="tiny", hf_repo="lab/tiny")
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    first = StatedModel.objects.get()
    NameRule.objects.create(pattern="org/tiny-1b", target="lab/tiny")
    other = old_results()
    other["results"]["arc_easy"]["acc"] = 0.5
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    browser.post(f"{NAMES}match/")
    assert not StatedModel.objects.filter(pk=first.pk).exists()
    assert set(Score.objects.values_list("card", flat=True)) == {right.pk}
    assert (Cell.objects.count(), Score.objects.count()) == (2, 4)


def test_matching_again_follows_rules_and_goes_back_when_a_rule_is_gone(browser, evaluator, tmp_path):
    right = make_card(slug="tiny")
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    browser.post(f"{NAMES}rule/", {"pattern": "org/*-1b", "target": "*", "note": "the lab's own folder"})
    assert StatedModel.objects.get().card != right
    browser.post(f"{NAMES}match/")
    assert StatedModel.objects.get().card == right
    rule = NameRule.objects.get()
    browser.post(f"{NAMES}rule/{rule.pk}/forget/")
    browser.post(f"{NAMES}match/")
    stated = StatedModel.objects.get()
    assert stated.card != right
    assert (stated.card.owner, stated.card.visibility) == (evaluator, "restricted")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"pattern": "", "target": "x"}, "Give a name"),
        ({"pattern": "a*b*", "target": "x"}, "One * is known"),
        ({"pattern": "a", "target": "*"}, "needs one in the name"),
        ({"pattern": "*", "target": "x"}, "every model"),
        ({"pattern": "a" * 300, "target": "x"}, "at most 200"),
    ],
)
def test_a_rule_that_cannot_be_is_told(browser, given, words):
    answer = browser.post(f"{NAMES}rule/", given)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not NameRule.objects.exists()


def test_a_correction_to_a_hidden_or_unknown_card_is_refused(browser, evaluator, owner, tmp_path):
    make_card(slug="hidden", visibility="restricted", owner=owner)
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    stated = StatedModel.objects.get()
    for target in ("hidden", "nothing", ""):
        answer = browser.post(f"{NAMES}{stated.pk}/", {"target": target})
        assert (answer.status_code, "There is no model" in answer.content.decode()) == (422, True)
    assert not NameRule.objects.exists()


def test_names_of_hidden_cards_and_rules_to_them_are_not_shown(signed_in, browser, evaluator, tmp_path):
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    NameRule.objects.create(pattern="secret-name", target="org--tiny-1b", who=evaluator)
    assert "org/tiny-1b" in browser.get(NAMES).content.decode()
    other = signed_in(make_user())
    page = other.get(NAMES).content.decode()
    assert "org/tiny-1b" not in page
    assert "secret-name" not in page
    assert other.post(f"{NAMES}{StatedModel.objects.get().pk}/", {"target": "x"}).status_code == 404


def test_names_are_searched(browser, evaluator, tmp_path):
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    assert "org/tiny-1b" in browser.get(f"{NAMES}?search=TINY").content.decode()
    assert "No name fits the search" in browser.get(f"{NAMES}?search=huge").content.decode()


def test_imported_scores_are_told_from_others_on_the_card(browser, evaluator, tmp_path):
    bring_in(write(tmp_path, "r.json", old_results()), evaluator)
    page = browser.get("/models/org--tiny-1b/").content.decode()
    assert "Further imported results" in page
    assert "step143000" in page
    assert "lm-eval 0.3 results, r.json" in page


def test_the_pages_of_a_run_and_an_evaluation_lead_to_their_files(client):
    cell = make_measured()
    page = client.get(f"/runs/{cell.run_id}/").content.decode()
    assert f"/runs/{cell.run_id}/results/lm-eval.zip" in page
    assert f"/runs/{cell.run_id}/results/every-eval-ever.zip" in page


def test_the_command_writes_a_zip(tmp_path, capsys):
    cell = make_measured()
    call_command("export_results", run=cell.run_id, to=tmp_path / "out.zip")
    assert "cells written: 1" in capsys.readouterr().out
    [one] = bring_in(tmp_path / "out.zip")
    assert one.outcome == "new"
    with pytest.raises(CommandError, match="There is no run 12345"):
        call_command("export_results", run=12345, to=tmp_path / "out.zip")
