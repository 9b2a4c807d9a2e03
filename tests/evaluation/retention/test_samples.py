"""Sample sets go by age and size; scores never."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from evaluation.actions.prune_samples import PROMPTS_STAY, prompts_prune, samples_prune
from evaluation.core.retention import Rule
from evaluation.models import Cell, PromptSet, SampleSet, Score
from tests.evaluation.retention.conftest import MIB

pytestmark = pytest.mark.django_db


def removed() -> set[int]:
    return set(SampleSet.objects.filter(removed_at__isnull=False).values_list("cell_id", flat=True))


def test_old_samples_go_and_their_scores_and_cells_stay(sampled):
    old, new = sampled(days=40), sampled(days=2)
    done = samples_prune(rule=Rule(days=30))
    assert (done.count, done.bytes) == (1, MIB)
    assert removed() == {old.pk}
    assert not default_storage.exists(old.sample_set.file)
    assert default_storage.exists(new.sample_set.file)
    assert Score.objects.count() == 2
    assert set(Cell.objects.values_list("state", flat=True)) == {"done"}


def test_the_cells_that_ended_first_lose_theirs_when_all_take_too_much(sampled):
    second, first, third = sampled(days=5, size=2), sampled(days=9, size=2), sampled(days=1, size=2)
    samples_prune(rule=Rule(bytes=5 * MIB))
    assert removed() == {first.pk}
    samples_prune(rule=Rule(bytes=3 * MIB))
    assert removed() == {first.pk, second.pk}
    assert default_storage.exists(third.sample_set.file)


def test_a_dry_run_says_the_same_and_removes_nothing(sampled):
    cell = sampled(days=40)
    told = samples_prune(rule=Rule(days=30), dry_run=True)
    assert told.count == 1
    assert not removed()
    assert default_storage.exists(cell.sample_set.file)
    assert samples_prune(rule=Rule(days=30)) == told


def test_without_a_rule_nothing_goes(sampled):
    sampled(days=9000)
    assert samples_prune(rule=Rule()).count == 0
    assert not removed()


def test_doing_it_again_finds_nothing(sampled):
    sampled(days=40)
    samples_prune(rule=Rule(days=30))
    assert samples_prune(rule=Rule(days=30)).count == 0


def test_a_file_that_is_gone_already_is_no_trouble(sampled):
    cell = sampled(days=40)
    default_storage.delete(cell.sample_set.file)
    assert samples_prune(rule=Rule(days=30)).bytes == 0
    assert removed() == {cell.pk}


def test_no_empty_folder_is_left(sampled):
    cell = sampled(days=40)
    samples_prune(rule=Rule(days=30))
    assert not default_storage.exists(cell.sample_set.file.rpartition("/")[0])


def test_prompts_go_once_no_kept_sample_set_needs_them_and_a_day_has_passed(sampled):
    old, new = sampled(days=40, key="shared"), sampled(days=2, key="shared")
    later = timezone.now() - PROMPTS_STAY - timedelta(hours=1)
    file = old.sample_set.prompts.file
    samples_prune(rule=Rule(days=30))
    SampleSet.objects.filter(cell=old).update(removed_at=later)
    assert prompts_prune().count == 0  # the newer cell needs them
    samples_prune(rule=Rule(days=1))
    assert prompts_prune().count == 0  # too fresh: a worker may be about to need them
    SampleSet.objects.filter(cell=new).update(removed_at=later)
    assert prompts_prune(dry_run=True).count == 1
    assert default_storage.exists(file)
    assert prompts_prune().bytes == MIB
    assert not default_storage.exists(file)
    assert PromptSet.objects.get().removed_at is not None
    assert prompts_prune().count == 0
