"""Every pair at once gives what each pair gives by itself."""

import time

import numpy as np
import pytest

from evaluation.core.statistics import all_pairs, paired_difference


def matrix(kind: str, documents: int = 200) -> np.ndarray:
    rng = np.random.default_rng(7)
    skill = np.linspace(0.4, 0.6, 4)[:, None]
    answers = (rng.random((4, documents)) < skill).astype(float)
    if kind == "answers":
        return answers
    values = rng.normal(skill, 1, (4, documents))
    return values if kind == "values" else np.vstack([answers[:2], values[:2]])


def close(found, expected) -> bool:
    return all(
        getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-9)
        for name in ("value", "p", "n", "only_first", "only_second", "agreement", "detectable")
    ) and (found.interval.low, found.interval.high) == pytest.approx((expected.interval.low, expected.interval.high))


@pytest.mark.parametrize("kind", ["answers", "values", "mixed"])
@pytest.mark.parametrize("clustered", [False, True])
def test_each_pair_is_the_paired_difference_both_ways(kind, clustered) -> None:
    rows = matrix(kind)
    clusters = np.arange(200) // 4 if clustered else None
    found = all_pairs(rows, clusters=clusters)
    for i in range(4):
        assert found[i][i] is None
        for j in range(4):
            if i != j:
                expected = paired_difference(rows[i], rows[j], clusters=clusters)
                assert found[i][j].method == expected.method
                assert close(found[i][j], expected)


def test_a_model_with_a_value_that_is_no_number_has_no_differences() -> None:
    rows = matrix("values")
    rows[2, 5] = float("nan")
    found = all_pairs(rows)
    assert found[2] == [None] * 4
    assert found[0][2] is None
    assert found[0][1] is not None


@pytest.mark.parametrize("documents", [0, 1])
def test_none_or_one_document_is_not_known(documents) -> None:
    assert all_pairs(np.ones((3, documents))) == [[None] * 3] * 3


def test_no_models_have_no_pairs() -> None:
    assert all_pairs(np.ones((0, 5))) == []


@pytest.mark.parametrize(("kind", "most"), [("answers", 0.06), ("values", 0.36)])
def test_eight_models_of_ten_thousand_documents(kind, most) -> None:
    rows = np.vstack([matrix(kind, 10_000), matrix(kind, 10_000)[:, ::-1]])
    times = []
    for _ in range(4):
        start = time.process_time()
        all_pairs(rows)
        times.append(time.process_time() - start)
    # On a calm machine 1 ms and 40 ms.
    assert min(times) < most
