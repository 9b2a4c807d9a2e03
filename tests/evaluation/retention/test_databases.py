"""The retention rule and what nodes lack on both databases: dates, sums and unions are each one's own."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from evaluation.actions.prune_logs import logs_prune
from evaluation.actions.prune_samples import PROMPTS_STAY, prompts_prune, samples_prune
from evaluation.core.retention import Rule
from evaluation.files import log_file, prompts_file, samples_file
from evaluation.holdings import Holdings
from evaluation.models import Lack, Node, PromptSet, Run, SampleSet, Score
from modelcards.models import Checkpoint
from tests.factories import make_cell, make_device, make_run, make_score, make_task


def stored(days: int) -> Run:
    """A run that ended so many days ago, with one cell, its samples and its log."""
    ended = timezone.now() - timedelta(days=days)
    run = make_run(state="done", ended_at=ended, log_tail="the last line")
    cell = make_cell(run.checkpoint, make_task(), "done", run=run, ended_at=ended)
    make_score(cell)
    key = f"key{run.pk}"
    names = [prompts_file(key), samples_file(run.pk, 1, cell.pk), log_file(run.pk, 1)]
    prompts, outcomes, _log = [default_storage.save(name, ContentFile(b"x" * 1000)) for name in names]
    row = PromptSet.objects.create(key=key, task=cell.task, num_fewshot=0, file=prompts, sha256="a", rows=1)
    SampleSet.objects.create(cell=cell, prompts=row, file=outcomes, sha256="b", rows=1)
    return run


def test_old_samples_prompts_and_logs_go_and_scores_stay(connect):
    old, new = stored(40), stored(2)
    assert samples_prune(rule=Rule(days=30)).bytes == 1000
    assert logs_prune(rule=Rule(days=30)).count == 1
    assert prompts_prune().count == 0
    SampleSet.objects.filter(removed_at__isnull=False).update(removed_at=timezone.now() - 2 * PROMPTS_STAY)
    assert prompts_prune().count == 1
    assert samples_prune(rule=Rule(bytes=900)).count == 1
    assert Run.objects.get(pk=old.pk).log_removed_at is not None
    assert Run.objects.get(pk=new.pk).log_tail == "the last line"
    assert Score.objects.count() == 2
    assert not SampleSet.objects.kept().exists()


def test_what_a_node_lacks_and_what_is_gated_are_told_by_one_question(connect):
    task = make_task()
    device = make_device(tasks=[task])
    lacked, gated, free = (make_run(memory_need=1) for _ in range(3))
    for run in (lacked, gated, free):
        make_cell(run.checkpoint, task, run=run)
    Lack.objects.create(node=device.node, checkpoint=lacked.checkpoint, reason="It is not here.")
    Checkpoint.objects.filter(pk=gated.checkpoint_id).update(gated=True)
    assert set(Run.objects.filter(Holdings().all_on(device.node_id))) == {free}
    assert set(Run.objects.exclude(Holdings().fit([device]))) == {lacked, gated}
    Node.objects.update(hub_token=True)
    assert set(Run.objects.filter(Holdings().fit([device]))) == {gated, free}
