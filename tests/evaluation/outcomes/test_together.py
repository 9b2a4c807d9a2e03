"""What several models answered, side by side on the documents that all share."""

import math

import numpy as np
import pytest
from django.core.files.storage import default_storage

from evaluation.outcomes import document_values, together
from evaluation.outcomes.kept import ENTRY, KEPT, Kept
from tests.evaluation.outcomes.files import make_answers, make_outcome, make_prompt, make_samples


@pytest.fixture(autouse=True)
def nothing_kept():
    KEPT.clear()


def test_models_that_were_asked_the_same_are_joined_without_reading_the_prompts():
    first, second = make_answers([1, 0, 1]), make_answers([0, 0, 1])
    default_storage.delete(first.prompts_file)
    default_storage.delete(second.prompts_file)
    joined = together([[first], [second]], "acc", "none")
    assert joined is not None
    assert joined.matrix.tolist() == [[1, 0, 1], [0, 0, 1]]
    assert (joined.clusters, joined.beyond) == (None, (0, 0))


def test_files_in_another_order_are_joined_by_the_documents_number():
    prompts = [make_prompt(number) for number in range(3)]
    first = make_samples(prompts, [make_outcome(number, acc=number == 2) for number in (0, 1, 2)])
    second = make_samples(prompts, [make_outcome(number, acc=number == 2) for number in (2, 0, 1)])
    joined = together([[first], [second]], "acc", "")
    assert joined is not None
    assert joined.matrix.tolist() == [[0, 0, 1], [0, 0, 1]]


def test_other_prompts_are_joined_by_document_and_target_and_the_rest_is_counted():
    first = make_samples(
        [make_prompt(0, "oak"), make_prompt(1, "elm"), make_prompt(2, "fir", target="1")],
        [make_outcome(0, "oak", acc=1), make_outcome(1, "elm", acc=0), make_outcome(2, "fir", acc=1)],
    )
    second = make_samples(
        [make_prompt(0, "elm"), make_prompt(1, "oak"), make_prompt(2, "fir"), make_prompt(3, "ash")],
        [make_outcome(number, name, acc=name == "elm") for number, name in enumerate(("elm", "oak", "fir", "ash"))],
    )
    joined = together([[first], [second]], "acc", "none")
    assert joined is not None
    assert sorted(map(tuple, joined.matrix.T.tolist())) == [(0, 1), (1, 0)]
    assert joined.beyond == (1, 2)


def test_a_document_that_occurs_twice_is_paired_with_its_own_twin():
    twins = [make_prompt(0, "oak"), make_prompt(1, "oak"), make_prompt(2, "elm")]
    first = make_samples(twins, [make_outcome(number, acc=one) for number, one in enumerate((1, 0, 1))])
    second = make_samples(twins[:2], [make_outcome(0, acc=0), make_outcome(1, acc=1)])
    values = document_values(first, "acc", "none")
    assert values is not None
    assert len(set(values.ids.tolist())) == 3
    joined = together([[first], [second]], "acc", "none")
    assert joined is not None
    assert sorted(map(tuple, joined.matrix.T.tolist())) == [(0, 1), (1, 0)]


def test_disjoint_documents_lost_files_and_absent_metrics_are_no_pair():
    first, other = make_answers([1, 0]), make_answers([1, 0], name="else")
    assert together([[first], [other]], "acc", "none") is None
    assert together([[first], [first]], "f1", "none") is None
    assert together([[first], [first]], "acc", "strict") is None
    assert together([[first], []], "acc", "none") is None
    assert together([[], []], "acc", "none") is None
    lost = make_answers([1, 1, 0])
    default_storage.delete(lost.file)
    assert together([[first], [lost]], "acc", "none") is None


def test_a_file_that_comes_back_is_read_again_and_a_damaged_one_is_no_pair():
    ref = make_answers([1, 0])
    content = default_storage.open(ref.file).read()
    default_storage.delete(ref.file)
    for stored, known in ((b"PAR1 no parquet PAR1", False), (content, True)):
        with default_storage.open(ref.file, "wb") as file:
            file.write(stored)
        assert (document_values(ref, "acc", "none") is not None) == known


def test_values_that_are_no_number_are_left_out_and_counted():
    first, second = make_answers([1, math.nan, 0, None]), make_answers([1, 1, 1, math.inf])
    joined = together([[first], [second]], "acc", "none")
    assert joined is not None
    assert joined.matrix.tolist() == [[1, 0], [1, 1]]
    assert joined.beyond == (1, 2)


def test_parts_of_a_group_stand_one_after_the_other_and_must_be_the_same_tasks():
    red, blue = make_answers([1, 0], "red"), make_answers([1], "blue", name="b")
    joined = together([[red, blue], [red, blue]], "acc", "none")
    assert joined is not None
    assert joined.matrix.tolist() == [[1, 0, 1]] * 2
    assert together([[red, blue], [red]], "acc", "none") is None
    assert together([[red], [blue]], "acc", "none") is None


def test_documents_about_one_passage_are_told_and_parts_keep_theirs_apart():
    prompts = [make_prompt(number, about={"text": f"p{number // 2}"}) for number in range(4)]
    ref = make_samples(prompts, [make_outcome(number, acc=1) for number in range(4)], "red", "about.text")
    joined = together([[ref], [ref]], "acc", "none")
    assert joined is not None
    assert joined.clusters is not None
    assert joined.clusters.tolist() == [0, 0, 1, 1] or joined.clusters.tolist() == [1, 1, 0, 0]
    alone = make_answers([1, 1], "blue", "question")
    assert together([[alone], [alone]], "acc", "none").clusters is None
    group = together([[ref, alone], [ref, alone]], "acc", "none")
    assert group is not None
    assert group.clusters is not None
    assert len(np.unique(group.clusters)) == 4


def test_one_metric_is_read_once_and_old_values_make_room():
    ref = make_answers([1, 0])
    assert document_values(ref, "acc", "none") is not None
    default_storage.delete(ref.file)
    assert document_values(ref, "acc", "none") is not None
    two = 2 * (5 + ENTRY + len(repr("a")))
    kept, made = Kept(largest=two), []
    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get(name, lambda name=name: made.append(name) or name, lambda _value: 5)  # type: ignore[misc,func-returns-value]
    assert made == ["a", "b", "c", "b"]
    assert kept.bytes == two
    assert kept.get("large", lambda: "large", lambda _value: two) == "large"
    assert kept.bytes == two


def test_answers_that_say_nothing_make_room_too():
    kept: Kept = Kept(largest=10_000)
    for number in range(1000):
        kept.get(("board", f"no-such-task-{number}"), list, lambda _value: 0)
    assert kept.bytes <= 10_000
    assert len(kept._held) < 20
