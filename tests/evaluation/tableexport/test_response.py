"""A page's answer to ``?format=…&table=…``, and the links that lead there."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from evaluation.tableexport import FORMATS, asked_sheet, export_links, sheet_response
from tests.evaluation.tableexport.sheets import ROW, make_sheet

ADDRESS = "/compare/?models=a,b@main&page=3"
SHEETS = {"scores": lambda: make_sheet(ROW), "facts": make_sheet}


def get(address):
    return RequestFactory().get(address)


@pytest.mark.parametrize(
    ("format", "name", "media_type"),
    [
        ("csv", "scores.csv", "text/csv; charset=utf-8"),
        ("json", "scores.json", "application/json"),
        ("latex", "scores.tex", "application/x-tex; charset=utf-8"),
        ("markdown", "scores.md", "text/markdown; charset=utf-8"),
    ],
)
def test_a_sheet_is_sent_as_a_file_of_its_format(format, name, media_type):
    answer = sheet_response(make_sheet(ROW), format, "scores")
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == media_type
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_without_a_format_the_page_is_asked_for():
    assert asked_sheet(get(ADDRESS), SHEETS, "compare") is None


def test_a_table_is_found_by_its_word_and_the_first_is_meant_without_one():
    assert b"Oak" in asked_sheet(get("/compare/?format=csv"), SHEETS, "compare").content
    answer = asked_sheet(get("/compare/?format=csv&table=facts"), SHEETS, "compare")
    assert b"Oak" not in answer.content
    assert "compare-facts.csv" in answer["Content-Disposition"]


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["format=exe", "format=csv&table=%3Cb%3E", "format=%00"])
def test_what_a_page_does_not_have_is_said_and_not_sent(words, rf):
    request = rf.get(f"/compare/?{words}")
    request.user = None
    answer = asked_sheet(request, SHEETS, "compare")
    assert answer.status_code == 422
    assert b"not known; one of: " in answer.content
    assert b"<b>;" not in answer.content


def test_links_keep_the_choices_of_the_page_and_leave_its_place_in_the_list():
    links = export_links(get(ADDRESS), "scores")
    assert [one.format for one in links] == list(FORMATS)
    assert links[0].url == "/compare/?models=a,b@main&table=scores&format=csv"


def test_a_link_leads_to_the_file():
    [csv, *_rest] = export_links(get(ADDRESS + "&format=json"), "scores")
    assert asked_sheet(get(csv.url), SHEETS, "compare")["Content-Type"].startswith("text/csv")


def test_the_menu_has_a_link_for_each_format_and_the_line_for_programs():
    text = render_to_string("evaluation/parts/export.html", {"links": export_links(get(ADDRESS)), "api": "curl 'x'"})
    assert text.count(" download>") == len(FORMATS)
    assert "curl &#x27;x&#x27;" in text
    assert "data-copy-from" in text
