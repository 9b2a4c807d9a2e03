"""A real browser on the nodes and on a run: what changes appears without a reload, also in the figure."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from evaluation.models import Attempt, Device, Node, Run
from tests import browsers
from tests.accessibility import assert_accessible
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_run, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAWN = "() => document.querySelector('#timeline-box .main-svg')"
BARS = "document.querySelector('#timeline-box').data.reduce((n, t) => n + (t.type === 'bar' ? t.x.length : 0), 0)"
FIRST_BAR = """() => {
  const box = document.querySelector('#timeline-box'), bar = box.data.find((trace) => trace.type === 'bar');
  const {xaxis, yaxis} = box._fullLayout, frame = box.getBoundingClientRect();
  const middle = bar.base[0] + bar.x[0] / 2;
  return [frame.left + xaxis._offset + xaxis.d2p(middle), frame.top + yaxis._offset + yaxis.d2p(bar.y[0])];
}"""


@pytest.fixture
def page(live_server, chromium) -> Iterator[Page]:
    """An administrator's browser; the test fails on a console error or a request that leaves the site."""
    client = Client()
    client.force_login(make_user("ada", is_staff=True, is_superuser=True))
    with browsers.windows(chromium) as browser:
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        opened = context.new_page()
        trouble = browsers.watch(opened, live_server.url)
        yield opened
    assert trouble == []


def attempt(run: Run, minutes: float, outcome: str = "done", **fields) -> Attempt:
    now = timezone.now()
    ended = now - timedelta(minutes=minutes - 20) if outcome else None
    values = {"number": 1, "devices": ["gpu-1/cuda:0"], "began_at": now - timedelta(minutes=minutes)}
    return Attempt.objects.create(run=run, ended_at=ended, outcome=outcome, **{**values, **fields})


@pytest.fixture
def device(page) -> Device:
    """A GPU that is up for the length of any test, and did something an hour ago."""
    later = timezone.now() + timedelta(hours=1)
    node = Node.objects.create(name="gpu-1", seen_at=later, labels=["a-rather-long-label-of-forty-letters-long"])
    attempt(make_run(make_checkpoint(make_card("Oak")), "done"), 60)
    use = {"memory": 20 * 2**30, "load": 0.5}
    return make_device(node, "cuda:0", memory=80 * 2**30, seen_at=later, use=use, speed={"multiple_choice": 41.5})


def test_the_timeline_draws_grows_without_a_reload_and_leads_to_a_run(page, device):
    loads: list[str] = []
    page.goto("/nodes/")
    page.on("load", lambda loaded: loads.append(loaded.url))
    page.wait_for_function(DRAWN)
    assert page.evaluate(BARS) == 1
    attempt(make_run(make_checkpoint(make_card("Elm")), "failed"), 200, "failed", reason="no such file")
    expect(page.locator("#timeline")).to_contain_text("no such file", timeout=20_000)
    page.wait_for_function(f"() => {BARS} === 2")
    page.locator("#timeline-box").scroll_into_view_if_needed()
    assert loads == []
    page.mouse.click(*page.evaluate(FIRST_BAR))
    page.wait_for_url("**/runs/*/")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_scrolls_sideways_and_the_time_shown_is_in_the_address(page, device, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/nodes/")
    page.wait_for_function(DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page, f"nodes at {width} px")
    page.get_by_role("link", name="24 h").click()
    page.wait_for_url("**/nodes/?hours=24#timeline")
    page.wait_for_function(DRAWN)
    assert page.evaluate("document.querySelector('#timeline-box').layout.xaxis.range[0]") == -86400
    Attempt.objects.update(use=[[0, 2**30, 0.1], [10, 3 * 2**30, 0.9]], reason="It was stopped.")
    page.goto(f"/runs/{Run.objects.get().pk}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page, f"a run at {width} px")


def test_a_device_is_drained_and_resumed_from_the_keyboard(page, device):
    page.goto("/nodes/?hours=24")
    page.get_by_role("button", name="Drain gpu-1").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("gpu-1 takes no new work")
    expect(page.locator(f"#d-{device.pk}")).to_contain_text("draining")
    expect(page).to_have_url(re.compile(re.escape("/nodes/?hours=24") + "$"))
    page.get_by_role("button", name="Resume gpu-1").press("Enter")
    expect(page.locator(".messages")).to_contain_text("gpu-1 takes work again")
    device.refresh_from_db()
    assert not device.draining


def test_the_use_of_the_device_and_a_further_attempt_appear_while_the_run_is_watched(page, device):
    run = make_run(state="running", owner="gpu-1/cuda:0")
    make_cell(run.checkpoint, state="running", run=run, documents_total=100, documents_done=10)
    first = attempt(run, 30, "")
    page.goto(f"/runs/{run.pk}/")
    expect(page.locator("#use")).to_have_count(0)
    Attempt.objects.filter(pk=first.pk).update(use=[[0, 2**30, 0.1], [10, 3 * 2**30, 0.9]])
    expect(page.locator("#use")).to_contain_text("3.0 GiB", timeout=20_000)
    expect(page.get_by_role("img", name="Memory over the attempt: 3.0 GiB at last, 3.0 GiB at most")).to_be_visible()
    Attempt.objects.filter(pk=first.pk).update(ended_at=timezone.now(), outcome="queued", reason="It was stopped.")
    attempt(run, 1, "", number=2)
    expect(page.locator("#attempts")).to_contain_text("It was stopped.", timeout=20_000)
    expect(page.locator("#attempts li")).to_have_count(2)
