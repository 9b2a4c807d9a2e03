"""Time until a browser has drawn the tree: Chromium, from the first byte asked for to the picture on the screen.

Beside the elapsed time stands the processor time of the page's main thread, which a busy machine changes less.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from benchmarks.sites import site
from benchmarks.times import line, medians
from benchmarks.tree.place import Forest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession

Say = Callable[[str], None]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TIMES = 3
PATIENCE = 120_000
# Drawn: the figure stands, its labels have their size (plotly draws again for that), and two frames went by in which
# nothing more was drawn. Times are of the page's own clock, which begins when the page is asked for.
WATCH = """(() => {
  const noted = {};
  const look = () => {
    const box = document.querySelector("[data-figure]");
    if (box && !box.noticed && box._fullLayout && box.querySelector(".main-svg .trace")) {
      box.noticed = true;
      box.on("plotly_afterplot", () => { noted.last = performance.now(); });
      noted.last = performance.now();
    }
    if (noted.last) noted.quiet = performance.now() - noted.last;
    window.treeDrawn = noted;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
QUIET = "() => window.treeDrawn && window.treeDrawn.quiet > 1500"
TOLD = """() => {
  const asked = performance.getEntriesByType("navigation")[0];
  return {elapsed: window.treeDrawn.last / 1000, answered: asked.responseEnd / 1000,
          nodes: document.querySelectorAll("[data-figure] *").length};
}"""


@contextlib.contextmanager
def chromium() -> Iterator[Browser | None]:
    """A headless browser; None where there is none, or nothing to drive it."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        program = None
    if program is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def drawn(say: Say, forest: Forest) -> dict[str, Any] | None:
    """Seconds to the drawn picture, in a browser that was never here and in one that has the scripts already."""
    with chromium() as browser, site(forest) as running:
        if browser is None:
            say("  no Chromium, or no playwright to drive it: left out")
            return None
        address = f"http://127.0.0.1:{running.port}{forest.path}"
        _visits(browser, address, 1)  # the server's first page
        new = [_visits(browser, address, 1)[0] for _time in range(TIMES)]
        again = _visits(browser, address, TIMES + 1)[1:]
    found: dict[str, Any] = {"nodes": new[0]["nodes"]}
    for name, visits in (("new", new), ("again", again)):
        found[name] = {what: medians([one[what] for one in visits]) for what in ("elapsed", "processor", "answered")}
        told = "; ".join(f"{what} {line(times)}" for what, times in found[name].items())
        say(f"  {forest.path:<20} {name:<6} {told}")
    return found


def _visits(browser: Browser, address: str, times: int) -> list[dict[str, float]]:
    """The same page again and again in one context of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    found = []
    for _time in range(times):
        before = _thread_time(devtools)
        page.goto(address, timeout=PATIENCE)
        page.wait_for_function(QUIET, timeout=PATIENCE)
        after = _thread_time(devtools)
        # A page may get a process of its own, whose time begins at nothing.
        processor = after - before if after > before else after
        found.append({**page.evaluate(TOLD), "processor": processor})
    context.close()
    return found


def _thread_time(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "ThreadTime")
