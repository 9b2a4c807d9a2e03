"""The queue and acts on many runs on both databases: what SQL one of them refuses, and who waits for whom."""

from functools import partial

import pytest

from evaluation.actions import run_claim, runs_cancel, runs_reprioritise, runs_retry
from evaluation.models import Cell, Device, Run
from evaluation.queue.choices import choices
from evaluation.queue.filters import STATES, QueueFilter
from evaluation.queue.listing import listing
from evaluation.queue.rows import queue_rows
from evaluation.shares import evaluation_summary
from tests.factories import (
    make_card,
    make_cell,
    make_checkpoint,
    make_device,
    make_evaluation,
    make_run,
    make_task,
    make_user,
)
from tests.races import at_once, errors

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_redis(monkeypatch):
    for module in ("retry", "reprioritise"):
        monkeypatch.setattr(f"evaluation.actions.{module}.wake", lambda count=1, runs=(): True)


def fill(person, number=6):
    """Runs of one cell each, wanted by an evaluation of their person."""
    task, checkpoint = make_task("arc"), make_checkpoint(make_card("Oak"))
    runs = [make_run(checkpoint, requested_by=person) for _ in range(number)]
    cells = [
        make_cell(checkpoint, task, run=run, num_fewshot=shots, documents_total=300) for shots, run in enumerate(runs)
    ]
    return runs, make_evaluation(cells, person), task


def test_every_filter_and_every_act_is_understood(connect):
    with connect():
        ada = make_user("ada")
        runs, evaluation, task = fill(ada)
        node = make_device(tasks=[task], speed={"multiple_choice": 10.0}).node.name
        full = {"model": "oak", "task": "arc", "person": "ada", "node": node}
        for asked in [{"state": state} for state in ("", *STATES)] + [{name: full[name]} for name in full] + [full]:
            chosen = QueueFilter(**asked)
            found = listing(ada, chosen)
            queue_rows(list(found.runs[:25]), found.positions)
            offered = choices(ada, chosen, found)
            assert found.count == len(list(found.runs))
            assert offered.nodes
        pks = [run.pk for run in runs]
        assert runs_reprioritise(user=ada, runs=pks, priority=-1).changed == 6
        assert runs_cancel(user=ada, runs=pks[:4]).changed == 4
        assert runs_retry(user=ada, runs=pks).changed == 4
        assert Run.objects.waiting().count() == 6
        summary = evaluation_summary(evaluation)
        assert (summary.total, summary.queued) == (6, 6)
        assert summary.seconds_left == pytest.approx(6 * 30)


def test_cancelling_many_while_workers_claim_loses_and_doubles_nothing(connect):
    with connect():
        ada = make_user("ada")
        runs, _evaluation, task = fill(ada, 40)
        devices = [make_device(tasks=[task]) for _ in range(2)]
    pks = [run.pk for run in runs]

    def claim(device):
        for _ in range(10):
            if run_claim(device=device):
                Device.objects.filter(pk=device.pk).update(run=None)  # as if it had ended: the next is claimed at once

    done = at_once(connect, [partial(runs_cancel, user=ada, runs=pks), *(partial(claim, each) for each in devices)])
    assert errors(done) == []
    with connect():
        assert set(Cell.objects.values_list("state", flat=True)) == {"cancelled"}
        for run in Run.objects.all():
            assert (run.state, run.cancel_requested) in {("cancelled", True), ("running", True)}
