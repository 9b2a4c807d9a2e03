"""The tree coloured by a score."""

from datetime import date

import pytest

from evaluation.models import Benchmark, Score
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_card, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def mmlu(db) -> Benchmark:
    return Benchmark.objects.create(slug="mmlu", name="MMLU", task_name="mmlu", primary_metric="acc")


def published(card, benchmark, value: float) -> None:
    Score.objects.create(
        card=card, benchmark=benchmark, num_fewshot=5, metric="acc", value=value, origin="published", source="paper"
    )


def test_the_tree_is_coloured_by_a_score_and_says_where_there_is_none(client, mmlu) -> None:
    published(make_card("Oak", release_date=date(2021, 5, 1)), mmlu, 0.625)
    make_card("Elm", release_date=date(2022, 5, 1))
    text = client.get("/tree/?colour=mmlu-5").content.decode()
    assert "score 0.625" in text
    assert "no score" in text
    assert "score 0.625" not in client.get("/tree/").content.decode()


def test_a_measured_score_goes_before_a_published_one_and_a_limited_one_counts_for_nothing(client, mmlu) -> None:
    oak, elm = (make_card(name, release_date=date(2021, 5, 1)) for name in ("Oak", "Elm"))
    task = make_task("mmlu")
    make_measured(oak, task, [1.0, 0.0, 0.0, 0.0], shots=5)
    published(oak, mmlu, 0.625)
    make_measured(elm, task, [1.0, 1.0, 1.0, 0.0], shots=5, settings={"limit": 4})
    text = client.get("/tree/?colour=mmlu-5").content.decode()
    assert "score 0.250" in text
    assert "score 0.625" not in text
    assert "score 0.750" not in text


def test_a_benchmark_whose_task_is_a_group_counts_once_all_its_parts_are_measured(client, mmlu) -> None:
    oak, elm = (make_card(name, release_date=date(2021, 5, 1)) for name in ("Oak", "Elm"))
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    make_task("mmlu", kind="group", members=["mmlu_law", "mmlu_art"], aggregates=[rule])
    law, art = make_task("mmlu_law"), make_task("mmlu_art")
    for card in (oak, elm):
        published(card, mmlu, 0.625)
        make_measured(card, law, [1.0, 0.0, 0.0, 0.0], shots=5)
    make_measured(oak, art, [1.0, 1.0, 0.0, 0.0, 0.0, 0.0], shots=5)
    text = client.get("/tree/?colour=mmlu-5").content.decode()
    assert "score 0.300" in text
    assert "score 0.625" in text
