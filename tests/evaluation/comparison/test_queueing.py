"""What is missing, or was measured in another way, is offered to be measured with the settings of the rest."""

import pytest

from evaluation.comparison.choice import CompareChoice
from evaluation.comparison.reading import compare
from tests.checkpoint_files import write_checkpoint
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_card, make_checkpoint, make_imported, make_task

pytestmark = pytest.mark.django_db
BAD, GOOD = [1.0] * 40 + [0.0] * 60, [1.0] * 80 + [0.0] * 20


@pytest.fixture
def trees(settings, tmp_path):
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    cards = make_card("Oak"), make_card("Elm")
    for card in cards:
        write_checkpoint(tmp_path / card.slug)
        make_checkpoint(card, path=card.slug)
    return cards


def cells(reader):
    [row] = compare(reader, CompareChoice(models=("oak", "elm"))).rows
    return row.cells


def test_another_seed_is_offered_to_be_measured_like_the_baseline(trees, stranger) -> None:
    task = make_task("quiz")
    make_measured(trees[0], task, BAD, shots=5, key="7", settings={"seed": 7, "generation_kwargs": {"top_k": 1}})
    make_measured(trees[1], task, GOOD, shots=5)
    base, other = cells(stranger)
    assert base.alike == ""
    assert other.alike == "?models=elm&tasks=quiz&num_fewshot=5&seed=7&generation_kwargs=%7B%22top_k%22%3A+1%7D"
    assert "seed of the shots" in other.verdict.reason


def test_another_kind_of_scoring_is_not_offered(trees, stranger) -> None:
    task = make_task("quiz")
    make_measured(trees[0], task, BAD)
    make_measured(trees[1], task, GOOD, key="p", made_with={"scoring": "pseudo-loglikelihood"})
    assert cells(stranger)[1].alike == ""


def test_a_limited_run_is_offered_on_all_documents(trees, stranger) -> None:
    task = make_task("quiz")
    for card in trees:
        make_measured(card, task, BAD, settings={"limit": 100})
    assert [cell.alike for cell in cells(stranger)] == [
        "?models=oak&tasks=quiz&num_fewshot=0",
        "?models=elm&tasks=quiz&num_fewshot=0",
    ]


def test_an_imported_score_is_offered_to_be_measured_here(trees, stranger) -> None:
    task = make_task("quiz")
    make_measured(trees[0], task, BAD)
    make_imported(trees[1].checkpoints.get(), task, comparable_key="another")
    assert cells(stranger)[1].alike == "?models=elm&tasks=quiz&num_fewshot=0"


def test_what_is_comparable_needs_no_offer(trees, stranger) -> None:
    task = make_task("quiz")
    make_measured(trees[0], task, BAD)
    make_measured(trees[1], task, GOOD)
    assert [(cell.queue, cell.alike) for cell in cells(stranger)] == [("", "")] * 2
