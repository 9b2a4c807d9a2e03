"""What a blind guess scores is noted once, from all documents of a task."""

import math

import pytest

from evaluation.actions import chance_note, chances_fill
from evaluation.models import PromptSet, Task
from tests.evaluation.outcomes.files import make_outcome, make_prompt, make_samples
from tests.factories import make_task

pytestmark = pytest.mark.django_db


def kept(task: Task, choices: list[int], shots: int = 0) -> PromptSet:
    """Stored prompts of documents with so many choices."""
    prompts = [
        make_prompt(number, f"{shots}-{number}") | {"continuations": [f" {one}" for one in range(count)]}
        for number, count in enumerate(choices)
    ]
    ref = make_samples(prompts, [make_outcome(0, acc=1)])
    told = {"file": ref.prompts_file, "sha256": ref.prompts_sha256, "rows": len(prompts)}
    return PromptSet.objects.create(key=ref.prompts_key, task=task, num_fewshot=shots, **told)


@pytest.mark.parametrize("level", [None, "0.25", True, math.nan, 0.0, 1.0, 7.5])
def test_what_is_no_share_is_let_go(level):
    task = make_task()
    assert not chance_note(task=task, level=level)
    task.refresh_from_db()
    assert task.chance is None


def test_a_level_is_news_once():
    task = make_task()
    assert chance_note(task=task, level=0.25)
    task.refresh_from_db()
    assert task.chance == 0.25
    assert not chance_note(task=task, level=0.25)


def test_tasks_with_stored_prompts_get_theirs_from_those_of_most_documents():
    task, wrote, known = make_task("trees"), make_task("essay"), make_task("known", chance=0.1)
    kept(task, [2], shots=5)
    kept(task, [4, 4])
    kept(wrote, [1])
    kept(known, [3])
    PromptSet.objects.create(key="lost", task=make_task("lost"), num_fewshot=0, file="nowhere", sha256="", rows=3)
    assert chances_fill() == 1
    assert dict(Task.objects.values_list("name", "chance")) == {
        "trees": 0.25, "essay": None, "known": 0.1, "lost": None,
    }  # fmt: skip


def test_a_group_has_the_level_of_its_tasks_weighted_as_its_scores_are():
    make_task("two", chance=0.5, documents=100)
    make_task("four", chance=0.25, documents=300)
    make_task("unknown", documents=10)
    rule = {"metric": "acc", "filter_list": None}
    make_task("by size", kind="group", members=["two", "four"], aggregates=[{**rule, "weight_by_size": True}])
    make_task("plain", kind="group", members=["tag"], aggregates=[{**rule, "weight_by_size": False}])
    make_task("tag", kind="tag", members=["two", "four"])
    make_task("part", kind="group", members=["two", "unknown"], aggregates=[{**rule, "weight_by_size": True}])
    assert chances_fill() == 2
    groups = Task.objects.exclude(kind="task").values_list("name", "chance")
    assert dict(groups) == {"by size": 0.3125, "plain": 0.375, "tag": None, "part": None}
    assert chances_fill() == 0
