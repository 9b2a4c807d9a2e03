"""Which device gets which run: size, kind, data, labels, the checkpoint that is there, patience."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.utils import timezone

from evaluation.actions import run_claim, run_waits_for
from evaluation.models import Device, Node, Run
from tests.factories import make_cell, make_checkpoint, make_device, make_endpoint, make_run, make_task, make_user

pytestmark = pytest.mark.django_db
GIB = 2**30


@pytest.fixture(autouse=True)
def no_wake_up(monkeypatch):
    monkeypatch.setattr(import_module("evaluation.actions.gather"), "wake_devices", lambda names: True)


@pytest.fixture
def task():
    return make_task("agreement")


@pytest.fixture
def card(task):
    """Make a GPU (or ``kind``) of so many GiB on a node of its own, which holds the data."""

    def make(gib: float, kind: str = "cuda:0", **fields) -> Device:
        node = fields.pop("node", None) or Node.objects.create(name=f"n{Node.objects.count()}", seen_at=timezone.now())
        node.tasks.add(task)
        return make_device(node, kind, memory=int(gib * GIB), **fields)

    return make


@pytest.fixture
def queue(task):
    """Queue a run of so many GiB, ``waited`` seconds ago."""

    def make(gib: float = 1, waited: float = 0, **fields) -> Run:
        run = make_run(memory_need=int(gib * GIB), **fields)
        make_cell(run.checkpoint, task, run=run, num_fewshot=run.pk)
        Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(seconds=waited))
        return run

    return make


def taken(device, **how) -> int | None:
    lease = run_claim(device=device, **how)
    return lease.run if lease else None


def test_a_run_is_left_to_the_smallest_device_that_fits(card, queue):
    small, large = card(24), card(80)
    run = queue(10)
    assert taken(large) is None
    assert not run_waits_for(large)
    assert taken(small) == run.pk


def test_a_larger_device_takes_it_after_a_while_when_it_has_nothing_of_its_own(card, queue):
    card(24)
    large = card(80)
    waited = queue(10, waited=11)
    own = queue(40)
    assert taken(large) == own.pk
    assert run_waits_for(large)
    assert taken(large) == waited.pk


def test_cards_of_one_size_do_not_wait_for_each_other(card, queue):
    card(23.4)
    other = card(23.7)
    run = queue(10)
    assert taken(other) == run.pk


def test_a_smaller_device_that_is_silent_draining_or_without_the_data_is_not_waited_for(card, queue):
    card(24, seen_at=timezone.now() - timedelta(hours=1))
    card(24, draining=True)
    card(24).node.tasks.clear()
    large, run = card(80), queue(10)
    assert taken(large) == run.pk


def test_a_processor_takes_nothing_that_an_accelerator_which_is_up_could_do(card, queue):
    gpu, processor = card(24), card(64, kind="cpu")
    small, large = queue(10, waited=1000), queue(40)
    assert taken(processor) == large.pk
    assert taken(processor) is None
    Device.objects.filter(pk=gpu.pk).update(draining=True)
    assert taken(processor) == small.pk


def test_what_needs_no_memory_is_left_to_nobody(card, queue):
    card(24)
    processor, run = card(8, kind="cpu"), queue(0)
    assert taken(processor) == run.pk


def test_a_processor_asks_served_models_and_an_accelerator_only_when_none_has_for_a_while(card, queue):
    """Else the weights that the accelerator holds would make room for a model that computes elsewhere."""
    gpu, processor = card(24), card(64, kind="cpu")
    fresh, waited = (queue(0, waited=age, checkpoint=make_endpoint(name=f"s{age}").checkpoint) for age in (0, 11))
    own = queue(10)
    assert taken(gpu) == own.pk
    assert taken(gpu) == waited.pk
    assert (taken(gpu), run_waits_for(gpu)) == (None, False)
    assert run_waits_for(processor)
    assert taken(processor) == fresh.pk


def test_without_a_processor_that_could_an_accelerator_asks_served_models_at_once(card, queue):
    gpu, processor = card(24), card(64, kind="cpu")
    run = queue(0, checkpoint=make_endpoint().checkpoint)
    processor.node.tasks.clear()
    assert taken(gpu) == run.pk


def test_weights_of_unknown_size_are_no_served_model(card, queue):
    gpu, _processor = card(24), card(64, kind="cpu")
    run = queue(0, checkpoint=make_checkpoint(path="", repo_id="oak/acorn"))
    assert taken(gpu) == run.pk


def test_a_run_of_higher_priority_goes_before_what_suits_the_device_better(card, queue):
    card(24)
    large = card(80)
    queue(40)
    urgent = queue(10, waited=11, priority=5)
    assert taken(large) == urgent.pk


def test_labels_must_be_met_by_the_node(card, queue):
    plain, labelled = card(24), card(24)
    Node.objects.filter(pk=labelled.node_id).update(labels=["a100", "eu"], versions={"vllm": "0.9", "torch": "2"})
    run = queue(10, requires="a100 vllm")
    assert taken(plain) is None
    assert taken(labelled) == run.pk


def test_runs_of_one_checkpoint_go_one_after_another_to_the_device_that_holds_it(card, queue):
    one, two = card(24), card(24)
    oak, elm = make_checkpoint(), make_checkpoint()
    oaks = [queue(10, checkpoint=oak).pk for _ in range(3)]
    elms = [queue(10, checkpoint=elm).pk for _ in range(3)]
    assert taken(one) == oaks[0]
    assert Device.objects.get(pk=one.pk).holds == oak
    assert taken(two) == elms[0], "the other device begins with a checkpoint that nobody holds"
    assert [taken(one, loaded=oak.pk), taken(two, loaded=elm.pk)] == [oaks[1], elms[1]]
    assert [taken(one, loaded=oak.pk), taken(one, loaded=oak.pk)] == [oaks[2], elms[2]], "an idle one helps"


def test_runs_that_come_first_in_line_but_cannot_be_taken_hide_no_run_behind_them(card, queue):
    device = card(24)
    elsewhere = make_task("elsewhere")
    for _ in range(30):
        make_cell(task=elsewhere, run=(run := make_run(memory_need=GIB)), checkpoint=run.checkpoint)
    last = queue(10)
    assert taken(device) == last.pk


def test_a_run_that_others_took_meanwhile_is_followed_by_the_next_look(card, queue, monkeypatch):
    device = card(24)
    runs = [queue(1) for _ in range(12)]
    module = import_module("evaluation.actions.run_claim")
    real, looks = module.Candidates, []

    def others_are_quicker(*positional, **named):
        looks.append(1)
        found = list(real(*positional, **named))
        if len(looks) == 1:
            Run.objects.filter(pk__in=[run.pk for run in found]).update(state="cancelled")
        return found

    monkeypatch.setattr(module, "Candidates", others_are_quicker)
    assert taken(device) == runs[8].pk
    assert len(looks) == 2


def test_it_starts_by_itself_once_a_node_that_can_take_it_appears(card, queue):
    small = card(8)
    run = queue(40)
    assert not run_waits_for(small)
    large = card(80)
    assert run_waits_for(large)
    assert taken(large) == run.pk


def test_the_time_of_a_run_is_on_its_persons_account_and_decides_whose_turn_it_is(card, queue):
    from evaluation.actions import cells_fail, run_end
    from evaluation.fairness import loads

    device, person = card(24), make_user()
    run = queue(1, requested_by=person)
    lease = run_claim(device=device)
    assert lease is not None
    assert loads() == {person.pk: 1.0}
    Run.objects.filter(pk=run.pk).update(claimed_at=timezone.now() - timedelta(minutes=30))
    cells_fail(lease=lease, cells=[run.cells.get().pk], reason="over")
    run_end(lease=lease)
    assert loads() == {person.pk: pytest.approx(0.5, abs=0.01)}
    assert Device.objects.get(pk=device.pk).run is None


def test_runs_of_one_kind_of_which_only_some_can_be_done_by_a_smaller_device_are_told_apart(card, queue):
    """The smaller device lacks the data of one task: its runs are left to it except for those of that task."""
    small, large = card(24), card(80)
    elsewhere = make_task("elsewhere")
    large.node.tasks.add(elsewhere)
    left = queue(10)
    mine = make_run(memory_need=10 * GIB)
    make_cell(mine.checkpoint, elsewhere, run=mine)
    assert taken(large) == mine.pk
    assert taken(large) is None
    assert taken(small) == left.pk


@pytest.mark.parametrize("waiting", [10, 100])
def test_a_claim_asks_the_same_questions_however_long_the_queue_is(card, queue, waiting, django_assert_max_num_queries):
    device = card(24)
    people = [make_user() for _ in range(3)]
    for number in range(waiting):
        queue(1, requested_by=people[number % 3])
    with django_assert_max_num_queries(15):
        assert taken(device)
