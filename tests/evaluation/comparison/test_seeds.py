"""Spread over few-shot seeds: one model, one task, other examples in the prompt."""

import pytest

from evaluation.comparison.choice import CompareChoice
from evaluation.comparison.reading import compare
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_card, make_task

pytestmark = pytest.mark.django_db


def right(n: int) -> list[float]:
    return [1.0] * n + [0.0] * (100 - n)


@pytest.fixture
def oak():
    make_card("Elm")
    return make_card("Oak")


def lines(reader, **choice):
    return compare(reader, CompareChoice(models=("oak", "elm"), every_row=True, **choice)).seeds


def test_seeds_are_gathered_with_mean_and_standard_deviation(oak, stranger) -> None:
    task = make_task("quiz")
    for seed, n in ((1, 50), (2, 60), (3, 70)):
        make_measured(oak, task, right(n), shots=5, key=str(seed), settings={"seed": seed})
    [line] = lines(stranger)
    assert [(seed, one.value) for seed, one in line.seeds] == [(1, 0.5), (2, 0.6), (3, 0.7)]
    assert (line.spread.mean, line.spread.sd, line.spread.n) == (pytest.approx(0.6), pytest.approx(0.1), 3)
    assert line.noise == pytest.approx(0.0503, abs=1e-3)


def test_other_settings_and_older_generations_are_no_seeds(oak, stranger) -> None:
    task = make_task("quiz")
    make_measured(oak, task, right(50), shots=5, key="1", settings={"seed": 1})
    make_measured(oak, task, right(90), shots=5, key="1", settings={"seed": 1}, generation=1)
    make_measured(oak, task, right(60), shots=5, key="2", settings={"seed": 2, "chat_template": True})
    assert lines(stranger) == []
    make_measured(oak, task, right(80), shots=5, key="3", settings={"seed": 3})
    [line] = lines(stranger)
    assert [one.value for _seed, one in line.seeds] == [0.9, 0.8]


def test_where_the_seed_chose_nothing_there_is_no_spread(oak, stranger) -> None:
    task = make_task("quiz")
    for seed in (1, 2):
        make_measured(oak, task, right(50), shots=5, key="fixed", settings={"seed": seed})
    assert lines(stranger) == []


def test_the_page_shows_them_as_figure_and_table(oak, client) -> None:
    task = make_task("quiz")
    for seed, n in ((1, 50), (2, 61)):
        make_measured(oak, task, right(n), shots=5, key=str(seed), settings={"seed": seed})
    text = client.get("/compare/?models=oak,elm&rows=all").content.decode()
    assert "Spread over few-shot seeds" in text
    assert 'id="seed-figure"' in text
    assert "0.0778" in text
