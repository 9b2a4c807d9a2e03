"""Models that cannot be told apart share a letter, and only those."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.core.statistics import mcnemar
from evaluation.leaderboard.lanes import lanes
from evaluation.leaderboard.pairtests import covariance_of_means, of_average
from evaluation.outcomes.joining import Joined
from evaluation.standings.sampling import sample_files
from tests.evaluation.leaderboard.rows import asked, make_answering, make_model

pytestmark = pytest.mark.django_db


def answers(right: int, of: int = 200, start: int = 0) -> list[float]:
    """Right on ``right`` documents from ``start`` on."""
    return [float((number - start) % of < right) for number in range(of)]


def letters(query: str = "") -> dict[str, str]:
    """Letters by model."""
    found = asked(query)
    assert found.ties is not None
    return {line.card.slug: found.ties.letters.get(line.card.pk, "") for line in found.everything}


def test_a_small_difference_is_a_tie_and_a_large_one_is_none() -> None:
    make_answering("Oak", {"one": answers(190)})
    make_answering("Elm", {"one": answers(188)})
    make_answering("Ash", {"one": answers(60)})
    assert letters() == {"oak": "a", "elm": "a", "ash": "b"}
    found = asked()
    assert found.ties is not None
    assert (found.ties.pairs, found.ties.paired) == (3, 3)
    spans = {line.card.slug: found.ties.spans[line.card.pk] for line in found.everything}
    assert spans == {"oak": (1, 2), "elm": (1, 2), "ash": (3, 3)}


def test_pairs_on_the_same_documents_see_more_than_two_separate_scores() -> None:
    """Elm is wrong wherever Oak is, and on eleven documents more: McNemar's p is 0.001; two shares tell nothing."""
    make_answering("Oak", {"one": answers(120)})
    make_answering("Elm", {"one": answers(109)})
    assert letters() == {"oak": "a", "elm": "b"}
    make_model("Fir", {"one": 0.6}, n=200, stderr=(0.24 / 199) ** 0.5)
    found = asked()
    assert found.ties is not None
    assert (found.ties.pairs, found.ties.paired) == (3, 1)
    assert found.ties.letters[next(line.card.pk for line in found.everything if line.card.slug == "fir")] == "ab"


def test_scores_of_unknown_uncertainty_are_not_tested() -> None:
    make_model("Oak", {"one": 0.9}, stderr=None, n=None)
    make_model("Elm", {"one": 0.1}, stderr=None, n=None)
    assert asked().ties is None


def test_a_standard_error_is_enough_where_files_do_not_count_documents() -> None:
    for name, value in (("Oak", 0.9), ("Elm", 0.5), ("Ash", 0.49)):
        make_model(name, {"one": value}, stderr=0.01, n=None)
    assert letters() == {"oak": "a", "elm": "b", "ash": "b"}


def test_an_average_is_tested_by_all_its_tasks() -> None:
    make_answering("Oak", {"one": answers(120), "two": answers(120)})
    make_answering("Elm", {"one": answers(112), "two": answers(112)})
    assert letters("sort=-average") == {"oak": "a", "elm": "b"}


def test_columns_about_the_same_documents_are_not_counted_twice() -> None:
    """The same answers in two columns tell no more than in one."""
    make_answering("Oak", {"one": answers(150)})
    make_answering("Elm", {"one": answers(100, start=30)})
    found = asked()
    rows = [line.entries[0].row for line in found.everything]
    column, files = found.board.columns[0], sample_files(rows)
    once, _paired = of_average([rows], [column], files, False)
    twice, _paired = of_average([rows, rows], [column, column], files, False)
    assert twice[0][1] == pytest.approx(once[0][1])


def test_models_that_answer_alike_share_a_letter_by_their_average_too() -> None:
    for name in ("Oak", "Elm"):
        make_answering(name, {"one": answers(120), "two": answers(90)})
    make_answering("Ash", {"one": answers(20), "two": answers(10)})
    assert letters("sort=-average") == {"oak": "a", "elm": "a", "ash": "b"}
    found = asked("sort=-average")
    assert found.ties is not None
    assert found.ties.pairs == 3


def test_the_order_by_win_rate_has_no_ties() -> None:
    make_answering("Oak", {"one": answers(120), "two": answers(90)})
    make_answering("Elm", {"one": answers(100), "two": answers(80)})
    assert asked("sort=-win_rate").ties is None


def test_the_test_of_an_average_of_one_task_agrees_with_a_z_test() -> None:
    make_answering("Oak", {"one": answers(150)})
    make_answering("Elm", {"one": answers(100, start=30)})
    found = asked()
    rows = [line.entries[0].row for line in found.everything]
    (p, _paired) = of_average([rows], found.board.columns, sample_files(rows), False)
    gaps = np.array(answers(150)) - np.array(answers(100, start=30))
    from scipy.stats import norm

    z = gaps.mean() / (gaps.std(ddof=1) / len(gaps) ** 0.5)
    assert p[0][1] == pytest.approx(2 * norm.sf(abs(z)), rel=1e-9)
    assert p[0][1] == pytest.approx(mcnemar(int((gaps > 0).sum()), int((gaps < 0).sum())), rel=2)


def test_no_more_false_alarms_than_five_of_a_hundred() -> None:
    """Two equal models on two tasks, a thousand times over."""
    rng = np.random.default_rng(5)
    hits = 0
    for _each in range(1000):
        variance, mean = 0.0, 0.0
        for n in (200, 400):
            matrix = (rng.random((2, n)) < 0.6).astype(float)
            spread = covariance_of_means(Joined(matrix, None, (0, 0)))
            variance += (spread[0, 0] + spread[1, 1] - 2 * spread[0, 1]) / 4
            mean += float(matrix[0].mean() - matrix[1].mean()) / 2
        hits += abs(mean) / variance**0.5 > 1.959964
    assert 0.035 < hits / 1000 < 0.065


def test_documents_of_one_passage_count_as_one() -> None:
    from evaluation.core.statistics import clustered_stderr

    rng = np.random.default_rng(7)
    clusters = np.repeat(np.arange(40), 5)
    matrix = np.array([(rng.random(40) < 0.5)[clusters], (rng.random(40) < 0.5)[clusters]], dtype=float)
    spread = covariance_of_means(Joined(matrix, clusters, (0, 0)))
    for at in (0, 1):
        assert spread[at, at] ** 0.5 == pytest.approx(clustered_stderr(matrix[at], clusters))


def test_brackets_share_a_lane_where_they_do_not_meet() -> None:
    assert lanes([1, 2, 3, 4], [[1, 2], [3, 4], [2, 3]]) == {
        1: ["first", ""],
        2: ["last", "first"],
        3: ["first", "last"],
        4: ["last", ""],
    }


def test_a_bracket_passes_a_model_that_is_not_of_it() -> None:
    assert lanes([1, 2, 3], [[1, 3], [2]]) == {1: ["first"], 2: ["passing"], 3: ["last"]}
    assert lanes([1, 2], [[1], [2]]) == {1: [], 2: []}
