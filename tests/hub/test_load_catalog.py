"""The command that loads directories of facts."""

import csv
import re
import shutil
import time
from collections import Counter
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from evaluation.models import Benchmark, Score
from modelcards.models import CardChange, Checkpoint, Fact, Lineage, ModelCard, Organisation, Publication
from modelcards.values import iso_date

pytestmark = pytest.mark.django_db
SHIPPED = settings.BASE_DIR / "modelcards" / "data"
FEW = ("word2vec", "glove", "gpt-3-small", "gpt-3-medium")
EVERYTHING = (ModelCard, Fact, Lineage, Publication, Organisation, Checkpoint, Benchmark, Score, CardChange)


def load(*directories):
    out, err = StringIO(), StringIO()
    call_command("load_catalog", *map(str, directories), stdout=out, stderr=err)
    return out.getvalue()


def refused(*directories):
    err = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("load_catalog", *map(str, directories), stdout=StringIO(), stderr=err)
    return err.getvalue(), str(failure.value)


def snapshot():
    return [list(model.objects.order_by("pk").values()) for model in EVERYTHING]


@pytest.fixture
def facts(tmp_path):
    """A small directory of facts that a test may spoil: the embeddings and GPT-3s of the shipped one."""
    directory = tmp_path / "facts"
    directory.mkdir()
    shutil.copy(SHIPPED / "benchmarks.csv", directory)
    for name, slug in (("models.csv", "slug"), ("scores.csv", "model_slug")):
        rows = [row for row in rows_of(name) if row[slug] in FEW]
        with (directory / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return directory


def rows_of(name):
    with (SHIPPED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_shipped_catalog_is_there_whole_and_quickly():
    started = time.process_time()
    load(SHIPPED)
    assert time.process_time() - started < 10
    assert ModelCard.objects.count() == 187
    assert Score.objects.filter(origin="published").count() == 1480
    assert Benchmark.objects.count() == 39
    assert Fact.objects.filter(chosen=False).count() == 26
    assert Lineage.objects.count() == sum(bool(row["base_model"]) for row in rows_of("models.csv"))

    assert_every_stated_value_is_a_fact_and_every_column_its_projection()
    keys = Counter(Score.objects.values_list("card", "benchmark", "num_fewshot", "metric"))
    assert sum(count == 2 for count in keys.values()) == 19


def assert_every_stated_value_is_a_fact_and_every_column_its_projection():
    cards = ModelCard.objects.prefetch_related("facts").in_bulk(field_name="slug")
    for row in rows_of("models.csv"):
        card = cards[row["slug"]]
        facts = {fact.field: fact for fact in card.facts.all() if fact.chosen}
        stated = {key: value for key, value in row.items() if value and key not in ("slug", "confidence")}
        assert {key: fact.value for key, fact in facts.items()} == stated
        assert {fact.confidence for fact in facts.values()} == {row["confidence"]}
        assert str(card.parameters or "") == row["parameters"]
        assert card.open_weights == (row["open_weights"] == "yes")
        assert iso_date(card.release_date, card.release_precision) == row["release_date"]


def test_running_it_twice_changes_nothing_and_checkpoints_lie_where_they_are_said_to():
    load()
    before = snapshot()
    said = load()
    assert re.findall(r"(\d+) new, (\d+) changed", said)
    assert set(re.findall(r"(\d+) new, (\d+) changed", said)) == {("0", "0")}
    assert snapshot() == before
    assert Checkpoint.objects.exists()
    for row in Checkpoint.objects.exclude(path=""):
        assert (settings.BASE_DIR / row.path).is_dir()


def test_a_bad_row_is_reported_and_nothing_of_its_file_is_loaded(facts):
    text = (facts / "scores.csv").read_text(encoding="utf-8").splitlines()
    text[5] = text[5].replace(",0.", ",7.", 1)
    text[9] = text[9].replace("hellaswag", "hellaswig").replace("gpt-3", "gpt-33")
    (facts / "scores.csv").write_text("\n".join(text), encoding="utf-8")
    errors, summary = refused(facts)
    assert f"{facts}/scores.csv:6, value: " in errors
    assert "not between 0 and 1" in errors
    assert f"{facts}/scores.csv:10, model_slug: " in errors
    assert "scores.csv" in summary
    assert not Score.objects.exists()
    assert ModelCard.objects.count() == len(FEW)


def test_a_file_refused_on_a_later_load_leaves_what_was_there(facts):
    load(facts)
    before = snapshot()
    with (facts / "models.csv").open("a", encoding="utf-8") as file:
        file.write("bad slug,,,,,,,,,,,,,,,,,,,,,,,\n")
    refused(facts)
    assert snapshot() == before


def test_a_score_that_its_file_no_longer_states_is_removed(facts):
    load(facts)
    text = (facts / "scores.csv").read_text(encoding="utf-8").splitlines()
    (facts / "scores.csv").write_text("\n".join(text[:-1]), encoding="utf-8")
    load(facts)
    assert Score.objects.count() == len(text) - 2


def test_a_directory_that_is_not_there_is_an_error(tmp_path):
    assert "is not a directory" in refused(tmp_path / "nothing")[1]


@pytest.mark.shared_data
def test_the_shipped_files_are_the_facts_as_entered():
    entered = settings.BASE_DIR.parent / "shared" / "data" / "facts"
    if not entered.is_dir():
        return  # The shipped copies are tested above; this only compares them with where they came from.
    for name in ("models.csv", "claims.csv", "scores.csv", "tree_nodes.csv"):
        assert (SHIPPED / name).read_bytes() == (entered / name).read_bytes()
