"""Cards in folders, zips, CSV and JSON files, from honest and from hostile hands."""

import io
import json
import stat
import zipfile
from typing import Any

import pytest

from modelcards.exchange.csvfiles import csv_head, csv_record
from modelcards.exchange.items import Source, file_items, path_items
from modelcards.exchange.jsonfiles import HEAD, TAIL
from modelcards.exchange.passes import read_items
from modelcards.exchange.report import Outcome
from tests.modelcards.exchange.cards import PLAIN, write

DOCUMENT = {
    "slug": "one",
    "facts": [{"field": "name", "value": "One", "source": "a paper", "citation": "", "confidence": "checked"}],
    "text": "Words.",
}


def read(name, raw) -> list[Any]:
    """Each card of a file, or the reasons why there is none."""
    return list(read_items(file_items(Source(name, lambda: io.BytesIO(raw)))))


def slugs(found):
    return [None if isinstance(one, Outcome) else one.slug for one in found]


def reasons(found):
    return {one.file: one.errors[0].reason for one in found if isinstance(one, Outcome)}


def packed(*entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return buffer.getvalue()


def table(*rows):
    return ("\n".join(["slug,name,parameters,confidence", *rows])).encode()


def test_a_folder_gives_one_card_for_each_readme_in_order(tmp_path):
    write(tmp_path, "org/b/README.md", PLAIN)
    write(tmp_path, "org/a/README.md", PLAIN)
    write(tmp_path, "org/a/NOTES.md", "not a card")
    write(tmp_path, "loose.md", PLAIN)
    write(tmp_path, ".git/README.md", PLAIN)
    assert slugs(read_items(path_items(tmp_path))) == ["loose", "org--a", "org--b"]


def test_a_configuration_beside_the_card_is_read(tmp_path):
    write(tmp_path, "org/a/README.md", "x")
    write(tmp_path, "org/a/config.json", '{"model_type": "t5", "is_encoder_decoder": true}')
    found: list[Any] = list(read_items(path_items(tmp_path)))
    assert found[0].named("architecture_family") == ["encoder-decoder"]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    outside = write(tmp_path, "outside/secret.md", "secret")
    (tmp_path / "cards" / "a").mkdir(parents=True)
    (tmp_path / "cards" / "a" / "README.md").symlink_to(outside)
    assert list(path_items(tmp_path / "cards")) == []


def test_a_file_of_another_kind_is_refused():
    assert "no file of cards" in reasons(read("weights.bin", b""))["weights.bin"]


def test_a_zip_gives_its_cards_with_configuration_and_skips_the_rest():
    raw = packed(
        ("org/a/README.md", "x"), ("org/a/config.json", '{"model_type": "bert"}'), ("org/a/LICENSE", "words"),
        ("__MACOSX/org/a/README.md", "x"), ("org/b/README.md", PLAIN),
    )  # fmt: skip
    found = read("cards.zip", raw)
    assert slugs(found) == ["org--a", "org--b"]
    assert found[0].named("architecture_family") == ["encoder-only"]


@pytest.mark.parametrize(
    "path", ["../up/README.md", "a/../../README.md", "/etc/README.md", "C:/a/README.md", "a\\..\\README.md"]
)
def test_a_path_that_leads_out_of_the_zip_is_refused_by_name(path):
    entry = zipfile.ZipInfo("x")
    entry.filename = path
    found = read("cards.zip", packed((entry, PLAIN), ("org/a/README.md", PLAIN)))
    assert "org--a" in slugs(found)
    assert ["leads out" in reason for reason in reasons(found).values()] == [True]


@pytest.mark.parametrize("path", ["", ".", "./", "/", "//"])
def test_an_entry_that_names_nothing_does_not_keep_the_rest_out(path):
    entry = zipfile.ZipInfo("x")
    entry.filename = path
    assert "org--a" in slugs(read("cards.zip", packed((entry, PLAIN), ("org/a/README.md", PLAIN))))


def test_a_link_in_a_zip_is_refused():
    entry = zipfile.ZipInfo("org/a/README.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "link" in reasons(read("cards.zip", packed((entry, "/etc/passwd"))))["org/a/README.md"]


def test_an_archive_within_the_zip_is_refused_by_name():
    assert "unpack it first" in reasons(read("a.zip", packed(("inner.zip", packed(("a.md", "x"))))))["inner.zip"]


def test_a_zip_bomb_is_refused_by_its_declared_size_and_the_rest_comes_in():
    found = read("a.zip", packed(("bomb/README.md", b"0" * 50 * 2**20), ("org/a/README.md", PLAIN)))
    assert slugs(found) == [None, "org--a"]
    assert "unpacks to 50 MB" in reasons(found)["bomb/README.md"]


def test_an_entry_that_declares_less_than_it_holds_gives_no_more_than_declared():
    raw = bytearray(packed(("org/a/README.md", b"0" * 4 * 2**20)))
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 24 : place + 28] = (100).to_bytes(4, "little")
    assert "cannot be unpacked" in reasons(read("a.zip", bytes(raw)))["org/a/README.md"]


def test_many_small_entries_are_bounded_together(settings):
    settings.HUB_IMPORT_UNPACKED_MB = 2
    raw = packed(*((f"org/{letter}/README.md", "x" * 2**20) for letter in "abc"))
    found = read("a.zip", raw)
    assert slugs(found) == ["org--a", "org--b", None]
    assert "first 2 MB" in reasons(found)["org/c/README.md"]


@pytest.mark.parametrize("raw", [b"", b"not a zip", packed(("a.md", "x"))[:-30]])
def test_a_broken_zip_is_refused(raw):
    assert "not a zip file" in reasons(read("a.zip", raw))["a.zip"]


def test_an_entry_with_damaged_bytes_is_refused_alone():
    raw = bytearray(packed(("org/a/README.md", "words " * 500), ("org/b/README.md", PLAIN)))
    raw[60] ^= 0xFF
    assert slugs(read("a.zip", bytes(raw))) == [None, "org--b"]


def test_a_table_gives_a_card_for_each_right_row_and_a_reason_for_each_wrong_one():
    found = read("t.csv", table("one,One,7B,checked", "Two Words,Two,7B,checked", "three,,x,maybe", "four,Four,1,2,3"))
    assert slugs(found) == ["one", None, None, None]
    assert [(error.line, error.column) for one in found[1:] for error in one.errors] == [
        (3, "slug"),
        (4, "name"),
        (4, "confidence"),
        (4, "parameters"),
        (5, ""),
    ]


def test_a_page_of_the_site_is_no_address_for_a_card():
    assert "address of a page" in str(read("t.csv", table("import,One,,checked"))[0].errors[0])


def test_a_wrong_first_line_refuses_the_table():
    assert "no such column" in reasons(read("t.csv", b"slug,name,colour\na,A,red\n"))["t.csv"]
    assert "is missing" in reasons(read("t.csv", b"name\nA\n"))["t.csv"]
    assert "is missing" in reasons(read("t.csv", b""))["t.csv"]


def test_a_table_that_is_no_utf_8_is_told_with_its_line():
    found = read("t.csv", table("one,One,,checked", "two,Tw\xf6,,checked".encode("latin-1").decode("latin-1")))
    assert slugs(found) == ["one", "two"]
    broken = read("t.csv", table("one,One,,checked") + b"\n" + b"two,T\xff,,checked\n")
    assert any("UTF-8" in reason for reason in reasons(broken).values())


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-5", "@SUM(A1)", "'=1", "''+", "'plain", "plain", '=cmd|"x"'])
def test_cells_that_a_spreadsheet_would_run_are_guarded_and_come_back(cell):
    line = csv_record(["one", cell])
    assert not line.split(",", 1)[1].strip('"\n').startswith(("=", "+", "-", "@"))
    raw = ("slug,name\n" + line).encode()
    assert read("t.csv", raw)[0].name == cell


def test_the_first_line_of_an_export_is_that_of_an_import():
    assert slugs(read("t.csv", (csv_head() + "one,One\n").encode())) == [None]
    assert read("t.csv", csv_head().encode()) == []


def lines(*documents):
    return (HEAD + ",\n".join(documents) + TAIL).encode()


def test_a_catalog_in_lines_gives_its_cards_and_a_broken_line_only_itself():
    good = json.dumps(DOCUMENT)
    found = read("c.json", lines(good, good[:-5], good.replace('"one"', '"two"')))
    assert slugs(found) == ["one", None, "two"]
    assert found[1].line == 3


@pytest.mark.parametrize("raw", [json.dumps([DOCUMENT]), json.dumps(DOCUMENT), json.dumps({"cards": [DOCUMENT]})])
def test_other_json_is_read_whole(raw):
    assert slugs(read("c.json", raw.encode())) == ["one"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not JSON"),
        (b"[1]", "not a mapping"),
        (b'{"cards": 7}', "not a list"),
        (b"\xff", "UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"slug": "a", "slug": "b"}', "there twice"),
        (b"NaN", "not a number"),
        (HEAD.replace(": 1,", ": 9,").encode(), "version 9"),
    ],
)
def test_json_of_another_shape_is_refused_with_the_reason(raw, reason):
    assert reason in str(read("c.json", raw)[0].errors)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"slug": "No Slug"}, "slug"),
        ({"slug": 7}, "slug"),
        ({"facts": "x"}, "facts"),
        ({"facts": [{"field": "colour", "value": "red", "source": "x"}]}, "facts[0].field"),
        ({"facts": [{"field": "name", "value": "", "source": "x"}]}, "facts[0].value"),
        ({"facts": [{"field": "parameters", "value": "many", "source": "x"}]}, "facts[0].value"),
        ({"facts": [{"field": "name", "value": "A", "source": "x", "citation": "javascript:x"}]}, "facts[0].citation"),
        ({"facts": [{"field": "name", "value": "\ud800", "source": "x"}]}, "facts[0].value"),
        ({"checkpoints": [{"path": "/etc"}]}, "checkpoints[0]"),
        ({"scores": [{"benchmark": "a", "metric": "acc", "value": "x", "source": "s"}]}, "scores[0].value"),
        ({"scores": [{"benchmark": "a", "metric": "acc", "value": 10**400, "source": "s"}]}, "scores[0].value"),
        ({"scores": [{"benchmark": "a", "metric": "acc", "value": "1e999", "source": "s"}]}, "scores[0].value"),
        ({"visibility": "secret"}, "visibility"),
    ],
)
def test_a_wrong_field_of_a_document_is_named(change, place):
    raw = json.dumps([{**DOCUMENT, **change}]).encode()
    assert place in [error.column for error in read("c.json", raw)[0].errors]


def test_two_chosen_values_of_one_field_are_refused():
    facts = [*DOCUMENT["facts"], {"field": "name", "value": "Uno", "source": "b"}]
    assert "two chosen" in str(read("c.json", json.dumps([{**DOCUMENT, "facts": facts}]).encode())[0].errors)
