"""Fairness between people, played through with real claims: who gets devices, and when."""

from collections import defaultdict
from datetime import timedelta
from importlib import import_module

import pytest
from django.utils import timezone

from evaluation.actions import Lease, cells_fail, run_claim, run_end
from evaluation.models import Cell, Device, DeviceUse, Run
from tests.factories import make_checkpoint, make_device, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_wake_up(monkeypatch):
    monkeypatch.setattr(import_module("evaluation.actions.gather"), "wake_devices", lambda names: True)


class Play:
    """A few devices, and a clock that is moved on by hand: the run that ends next ends, its device claims again."""

    def __init__(self, devices: int) -> None:
        self.task = make_task("agreement")
        self.devices = [make_device() for _ in range(devices)]
        for device in self.devices:
            device.node.tasks.add(self.task)
        self.checkpoint = make_checkpoint()
        self.now = 0.0
        self.busy: dict[int, tuple[float, float, Lease]] = {}
        self.began: list[tuple[float, str]] = []
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.length: dict[str, float] = {}

    def ask(self, person, runs: int, minutes: float) -> None:
        """Queue ``runs`` runs that take so many minutes each."""
        self.length[person.username] = minutes * 60
        made = Run.objects.bulk_create(Run(checkpoint=self.checkpoint, requested_by=person) for _ in range(runs))
        Cell.objects.bulk_create(
            Cell(checkpoint=self.checkpoint, task=self.task, num_fewshot=run.pk, settings={}, settings_key="k", run=run)
            for run in made
        )

    def claim(self) -> None:
        for device in self.devices:
            if device.pk in self.busy:
                continue
            lease = run_claim(device=device)
            if lease is None:
                continue
            name = Run.objects.get(pk=lease.run).requested_by.username
            self.began.append((self.now, name))
            self.busy[device.pk] = (self.now + self.length[name], self.now, lease)

    def step(self) -> None:
        """The next run ends."""
        self.claim()
        device = min(self.busy, key=lambda pk: self.busy[pk][0])
        self.now, since, lease = self.busy.pop(device)
        self.seconds[Run.objects.get(pk=lease.run).requested_by.username] += self.now - since
        Run.objects.filter(pk=lease.run).update(claimed_at=timezone.now() - timedelta(seconds=self.now - since))
        cells_fail(lease=lease, cells=[Cell.objects.get(run=lease.run).pk], reason="over")
        run_end(lease=lease)
        self.claim()

    def until(self, seconds: float) -> None:
        while self.now < seconds:
            self.step()


def test_one_run_does_not_wait_behind_a_thousand_of_another_person():
    play = Play(4)
    play.ask(make_user("greedy"), 1000, minutes=5)
    play.until(600)
    play.ask(make_user("modest"), 1, minutes=5)
    asked = play.now
    play.step()
    play.step()
    assert next(at for at, name in play.began if name == "modest") <= asked + 300
    assert len([name for _at, name in play.began[:9] if name == "greedy"]) >= 8, "until then all devices worked"


def test_people_get_the_same_device_time_however_long_their_runs_are():
    play = Play(3)
    for name, minutes in (("long", 12), ("middle", 4), ("short", 2)):
        play.ask(make_user(name), 300, minutes=minutes)
    play.until(2 * 3600)
    whole = sum(play.seconds.values())
    for name in ("long", "middle", "short"):
        assert play.seconds[name] / whole == pytest.approx(1 / 3, abs=0.08), play.seconds


def test_who_used_all_devices_lately_waits_for_who_used_none():
    play = Play(2)
    greedy, modest = make_user("greedy"), make_user("modest")
    play.ask(greedy, 40, minutes=10)
    play.until(3000)
    play.ask(modest, 6, minutes=10)
    ended = len(play.began)
    for _ in range(6):
        play.step()
    later = [name for _at, name in play.began[ended:]]
    assert later.count("modest") >= 4, later


def test_device_time_of_long_ago_counts_no_more(settings):
    play = Play(1)
    greedy, modest = make_user("greedy"), make_user("modest")
    DeviceUse.objects.create(person=greedy, slot=timezone.now() - timedelta(minutes=61), seconds=36_000)
    DeviceUse.objects.create(person=modest, slot=timezone.now(), seconds=1)
    play.ask(modest, 1, minutes=1)
    play.ask(greedy, 1, minutes=1)
    play.claim()
    assert play.began == [(0.0, "greedy")]


def test_old_accounts_are_removed():
    play = Play(1)
    person = make_user("person")
    DeviceUse.objects.create(person=person, slot=timezone.now() - timedelta(days=2), seconds=5)
    play.ask(person, 1, minutes=1)
    play.step()
    assert DeviceUse.objects.get().seconds == pytest.approx(60, abs=5)


def test_a_run_without_a_person_is_accounted_and_takes_its_turn():
    play = Play(1)
    play.length[""] = 60
    run = Run.objects.create(checkpoint=play.checkpoint)
    Cell.objects.create(
        checkpoint=play.checkpoint, task=play.task, num_fewshot=0, settings={}, settings_key="k", run=run
    )
    lease = run_claim(device=play.devices[0])
    assert lease is not None
    for _ in range(2):
        Run.objects.filter(pk=run.pk).update(claimed_at=timezone.now() - timedelta(seconds=30))
    cells_fail(lease=lease, cells=[run.cells.get().pk], reason="over")
    run_end(lease=lease)
    assert DeviceUse.objects.get(person=None).seconds == pytest.approx(30, abs=5)
    assert not Device.objects.filter(run__isnull=False).exists()
