"""Each format says the same table, in its own escapes."""

import csv
import io
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.tableexport import FORMATS, Column, Sheet
from modelcards.exchange.cells import plain
from tests.evaluation.tableexport.sheets import HOSTILE, ROW, UNKNOWN, make_sheet


def written(format, *rows, **words):
    return FORMATS[format].write(make_sheet(*rows, **words))


def test_csv_has_keys_full_numbers_and_blanks_for_what_is_not_known():
    lines = written("csv", ROW, UNKNOWN).splitlines()
    assert lines == [
        "model,value,n,released,run",
        "Oak 7B,-0.123456789,1234,2023-02-24,https://hub.example/runs/1/",
        "Elm,,,,",
    ]


def test_csv_gives_a_spreadsheet_no_formula_and_a_negative_number_stays_one():
    [_head, row, plain] = csv.reader(io.StringIO(written("csv", HOSTILE, ROW)))
    assert row[0].startswith("'=HYPERLINK")
    assert row[1] == ""  # NaN
    assert float(plain[1]) == -0.123456789


def test_json_says_the_columns_and_null_for_what_is_not_known():
    found = json.loads(written("json", ROW, HOSTILE))
    assert found["title"] == "Scores of A_1 | B"
    assert found["address"] == "https://hub.example/compare/?models=a,b"
    assert found["notes"] == ["50 % & more"]
    assert found["columns"][1] == {"key": "value", "name": "Value", "kind": "number"}
    assert found["rows"][0] == {
        "model": "Oak 7B",
        "value": -0.123456789,
        "n": 1234,
        "released": "2023-02-24",
        "run": "https://hub.example/runs/1/",
    }
    assert found["rows"][1]["value"] is None


def test_latex_is_a_table_with_rules_a_caption_and_escapes():
    text = written("latex", ROW, UNKNOWN, HOSTILE)
    assert r"\caption{Scores of A\_1 \textbar{} B}" in text
    assert r"\begin{tabular}{lrrll}" in text
    assert r"Oak 7B & $-0.1235$ & 1234 & 2023-02-24 & \url{https://hub.example/runs/1/} \\" in text
    assert r"Elm & -- & -- & -- & -- \\" in text
    assert r"`a`\_\$5\%\{\}\textbackslash{}" in text
    assert text.endswith("% 50 % & more\n% https://hub.example/compare/?models=a,b\n")


def test_a_latex_row_that_begins_with_a_bracket_is_no_argument_of_the_row_before():
    assert r"{}[a] & " in written("latex", ("[a]", 1.0, 1, None, None))


def test_latex_comments_hold_no_line_break():
    assert "\n% one two\n" in written("latex", ROW, notes=("one\ntwo",))


def test_markdown_is_a_table_with_flush_right_numbers_and_links():
    lines = written("markdown", ROW, UNKNOWN).splitlines()
    assert lines[0] == r"**Scores of A\_1 \| B**"
    assert lines[2:6] == [
        "| Model | Value | Documents | Released | Run |",
        "| --- | ---: | ---: | --- | --- |",
        r"| Oak 7B | -0.1235 | 1234 | 2023-02-24 | <https://hub.example/runs/1/> |",
        "| Elm | – | – | – | – |",
    ]
    assert lines[-1] == "<https://hub.example/compare/?models=a,b>"


def test_markdown_cells_stay_cells_and_no_address_of_a_script_is_a_link():
    row = written("markdown", HOSTILE).splitlines()[4]
    assert row.replace("\\|", "").count("|") == 6
    assert "<javascript" not in row


def test_decimals_are_those_of_the_column():
    sheet = Sheet("t", [Column("v", "V", "number", 3)], [(0.5,)])
    assert "| 0.500 |" in FORMATS["markdown"].write(sheet)
    assert "0.5\n" in FORMATS["csv"].write(sheet)


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_table_is_one_too(format):
    assert written(format)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.floats())
def test_any_text_and_number_come_back_from_csv_and_json(text, number):
    row = (text, number, 1, None, None)
    [_head, cells] = csv.reader(io.StringIO(written("csv", row), newline=""))
    assert plain(cells[0]) == text.replace("\r\n", "\n").replace("\r", "\n")
    kept = json.loads(written("json", row))["rows"][0]["value"]
    assert kept == (number if math.isfinite(number) else None)
