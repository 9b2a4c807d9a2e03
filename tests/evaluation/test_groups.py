"""Groups are scored from the cells of their parts, per checkpoint, shots and settings."""

import pytest
from django.utils import timezone

from evaluation.core.request import settings_key
from evaluation.groups import GroupTree, group_cells
from evaluation.groupscores import whole_groups
from evaluation.models import Cell, Task
from tests.factories import make_cell, make_checkpoint, make_score, make_task

pytestmark = pytest.mark.django_db
ACC = [{"metric": "acc", "filter_list": None, "weight_by_size": True}]


def done(checkpoint, task, value, n=100, shots=0, **fields):
    cell = make_cell(checkpoint, task, "done", num_fewshot=shots, **fields)
    make_score(cell, value=value, n=n)
    return cell


def answers(name):
    cells = Cell.objects.select_related("task", "checkpoint__card").prefetch_related("scores").order_by("pk")
    return group_cells(GroupTree.of([name]), cells)


def test_a_group_and_the_groups_below_it_have_scores_once_all_parts_are_done():
    oak, (a, b, c) = make_checkpoint(), [make_task(name) for name in "abc"]
    make_task("inner", kind="group", members=["some"], aggregates=ACC)
    make_task("some", kind="tag", members=["b", "c"])
    make_task("outer", kind="group", members=["a", "inner"], aggregates=ACC)
    done(oak, a, 0.5, n=100), done(oak, b, 0.9, n=300)
    late = make_cell(oak, c, "running")
    assert [(g.task.name, g.done, g.tasks, g.scores) for g in answers("outer")] == [
        ("inner", 1, 2, ()),
        ("outer", 2, 3, ()),
    ]
    late.state = "done"
    late.save()
    make_score(late, value=0.3, n=100)
    inner, outer = answers("outer")
    assert (inner.scores[0].value, inner.scores[0].n) == (pytest.approx(0.75), 400)
    assert (outer.scores[0].value, outer.scores[0].n, outer.scores[0].parts) == (pytest.approx(0.7), 500, 3)


def test_shots_checkpoints_and_settings_are_kept_apart():
    oak, elm, a, b = make_checkpoint(), make_checkpoint(), make_task("a"), make_task("b")
    make_task("both", kind="group", members=["a", "b"], aggregates=ACC)
    for checkpoint, shots in ((oak, 0), (oak, 5), (elm, 0)):
        done(checkpoint, a, 0.5, shots=shots), done(checkpoint, b, 0.7, shots=shots)
    settings = {**Cell.objects.all()[0].settings, "seed": 9}
    done(oak, a, 0.1, settings=settings, settings_key=settings_key(settings))
    found = {(g.checkpoint.pk, g.num_fewshot, g.seed): g.whole for g in answers("both")}
    assert found == {(oak.pk, 0, 1234): True, (oak.pk, 5, 1234): True, (elm.pk, 0, 1234): True, (oak.pk, 0, 9): False}


def test_a_part_that_fixes_its_shots_counts_at_every_number_of_shots():
    oak, a, fixed = make_checkpoint(), make_task("a"), make_task("fixed", fixed_fewshot=0)
    make_task("both", kind="group", members=["a", "fixed"], aggregates=ACC)
    done(oak, fixed, 0.9), done(oak, a, 0.5, shots=5)
    assert [(g.num_fewshot, g.whole) for g in answers("both")] == [(5, True)]
    done(oak, a, 0.5, shots=0)
    assert sorted((g.num_fewshot, g.whole) for g in answers("both")) == [(0, True), (5, True)]


def test_a_group_of_fixed_parts_alone_has_their_shots():
    oak, fixed = make_checkpoint(), make_task("fixed", fixed_fewshot=0)
    make_task("one", kind="group", members=["fixed"], aggregates=ACC)
    done(oak, fixed, 0.9), done(oak, make_task("other"), 0.5, shots=5)
    assert [(g.num_fewshot, g.whole) for g in answers("one")] == [(0, True)]


def test_the_tree_is_read_level_by_level_and_once(django_assert_num_queries):
    make_task("a")
    make_task("tag", kind="tag", members=["a"])
    make_task("top", kind="group", members=["tag", "top", "gone"], aggregates=ACC)
    with django_assert_num_queries(3):
        tree = GroupTree.of(["top"])
    assert tree.leaves("top") == ["a", "gone"]


def test_groups_that_a_sync_stored_are_read_once_until_the_next(django_assert_num_queries):
    group = make_task("both", kind="group", members=["a", "b"], aggregates=ACC, seen_at=timezone.now())
    assert whole_groups({"a", "b"}) == {"both"}
    with django_assert_num_queries(1):
        assert whole_groups({"a"}) == set()
    make_task("one", kind="group", members=["a"], aggregates=ACC, seen_at=group.seen_at)
    assert whole_groups({"a"}) == {"one"}
    Task.objects.filter(name="both").update(members=["a"], seen_at=timezone.now())
    assert whole_groups({"a"}) == {"one", "both"}


def test_groups_below_groups_are_whole_once_all_their_tasks_are():
    make_task("inner", kind="group", members=["some"], aggregates=ACC)
    make_task("some", kind="tag", members=["b", "c"])
    make_task("outer", kind="group", members=["a", "inner"], aggregates=ACC)
    make_task("round", kind="group", members=["a", "round"], aggregates=ACC)
    make_task("empty", kind="group", members=[], aggregates=ACC)
    assert whole_groups({"b", "c"}) == {"inner"}
    assert whole_groups({"a", "b", "c"}) == {"inner", "outer"}
    assert whole_groups(set()) == set()
