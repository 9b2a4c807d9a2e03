"""What a blind guess scores: as the choices of the task say, else as the catalog states it."""

import pytest

from evaluation.comparison.scores import RowKey, Subjects
from tests.factories import make_benchmark, make_task

pytestmark = pytest.mark.django_db


def chance(subject, metric="acc"):
    return Subjects().chance(RowKey(subject, 0, metric, ""))


def test_what_was_counted_goes_before_what_is_stated():
    make_benchmark("trees", chance=0.25)
    task = make_task("trees")
    assert chance("trees") == chance("trees", "acc_norm") == 0.25
    task.chance = 0.31
    task.save()
    assert chance("trees") == chance("trees", "pseudo_acc") == chance("trees", "acc_norm") == 0.31


def test_a_task_without_a_benchmark_has_the_level_of_its_choices_and_of_no_other_metric():
    make_task("bushes", chance=0.5)
    make_task("herbs")
    assert (chance("bushes"), chance("bushes", "f1"), chance("herbs"), chance("nothing")) == (0.5, None, None, None)
