"""What stands on boards and in plots, and what is kept out."""

from __future__ import annotations

import math

import pytest
from django.contrib.auth.models import AnonymousUser

from evaluation.groupscores import group_scores
from evaluation.models import Cell, PromptSet, SampleSet
from evaluation.standings import MAIN, Standing, Wish, standings
from modelcards.models import ModelCard
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_imported,
    make_published,
    make_score,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def values(wish: Wish | None = None) -> list[tuple[str, str, float]]:
    """Model, origin and value of each standing."""
    return sorted((one.card.slug, one.origin, one.value) for one in standings(VISITOR, wish or Wish()))


def one() -> Standing:
    """The only standing."""
    (found,) = standings(VISITOR, Wish(samples=True))
    return found


def test_a_measured_score_stands_under_its_benchmark() -> None:
    make_benchmark("hellaswag", name="HellaSwag", task_name="hellaswag_task", chance=0.25)
    cell = make_cell(task=make_task("hellaswag_task"), state="done")
    make_score(cell, value=0.5)
    found = one()
    assert (found.subject, found.subject_name, found.value, found.chance) == ("hellaswag", "HellaSwag", 0.5, 0.25)
    assert (found.filter, found.cell, found.samples) == ("", cell.pk, ())


def test_each_origin_and_each_source_has_a_row_of_its_own() -> None:
    card = make_card("Oak")
    benchmark = make_benchmark("arc")
    checkpoint, task = make_checkpoint(card), make_task("arc")
    make_score(make_cell(checkpoint, task, "done"), value=0.3)
    make_imported(checkpoint, task, 0.4)
    make_published(card, benchmark, 0.5)
    make_published(card, benchmark, 0.6, source="another paper")
    assert values() == [
        ("oak", "imported", 0.4),
        ("oak", "measured", 0.3),
        ("oak", "published", 0.5),
        ("oak", "published", 0.6),
    ]
    assert values(Wish(origins=("published",))) == [("oak", "published", 0.5), ("oak", "published", 0.6)]


def test_limited_and_older_and_outdated_measurements_are_left_out() -> None:
    checkpoint, task = make_checkpoint(sha256="new"), make_task()
    make_score(make_cell(checkpoint, task, "done", settings={"limit": 10}, num_fewshot=1))
    make_score(make_cell(checkpoint, task, "done", weights="old", num_fewshot=2))
    make_score(make_cell(checkpoint, task, "done"), value=0.1)
    make_score(make_cell(checkpoint, task, "done", generation=1), value=0.2)
    assert one().value == 0.2


def test_values_that_are_no_numbers_are_left_out() -> None:
    make_score(make_cell(state="done"), value=math.inf)
    assert values() == []


def test_of_two_settings_the_one_stands_that_others_share() -> None:
    task, mine = make_task(), make_checkpoint()
    make_score(make_cell(mine, task, "done"), value=0.1, comparable_key="shared")
    make_score(make_cell(mine, task, "done", settings={"seed": 7}), value=0.2, comparable_key="alone")
    make_score(make_cell(make_checkpoint(), task, "done"), value=0.3, comparable_key="shared")
    assert sorted(one.value for one in standings(VISITOR, Wish())) == [0.1, 0.3]


def test_a_model_stands_with_its_main_checkpoint_unless_all_are_asked_for() -> None:
    card, task = make_card("Fir"), make_task()
    for step, revision in ((10, "step10"), (20, "step20"), (None, "main")):
        checkpoint = make_checkpoint(card, revision=revision, step=step)
        make_score(make_cell(checkpoint, task, "done"), value=(step or 0) / 100)
    assert values() == [("fir", "measured", 0.0)]
    assert len(standings(VISITOR, Wish(every_checkpoint=True))) == 3


def test_the_metric_that_counts_can_be_asked_for() -> None:
    make_benchmark("arc", primary_metric="acc_norm")
    cell = make_cell(task=make_task("arc"), state="done")
    make_score(cell, "acc", 0.1)
    make_score(cell, "acc_norm", 0.2)
    other = make_cell(task=make_task("words"), state="done")
    make_score(other, "exact_match", 0.3)
    make_score(other, "acc_norm", 0.4)
    assert sorted(one.value for one in standings(VISITOR, Wish(metric=MAIN))) == [0.2, 0.3]
    assert sorted(one.value for one in standings(VISITOR, Wish(metric="acc"))) == [0.1]


def test_subjects_shots_and_cards_narrow_it() -> None:
    make_benchmark("questions", task_name="nq_open")
    task, checkpoint = make_task("nq_open"), make_checkpoint(make_card("Elm"))
    for shots in (0, 5):
        make_score(make_cell(checkpoint, task, "done", num_fewshot=shots), value=shots / 10)
        make_score(make_cell(checkpoint, make_task(f"other_{shots}"), "done", num_fewshot=shots), value=0.9)
    make_score(make_cell(make_checkpoint(make_card("Ash")), task, "done"), value=0.7)
    assert values(Wish(subjects=["questions"], shots=0)) == [("ash", "measured", 0.7), ("elm", "measured", 0.0)]
    assert values(Wish(subjects=["nq_open"], shots=(0, 5), cards=["elm"])) == [
        ("elm", "measured", 0.0),
        ("elm", "measured", 0.5),
    ]
    assert values(Wish(subjects=["questions"], cards=ModelCard.objects.filter(slug="ash"))) == [
        ("ash", "measured", 0.7)
    ]


def test_hidden_cards_do_not_stand() -> None:
    owner = make_user()
    card = make_card(visibility="restricted", owner=owner)
    make_score(make_cell(make_checkpoint(card), state="done"))
    assert values() == []
    assert values(Wish(cards=ModelCard.objects.all())) == []
    assert len(standings(owner, Wish())) == 1


def test_a_group_stands_where_all_its_parts_are_measured() -> None:
    rules = [{"metric": "acc", "aggregation": "mean", "weight_by_size": True}]
    make_task("both", kind="group", members=["left", "right"], aggregates=rules)
    left, right = make_task("left"), make_task("right")
    whole, half = make_checkpoint(make_card("Whole")), make_checkpoint(make_card("Half"))
    for checkpoint, tasks in ((whole, (left, right)), (half, (left,))):
        for number, task in enumerate(tasks, 1):
            make_score(make_cell(checkpoint, task, "done"), value=number / 10)
    (found,) = standings(VISITOR, Wish(subjects=["both"]))
    assert (found.card.slug, found.cell, found.parts) == ("whole", None, 2)
    assert math.isclose(found.value, 0.15)


def test_the_direction_is_known_or_said_to_be_unknown() -> None:
    cell = make_cell(state="done")
    for metric in ("acc", "word_perplexity", "ppl", "pct_stereotype"):
        make_score(cell, metric, 0.5, higher_is_better=None)
    found = {one.metric: one.higher_is_better for one in standings(VISITOR, Wish())}
    assert found == {"acc": True, "word_perplexity": False, "ppl": False, "pct_stereotype": None}


def test_queries_do_not_grow_with_the_models(django_assert_max_num_queries: object) -> None:
    task = make_task()
    for number in range(20):
        make_score(make_cell(make_checkpoint(), task, "done"), value=number / 100)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert len(standings(VISITOR, Wish(samples=True))) == 20


def test_a_row_has_the_files_of_its_samples() -> None:

    cell = make_cell(state="done")
    make_score(cell)
    prompts = PromptSet.objects.create(key="k", task=cell.task, num_fewshot=0, file="p", sha256="1", rows=3)
    SampleSet.objects.create(cell=cell, prompts=prompts, file="f", sha256="2", rows=3)
    (ref,) = one().samples
    assert (ref.file, ref.prompts_file, ref.task) == ("f", "p", cell.task.name)


def test_groups_stand_as_everywhere_else_with_parts_that_fix_their_shots() -> None:
    """The rows are those of ``group_scores``, which makes them of whole cells for pages of a few models."""
    rules = [{"metric": "acc", "weight_by_size": False}]
    make_task("three", kind="group", members=["left", "right", "fixed"], aggregates=rules)
    tasks = [make_task("left"), make_task("right"), make_task("fixed", fixed_fewshot=0)]
    for number in (1, 2):
        checkpoint = make_checkpoint()
        for shots in (0, 5):
            for task in tasks[:2]:
                cell = make_cell(checkpoint, task, "done", num_fewshot=shots)
                make_score(cell, value=number / 10 + shots / 100, n=100 * number)
        make_score(make_cell(checkpoint, tasks[2], "done"), value=0.7)
    expected = {
        (score.card_id, score.num_fewshot, score.value, score.stderr, score.n, score.comparable_key)
        for score in group_scores(Cell.objects.all())
    }
    found = {
        (one.card.pk, one.num_fewshot, one.value, one.stderr, one.n, one.comparable_key)
        for one in standings(VISITOR, Wish(subjects=["three"]))
    }
    assert len(found) == 4
    assert found == expected
