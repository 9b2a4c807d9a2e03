"""Every page of evaluation under axe-core, at a desk's and a phone's width, light and dark."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page

from evaluation.models import Cell, Evaluation, Node, Run
from evaluation.urls import urlpatterns
from tests import browsers
from tests.evaluation.claims.rows import make_claim, make_values
from tests.evaluation.outcomes.files import make_prompt
from tests.evaluation.results.files import new_results, old_results, zipped
from tests.evaluation.results.stored import make_measured
from tests.evaluation.sidebyside.rows import make_side, wrote
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_delivery,
    make_device,
    make_endpoint,
    make_evaluation,
    make_published,
    make_run,
    make_score,
    make_task,
    make_user,
    make_webhook,
)
from tests.shown import Row, Shown, at, each, submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASKED = "models=oak,elm&tasks=acorns,essay&num_fewshot=0&num_fewshot=5&limit=20"
REASON = "CUDA ran out of memory at a batch of 1; no device that is up is larger.\nTraceback: none is kept."


def run_in(state: str) -> Row:
    """The number of a run in this state."""
    return lambda: Run.objects.filter(state=state).latest("pk").pk


def noted(note: str) -> Row:
    """The number of the evaluation with this note."""
    return lambda: Evaluation.objects.get(note=note).pk


def measured() -> int:
    """The number of the cell that has samples."""
    return Cell.objects.exclude(task__name="leaves").get(sample_set__isnull=False).pk


def without_samples() -> int:
    """The number of a cell that has none yet."""
    return Cell.objects.filter(state="running").latest("pk").pk


def wrong_limit(page: Page) -> None:
    page.get_by_label("Limit").fill("few")
    page.wait_for_selector("#err-limit")


def all_settings(page: Page) -> None:
    page.click("#more > summary")


def wrong_address(page: Page) -> None:
    page.locator("form.form input[name=address]").fill("http://169.254.169.254/v1")
    page.evaluate("document.querySelector('main form.form').noValidate = true")
    submit(page, "form.form button[type=submit]")


def upload(page: Page) -> None:
    """Two files that would come in, one that is cut off."""
    files = {"old.json": old_results(), "new.json": new_results(), "cut.json": json.dumps(old_results())[:300]}
    page.set_input_files("#files", {"name": "a.zip", "mimeType": "application/zip", "buffer": zipped(files)})
    submit(page, "main form [type=submit]")
    page.wait_for_selector("nav.outcomes")


def import_it(page: Page) -> None:
    upload(page)
    submit(page, "form[action$='/start/'] button")
    page.wait_for_selector("nav.outcomes")


def upload_nonsense(page: Page) -> None:
    page.set_input_files("#files", {"name": "a.exe", "mimeType": "application/zip", "buffer": b"x"})
    submit(page, "main form [type=submit]")


def names(page: Page) -> None:
    import_it(page)
    page.get_by_role("link", name="Names of models").click()
    browsers.settled(page)


def wrong_name(page: Page) -> None:
    names(page)
    page.locator(".names input[name=target]").first.fill("no-such-card")
    submit(page, ".names .fix button")


def wrong_rule(page: Page) -> None:
    page.fill("#pattern", "a*b*")
    page.fill("#target", "oak")
    submit(page, "form.rule button")


def refused_webhook(page: Page) -> None:
    page.get_by_label("What it is for").fill("CI")
    page.get_by_label("Address", exact=True).fill("https://10.0.0.1/hook")
    submit(page, "text=Add webhook")


def new_secret(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    submit(page, "button[aria-label='New secret for CI']")
    page.wait_for_selector("#secret")


def board_tasks(page: Page) -> None:
    page.click(".pickmenu summary")


def open_export(page: Page) -> None:
    page.click(".export summary")


def preview_claim(page: Page) -> None:
    page.fill("[name=sentence]", "Oak is better than Elm.")
    page.fill("[name=first]", "oak")
    page.fill("[name=others]", "elm")
    submit(page, "[name=preview]")


PAGES = [
    Shown("evaluations", at("evaluation:evaluations")),
    Shown("evaluations, mine that failed", at("evaluation:evaluations", query="state=failed&mine=1")),
    Shown("evaluations, nobody signed in", at("evaluation:evaluations"), signed_in=False),
    Shown("new", at("evaluation:new")),
    Shown("new, with its plan", at("evaluation:new", query=ASKED)),
    Shown("new, nobody signed in", at("evaluation:new", query=ASKED), signed_in=False),
    Shown("new, a wrong limit", at("evaluation:new", query=ASKED), wrong_limit),
    Shown("new, all settings", at("evaluation:new", query=ASKED), all_settings),
    Shown("new, none found", at("evaluation:new", query="model_search=nothing-like-it&task_search=nothing-like-it")),
    Shown("evaluation under way", at("evaluation:evaluation", noted("under way"))),
    Shown("evaluation that is over", at("evaluation:evaluation", noted("over"))),
    Shown("evaluation without cells", at("evaluation:evaluation", noted("refused whole"))),
    Shown("queue", at("evaluation:queue"), afresh=True),
    Shown("queue, failed", at("evaluation:queue", query="state=failed"), afresh=True),
    Shown("queue, none like it", at("evaluation:queue", query="model=nothing"), afresh=True),
    Shown("queue, nobody signed in", at("evaluation:queue"), signed_in=False, afresh=True),
    *(Shown(f"run {state}", at("evaluation:run", run_in(state))) for state in ("queued", "running", "done", "failed")),
    Shown("samples", at("evaluation:samples", measured)),
    Shown("samples, right ones", at("evaluation:samples", measured, query="verdict=right&search=red")),
    Shown("samples, none yet", at("evaluation:samples", without_samples)),
    Shown("tasks", at("evaluation:tasks")),
    Shown("tasks, none found", at("evaluation:tasks", query="search=nothing-like-it")),
    Shown("task", at("evaluation:task", "acorns")),
    Shown("task without data", at("evaluation:task", "far")),
    Shown("group", at("evaluation:task", "trees")),
    Shown("nodes", at("evaluation:nodes")),
    Shown("nodes, nobody signed in", at("evaluation:nodes"), signed_in=False),
    Shown("served", at("evaluation:endpoints")),
    Shown("served, a wrong address", at("evaluation:endpoints"), wrong_address),
    Shown("import of results", at("evaluation:results-upload")),
    Shown("import of results, refused", at("evaluation:results-upload"), upload_nonsense),
    Shown("import of results, checked", at("evaluation:results-upload"), upload),
    Shown("import of results, done", at("evaluation:results-upload"), import_it),
    Shown("names, none yet", at("evaluation:names")),
    Shown("names", at("evaluation:results-upload"), names),
    Shown("names, a wrong one", at("evaluation:results-upload"), wrong_name),
    Shown("names, a wrong rule", at("evaluation:names"), wrong_rule),
    Shown("notifications", at("evaluation:notices")),
    Shown("notifications, a refused address", at("evaluation:notices"), refused_webhook),
    Shown("notifications, a new secret", at("evaluation:notices"), new_secret),
    Shown(
        "leaderboard", at("evaluation:leaderboard", query="shots=1&pin=oak&columns=stage,parameters,average,win_rate")
    ),
    Shown("leaderboard of published values", at("evaluation:leaderboard", query="origin=published"), board_tasks),
    Shown("leaderboard, nothing like it", at("evaluation:leaderboard", query="search=zzz&shots=x"), widths=(390,)),
    Shown("compare", at("evaluation:compare", query="models=oak,elm")),
    Shown("compare, one of them unknown", at("evaluation:compare", query="models=oak,nobody")),
    Shown("plots", at("evaluation:plots", query="origin=all")),
    Shown("samples side by side", at("evaluation:compare-samples", query="models=oak,elm&task=leaves&shots=0")),
    Shown("samples, written ones", at("evaluation:compare-samples", query="models=oak,elm&task=leaves&shots=1")),
    Shown("samples side by side, no task", at("evaluation:compare-samples", query="models=oak,elm")),
    Shown("claims", at("evaluation:claims"), open_export),
    Shown("claim", at("evaluation:claim", "oak-beats-elm")),
    Shown("claim along sizes", at("evaluation:claim", "larger-is-better-within-a-family"), widths=(390,)),
    Shown("claim, new", at("evaluation:claim-new"), preview_claim),
    Shown("claim, change", at("evaluation:claim-change", "oak-beats-elm"), widths=(390,)),
    Shown("scores on a card", at("modelcards:card", "oak")),
]


@pytest.fixture
def administrator() -> User:
    return make_user("administrator", is_superuser=True, is_staff=True)


@pytest.fixture
def site(administrator, runnable) -> None:
    """Models, tasks and devices; runs, cells and evaluations in every state."""
    oak, elm = runnable("oak", parameters=7 * 10**6), runnable("elm", family="encoder-only")
    make_card("Far Away")
    acorns, essay = make_task("acorns", documents=300), make_task("essay", output_type="generate_until")
    make_task("far", data_reason="The data set trees is not on this machine.", shipped=False)
    make_task("trees", kind="group", members=["acorns", "essay"], description="Trees of all kinds")
    make_benchmark("acorns", name="Acorns", languages=["en"])
    make_published(oak.card, make_benchmark("bark"))
    for number, value in ((1, 0.1), (2, 0.2), (4, 0.3)):
        make_values(make_card(f"Pine {number}B", parameters=number * 10**9), [value] * 5)
    make_values(oak.card, [0.6] * 5)
    make_values(elm.card, [0.5] * 5)
    make_claim(author=administrator)
    devices(acorns, oak)
    under_way(administrator, oak, elm, acorns, essay)
    over(administrator, oak, elm, acorns, essay)
    make_measured(checkpoint=oak)
    leaves = make_task("leaves")
    for one, right in ((oak, [1, 0, 1]), (elm, [1, 1, 0])):
        make_side(one.card, leaves, right)
        make_side(one.card, leaves, outcomes=wrote(right), prompts=[make_prompt(n) for n in range(3)], num_fewshot=1)
    notifications(administrator)
    make_endpoint(make_card("Ash"), "oven", registered_by=administrator)
    make_endpoint(make_card("Yew"), "cold", problem="Did not answer within 10 s.", registered_by=administrator)


def devices(task: Any, loaded: Any) -> None:
    """One that works, one that drains, one that is down."""
    now = timezone.now()
    one = Node.objects.create(name="node-a", seen_at=now, labels=["a100"], versions={"torch": "2.13.0"})
    make_device(one, "cuda:0", tasks=[task], loaded=str(loaded), speed={"multiple_choice": 40.0}, description="A100")
    make_device(one, "cuda:1", draining=True)
    make_device(Node.objects.create(name="node-b", seen_at=now - timedelta(days=2)), seen_at=now - timedelta(days=2))


def under_way(person: User, oak: Any, elm: Any, acorns: Any, essay: Any) -> None:
    running = make_run(
        oak, "running", owner="node-a/cuda:0", requested_by=person, log_tail="12:00:00 batch 1 of 9\n" * 40
    )
    waiting = make_run(elm, requested_by=person, memory_need=2**40)
    Run.objects.filter(pk=running.pk).update(progress={"phase": "scoring", "seconds_left": 90})
    cells = [
        make_cell(oak, acorns, "done", run=running, documents_done=300, documents_total=300),
        make_cell(oak, acorns, "running", run=running, num_fewshot=5, documents_done=40, documents_total=300),
        make_cell(oak, essay, "failed", run=running, reason=REASON),
        make_cell(elm, acorns, "queued", run=waiting),
        make_cell(elm, acorns, "cancelled", num_fewshot=5),
    ]
    make_score(cells[0])
    make_evaluation(cells, person, note="under way")


def over(person: User, oak: Any, elm: Any, acorns: Any, essay: Any) -> None:
    ended, failed = make_run(oak, "done", requested_by=person), make_run(elm, "failed", reason=REASON, log_tail=REASON)
    cells = [
        make_cell(oak, acorns, "done", run=ended, num_fewshot=1, documents_done=300, documents_total=300),
        make_cell(elm, acorns, "done", run=ended, num_fewshot=1, documents_done=300, documents_total=300),
        make_cell(elm, essay, "failed", run=failed, num_fewshot=1, reason=REASON),
    ]
    for cell in cells[:2]:
        make_score(cell)
    make_evaluation(cells, person, note="over")
    refused = [{"model": "elm", "task": "essay", "num_fewshot": 0, "reason": "It does not write text."}]
    Evaluation.objects.create(
        requested_by=person,
        note="refused whole",
        request={"models": ["elm"], "tasks": ["essay"], "num_fewshot": [0], "refused": refused},
    )


def notifications(person: User) -> None:
    hook = make_webhook(person, address="https://ci.example.org/hooks/with/a-rather-long-path-of-many-letters-in-it")
    later = timezone.now() + timedelta(hours=1)
    make_webhook(person, name="The chat", paused_at=later, problem="5 messages in a row did not arrive.")
    make_delivery(person, hook, state="sent", status=204, tries=1, evaluation=Evaluation.objects.first())
    make_delivery(person, hook, due_at=later, status=500, tries=2, problem="It answered 500.")
    make_delivery(person, hook, state="failed", status=302, problem="It answered 302.")
    make_delivery(person, hook, state="dropped", problem="The webhook is paused.")
    make_delivery(person, due_at=later)


@pytest.mark.parametrize("shown", each(PAGES))
def test_the_page_has_no_serious_violation(shown, site, administrator, onlooker):
    onlooker.check(shown, administrator)


@pytest.mark.parametrize("name", ["evaluations", "queue", "nodes", "tasks", "endpoints", "names", "new", "notices"])
def test_an_empty_site_has_none_either(name, administrator, onlooker):
    onlooker.check(Shown(f"{name}, empty", at(f"evaluation:{name}"), afresh=name == "queue"), administrator)


# These answer no page: downloads, and what forms send.
NO_PAGES = {
    "card-scores",
    "claim-remove",
    "evaluation-cancel",
    "evaluation-retry",
    "evaluation-results",
    "device-drain",
    "device-resume",
    "node-drain",
    "node-resume",
    "queue-act",
    "run-cancel",
    "run-log",
    "run-retry",
    "run-results",
    "samples-download",
    "endpoint-probe",
    "endpoint-remove",
    "mail-choose",
    "mail-try",
    "name-rule",
    "name-rule-forget",
    "name-correct",
    "names-match",
    "results-step",
    "results-start",
    "results-forget",
    "results-report",
    "webhook-try",
    "webhook-pause",
    "webhook-resume",
    "webhook-renew",
    "webhook-remove",
}
# Shown under another address, as a form's answer leads there.
REACHED = {"results-page"}


def test_every_page_of_evaluation_is_among_them():
    named = {f"evaluation:{pattern.name}" for pattern in urlpatterns if pattern.name not in NO_PAGES | REACHED}
    assert named <= {one.address.name for one in PAGES}
