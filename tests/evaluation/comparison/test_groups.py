"""Groups side by side: their scores are made of their parts, and tested on the documents of all of these."""

import pytest

from evaluation.comparison.choice import CompareChoice
from evaluation.comparison.reading import compare
from evaluation.groups import LARGE
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_benchmark, make_card, make_task

pytestmark = pytest.mark.django_db
GOOD, BAD = [1.0] * 45 + [0.0] * 5, [1.0] * 25 + [0.0] * 25


@pytest.fixture
def trees():
    return make_card("Oak"), make_card("Elm")


def parts_of(trees, count: int, *, weighted: bool = True, sizes=(1, 2), **fields) -> None:
    """A group of so many tasks, the second twice as long as the first, on which Elm is good and Oak bad."""
    names = [f"part_{number:02}" for number in range(count)]
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": weighted}
    make_task("whole", kind="group", members=names, aggregates=[rule])
    for number, name in enumerate(names):
        task = make_task(name)
        for card, right in zip(trees, (BAD, GOOD), strict=True):
            make_measured(card, task, right * sizes[number % len(sizes)], **fields)


def rows(reader, **choice):
    asked = CompareChoice(models=("oak", "elm"), **choice)
    return {row.name: row for row in compare(reader, asked).rows}


def test_a_group_is_a_row_and_is_tested_on_the_documents_of_all_its_parts(trees, stranger) -> None:
    parts_of(trees, 2)
    found = rows(stranger)
    whole = found["whole"]
    assert (whole.parts, found["part_00"].parts) == (2, 0)
    assert [cell.shown.value for cell in whole.cells] == pytest.approx([0.5, 0.9])
    verdict = whole.cells[1].verdict
    assert (verdict.kind, verdict.pair.difference.method, verdict.pair.difference.n) == ("better", "paired-binary", 150)
    assert verdict.delta == pytest.approx(0.4)
    assert (whole.cells[1].measured.cell, whole.cells[1].measured.run) == (None, None)


def test_a_plain_mean_of_parts_is_not_tested_as_if_it_were_one_of_documents(trees, stranger) -> None:
    parts_of(trees, 1, sizes=(1,))
    task = make_task("long")
    for card, right in zip(trees, (GOOD, BAD), strict=True):
        make_measured(card, task, right * 3)
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": False}
    make_task("plain", kind="group", members=["part_00", "long"], aggregates=[rule])
    verdict = rows(stranger)["plain"].cells[1].verdict
    assert (verdict.kind, verdict.pair.difference.method) == ("same", "two-means")
    assert verdict.delta == pytest.approx(0)


def test_without_samples_of_one_part_the_two_scores_are_tested(trees, stranger) -> None:
    parts_of(trees, 1)
    task = make_task("bare")
    for card, right in zip(trees, (BAD, GOOD), strict=True):
        make_measured(card, task, right, samples=False)
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    make_task("both", kind="group", members=["part_00", "bare"], aggregates=[rule])
    assert rows(stranger)["both"].cells[1].verdict.pair.difference.method == "two-means"


def test_groups_whose_parts_were_asked_otherwise_are_not_comparable(trees, stranger) -> None:
    oak, elm = trees
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    make_task("whole", kind="group", members=["a"], aggregates=[rule])
    task = make_task("a")
    make_measured(oak, task, BAD, key="one"), make_measured(elm, task, GOOD, key="another")
    verdict = rows(stranger)["whole"].cells[1].verdict
    assert (verdict.kind, verdict.pair) == ("unknown", None)


def test_the_parts_of_a_large_group_are_shown_when_asked_for_and_benchmarks_always(client, trees, stranger) -> None:
    make_benchmark("part_03")
    parts_of(trees, LARGE)
    assert list(rows(stranger)) == ["part_03", "whole"]
    assert len(rows(stranger, every_part=True)) == LARGE + 1
    text = client.get("/compare/?models=oak,elm").content.decode()
    assert 'href="?models=oak,elm&amp;parts=all#scores"' in text
    assert f"made of {LARGE} tasks" in text
    data = client.get("/api/v1/compare?models=oak,elm").json()["rows"]
    assert [(row["name"], row["parts"]) for row in data] == [("part_03", 0), ("whole", LARGE)]
    assert len(client.get("/api/v1/compare?models=oak,elm&parts=all").json()["rows"]) == LARGE + 1


def test_a_group_that_one_model_lacks_is_offered_and_one_that_alters_its_parts_is_not(client, trees) -> None:
    oak, elm = trees
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    make_task("whole", kind="group", members=["a"], aggregates=[rule])
    altered = make_task("altered", kind="group", members=["a"], aggregates=[rule], altered=["num_fewshot"])
    make_measured(oak, make_task("a"), BAD)
    make_measured(elm, make_task("b"), BAD)
    text = client.get("/compare/?models=oak,elm&rows=all").content.decode()
    assert "models=elm&amp;tasks=whole" in text
    assert "models=elm&amp;tasks=altered" not in text
    assert f"{altered.name} gives its parts other settings" in text


def test_the_parts_of_a_group_of_a_hidden_model_make_no_row(client, trees, owner) -> None:
    oak, _elm = trees
    parts_of(trees, 2)
    oak.visibility, oak.owner = "restricted", owner
    oak.save()
    make_card("Ash")
    text = client.get("/compare/?models=oak,elm,ash&rows=all").content.decode()
    assert "0.500" not in text
