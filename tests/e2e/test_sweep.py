"""A real sweep: six models, six tasks, two shot counts, queued in a browser on two workers, of which one is killed.

It ends like a sweep that nobody disturbed, which a second site runs on one worker from a shell.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.files.storage import FileSystemStorage
from playwright.sync_api import Page, expect

from evaluation.core.samples import read_outcomes
from evaluation.models import Cell, Device, Evaluation, Run, SampleSet, Score
from tests import browsers
from tests.factories import make_user
from tests.services import ROOT, RedisServer, Site, database, free_port, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MODELS = ("BART", "BERT", "GPT-2", "LLaMA", "RoBERTa", "T5")
TASKS = ("agreement", "arithmetic", "cloze", "facts", "ordering", "rules")
SHOTS = (0, 5)
LIMIT = 4
CELLS = len(MODELS) * len(TASKS) * len(SHOTS)
LEASE = 20
ENOUGH = 400.0
Values = dict[tuple[str, ...], Any]


@contextlib.contextmanager
def real_site(folder: Path, migrated: Path, blocker: Any) -> Iterator[Site]:
    """A site with the reference models, whose runners are real; this process reads its database."""
    folder.mkdir()
    url, redis = f"sqlite:///{shutil.copy(migrated, folder)}", RedisServer()
    site = Site(
        folder,
        url,
        redis,
        RUNNER_COMMAND=f"{sys.executable} -m evaluation.runner",
        RUN_LEASE_SECONDS=str(LEASE),
        RUN_SILENCE_SECONDS="120",
        RUN_LOAD_SECONDS="300",
        OMP_NUM_THREADS="1",  # The order of a sum must not hang on how many cores there are.
        HF_HUB_OFFLINE="1",
        HF_DATASETS_OFFLINE="1",
    )
    with database(url, blocker), contextlib.ExitStack() as stack:
        stack.callback(redis.kill)
        stack.callback(lambda: print(site.logs()))
        admin = make_user("admin", is_superuser=True, is_staff=True)
        admin.password = PBKDF2PasswordHasher().encode("password", "salt")  # The quick hash of tests is not the site's.
        admin.save()
        done(site.manage("load_catalog", "reference/facts"))
        yield site


@contextlib.contextmanager
def node(site: Site, name: str) -> Iterator[psutil.Process]:
    """``manage.py node`` with the shipped tasks; ended afterwards with all below it."""
    done(site.manage("sync_tasks", "--shipped-only", "--node", name))
    with process(site, name, "manage.py", "node", "--name", name, "--no-tasks") as started:
        wait_for(lambda: Device.objects.live().filter(node__name=name).exists(), f"{name} is up", 90)
        yield started


@contextlib.contextmanager
def process(site: Site, name: str, *arguments: str) -> Iterator[psutil.Process]:
    """A Python program of the site; its log lies in the site's directory."""
    with (site.directory / f"{name}.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **site.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield psutil.Process(started.pid)
    finally:
        started.terminate()
        started.wait(timeout=60)


@contextlib.contextmanager
def web(site: Site) -> Iterator[str]:
    """The site's pages; gives their address."""
    binding = f"127.0.0.1:{free_port()}"
    served = ("-m", "gunicorn", "hub.wsgi:application", "--bind", binding, "--threads", "8", "--no-control-socket")
    with process(site, "web", *served):
        yield f"http://{binding}"


def done(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_a_sweep_of_which_a_worker_is_killed_ends_like_one_that_nobody_disturbed(
    tmp_path, migrated, django_db_blocker, monkeypatch
):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with (
        real_site(tmp_path / "disturbed", migrated, django_db_blocker) as site,
        node(site, "one"),
        node(site, "two") as second,
    ):
        url = site.environment["DATABASE_URL"]
        # The browser's driver brings an event loop, and with it another set of connections.
        with web(site) as address, visit(address) as page, database(url, django_db_blocker):
            queue_in_the_browser(page, address)
            killed = kill_a_worker_in_mid_run(site, second)
            watch_it_to_the_end(page)
        evaluation = Evaluation.objects.get()
        assert evaluation.cells.count() == Cell.objects.count() == CELLS
        assert set(Cell.objects.values_list("state", "documents_done")) == {("done", LIMIT)}
        assert sorted(Run.objects.values_list("attempt", flat=True)) == [1, 1, 1, 1, 1, 2]
        assert Run.objects.get(attempt=2).pk == killed
        disturbed = found(site)
    with real_site(tmp_path / "calm", migrated, django_db_blocker) as site, node(site, "one"):
        printed = queue_from_a_shell(site)
        assert f"{CELLS} run, 0 reuse, 0 refused" in printed
        assert set(Run.objects.values_list("state", "attempt")) == {("done", 1)}
        calm = found(site)
    assert len(calm) > CELLS
    assert disturbed == calm


@contextlib.contextmanager
def visit(address: str) -> Iterator[Page]:
    """A signed-in browser; what it should never meet fails the test."""
    with browsers.chromium() as chromium:
        page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(30_000)
        trouble = browsers.watch(page, address)
        page.goto(f"{address}/accounts/login/")
        page.get_by_label("Username").fill("admin")
        page.get_by_label("Password", exact=True).fill("password")
        page.locator("main").get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("admin").first).to_be_visible()
        yield page
        assert trouble == []


def queue_in_the_browser(page: Page, address: str) -> None:
    """The form as a person fills it."""
    page.goto(f"{address}/evaluations/new/")
    for model in MODELS:
        choose(page, "#model-options", f"Sapling {model}")
    page.get_by_label("Search tasks").fill("sapling_")
    for task in TASKS:
        page.locator(f"#task-options input[value=sapling_{task}]").check()
    for shots in SHOTS:
        page.get_by_label(str(shots), exact=True).check()
    page.get_by_label("Limit").fill(str(LIMIT))
    queue = page.get_by_role("button", name=f"Queue {CELLS} cells")
    expect(queue).to_be_enabled(timeout=60_000)
    queue.click()
    expect(page).to_have_url(re.compile(r"/evaluations/\d+/$"))


def choose(page: Page, options: str, name: str) -> None:
    page.locator(f"{options} label", has=page.get_by_text(name, exact=True)).get_by_role("checkbox").check()


def kill_a_worker_in_mid_run(site: Site, started: psutil.Process) -> int:
    """kill -9 of the second node's worker while some cells of its run are done and others are not; gives the run."""

    def halfway() -> Run | None:
        for run in Run.objects.filter(state="running", owner__startswith="two/"):
            ended = run.cells.filter(state="done").count()
            if 2 <= ended <= run.cells.count() - 4 and run.cells.filter(state="running").exists():
                return run
        return None

    run: Run = wait_for(halfway, "the second node is in the middle of a run", ENOUGH)
    (worker,) = started.children()
    (runner,) = site.runners_of("two")
    os.kill(worker.pid, signal.SIGKILL)
    wait_for(lambda: not runner.is_running(), "the runner ends with its worker", 30)
    wait_for(lambda: "was killed by signal 9" in (site.directory / "two.log").read_text(), "its node notices", 30)
    return run.pk


def watch_it_to_the_end(page: Page) -> None:
    """The page follows; nobody reloads it."""
    expect(page.locator(".big b").first).to_have_text(f"{CELLS} of {CELLS}", timeout=ENOUGH * 1000)
    expect(page.locator(".cell.failed")).to_have_count(0)
    expect(page.locator(".cell.done")).to_have_count(CELLS)


def queue_from_a_shell(site: Site) -> str:
    """The same by ``manage.py evaluate``."""
    models = ",".join(f"sapling-{model.lower().replace('-', '')}" for model in MODELS)
    tasks = ",".join(f"sapling_{task}" for task in TASKS)
    asked = ("--models", models, "--tasks", tasks, "--num-fewshot", ",".join(map(str, SHOTS)))
    return done(site.manage("evaluate", *asked, "--limit", str(LIMIT), "--wait"))


def found(site: Site) -> Values:
    """Every score with its error and key, and every outcome of every document, under the names of what they are of."""
    storage = FileSystemStorage(site.directory / "files")
    values: Values = {}
    for score in Score.objects.filter(origin="measured").select_related("card", "cell"):
        key = (score.card.slug, score.task_name, str(score.num_fewshot), score.metric, score.filter)
        assert key not in values, f"twice: {key}"
        values[key] = (score.value, score.stderr, score.n, score.comparable_key)
    for stored in SampleSet.objects.select_related("cell__task", "cell__checkpoint__card"):
        cell = stored.cell
        with storage.open(stored.file) as file:
            values[cell.checkpoint.card.slug, cell.task.name, str(cell.num_fewshot)] = list(read_outcomes(file))
    return values
