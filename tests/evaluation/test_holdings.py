"""Conditions on runs by where the data of their tasks lies: told by columns of the run where every node has all."""

import pytest

from evaluation.holdings import Holdings, Lacking
from evaluation.models import Lack, Node, Run
from modelcards.models import Checkpoint
from tests.factories import make_cell, make_device, make_run, make_task

pytestmark = pytest.mark.django_db
GIB = 2**30


def run_of(*tasks, gib: int = 1, **cell):
    run = make_run(memory_need=gib * GIB)
    for task in tasks:
        make_cell(run.checkpoint, task, run=run, **cell)
    return run


def test_a_node_that_holds_all_data_asks_no_cell():
    task = make_task()
    device = make_device(tasks=[task])
    run = run_of(task)
    condition = Holdings().all_on(device.node_id)
    assert not condition
    assert list(Run.objects.filter(condition)) == [run]


def test_a_node_lacks_runs_of_which_one_task_that_is_left_is_elsewhere():
    here, elsewhere = make_task(), make_task()
    device = make_device(tasks=[here])
    mine = run_of(here)
    run_of(here, elsewhere)
    over = run_of(here)
    make_cell(over.checkpoint, elsewhere, run=over, state="done")
    holdings = Holdings()
    assert holdings.lacking(device.node_id) == Lacking(frozenset({elsewhere.pk}))
    assert set(Run.objects.filter(holdings.all_on(device.node_id))) == {mine, over}


def test_a_run_fits_where_one_device_has_both_memory_and_data():
    here, elsewhere = make_task(), make_task()
    large, small = make_device(tasks=[here], memory=80 * GIB), make_device(tasks=[here, elsewhere], memory=8 * GIB)
    fitting = [run_of(here, gib=40), run_of(elsewhere, gib=4)]
    run_of(elsewhere, gib=40)
    holdings = Holdings()
    assert set(Run.objects.filter(holdings.fit([large, small]))) == set(fitting)
    assert set(Run.objects.filter(holdings.fit([]))) == set()
    assert set(Run.objects.exclude(holdings.fit([]))) == set(Run.objects.all())


def test_only_a_device_whose_node_holds_all_surely_fits():
    task = make_task()
    with_data, without = make_device(tasks=[task], memory=8 * GIB), make_device(memory=80 * GIB)
    run_of(task)
    holdings = Holdings()
    assert holdings.surely_fit(8 * GIB, [with_data, without])
    assert not holdings.surely_fit(9 * GIB, [with_data, without])
    assert not holdings.surely_fit(1, [])


def test_weights_that_a_node_cannot_have_are_left_to_others_and_gated_ones_to_nodes_with_a_token():
    task = make_task()
    one, two = make_device(tasks=[task]), make_device(tasks=[task])
    run, other, gated = run_of(task), run_of(task), run_of(task)
    Lack.objects.create(node=one.node, checkpoint=run.checkpoint, reason="It is not here.")
    Checkpoint.objects.filter(pk=gated.checkpoint_id).update(gated=True)
    assert set(Run.objects.filter(Holdings().all_on(one.node_id))) == {other}
    assert set(Run.objects.filter(Holdings().fit([one]))) == {other}
    assert set(Run.objects.filter(Holdings().all_on(two.node_id))) == {run, other}
    Node.objects.filter(pk=two.node_id).update(hub_token=True)
    assert set(Run.objects.filter(Holdings().fit([one, two]))) == {run, other, gated}
    assert not Holdings().surely_fit(1, [one])
    assert Holdings().surely_fit(1, [two])
