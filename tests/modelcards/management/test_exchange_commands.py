"""``import_cards`` and ``export_catalog`` as a person meets them."""

import io
import json
from contextlib import redirect_stdout

import pytest
from django.core.management import CommandError, call_command

from modelcards.models import ModelCard
from tests.factories import make_card, make_fact
from tests.modelcards.exchange.cards import DATASET, PLAIN, write

pytestmark = pytest.mark.django_db


def run(name, *arguments, **options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=err, **options)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def test_a_folder_is_imported_and_counted(tmp_path):
    write(tmp_path, "org/a/README.md", PLAIN)
    out, err = run("import_cards", tmp_path)
    assert "new: org--a" in out
    assert "Imported: 1 new, 0 changed, 0 unchanged, 0 refused" in out
    assert err == ""
    assert "0 new, 0 changed, 1 unchanged" in run("import_cards", tmp_path)[0]


def test_a_dry_run_changes_nothing(tmp_path):
    write(tmp_path, "org/a/README.md", PLAIN)
    assert "Dry run, nothing was written: 1 new" in run("import_cards", tmp_path, dry_run=True)[0]
    assert not ModelCard.objects.exists()


def test_what_is_refused_is_named_and_makes_the_command_fail(tmp_path):
    write(tmp_path, "org/a/README.md", PLAIN)
    write(tmp_path, "org/b/README.md", DATASET)
    with pytest.raises(CommandError, match="1 refused"):
        call_command("import_cards", tmp_path, stdout=io.StringIO(), stderr=io.StringIO())
    _out, err = run("import_cards", tmp_path)
    assert "org/b/README.md:3, size_categories: is the card of a data set" in err
    assert ModelCard.objects.count() == 1


def test_the_report_can_be_json(tmp_path):
    write(tmp_path, "org/a/README.md", PLAIN)
    [line] = run("import_cards", tmp_path, json=True)[0].splitlines()
    report = json.loads(line)
    assert (report["outcome"], report["slug"], report["changes"][0]) == ("new", "org--a", ["name", "", "a"])


def test_a_path_that_is_not_there_is_said_to_be_so(tmp_path):
    assert "is not there" in run("import_cards", tmp_path / "nothing")[1]


@pytest.mark.parametrize(
    ("key", "ending"), [("json", "json"), ("csv", "csv"), ("cards", "zip"), ("parquet", "parquet")]
)
def test_the_catalog_is_written_to_a_file(tmp_path, key, ending):
    make_fact(make_card("One"), "name", "One")
    out, _err = run("export_catalog", format=key, out=tmp_path / f"catalog.{ending}")
    assert "1 cards" in out
    if key != "parquet":
        ModelCard.objects.all().delete()
        assert "1 new" in run("import_cards", tmp_path / f"catalog.{ending}")[0]


def test_cards_are_written_to_a_folder_that_is_empty(tmp_path):
    make_fact(make_card("One"), "name", "One")
    run("export_catalog", format="cards", out=tmp_path / "cards")
    assert (tmp_path / "cards" / "one" / "README.md").read_text().startswith("---\n")
    assert "not an empty folder" in run("export_catalog", format="cards", out=tmp_path / "cards")[1]


def test_filters_choose_and_wrong_ones_are_told():
    make_fact(make_card("One", architecture_family="encoder-only"), "name", "One")
    make_fact(make_card("Two"), "name", "Two")
    raw = io.TextIOWrapper(io.BytesIO())
    with redirect_stdout(raw):
        call_command("export_catalog", "architecture_family=encoder-only", format="csv")
    raw.seek(0)
    assert [line.split(",")[0] for line in raw.read().splitlines()] == ["slug", "one"]
    assert "not known" in run("export_catalog", "architecture_family=square")[1]
    assert "no filter" in run("export_catalog", "encoder-only")[1]
