"""axe-core on a page that a test has open: what people with a screen reader, a keyboard or weak sight would miss."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parent / "vendor" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
GRAVE = ("serious", "critical")
LOOKS = ("light", "dark")
# As the button for light and dark does it; emulating the system's wish reaches styles only some frames later.
CHOOSE = """(look) => {
  document.documentElement.dataset.theme = look;
  document.dispatchEvent(new CustomEvent("themechange"));
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));
}"""
RUN = "(options) => axe.run(document, options)"


def violations(page: Page) -> list[str]:
    """What axe finds serious or critical, light and dark: rule, element and reason, a line each.

    Only contrast can differ between light and dark, so that the second look is asked for contrast alone.
    """
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(_source())
    found = []
    for look in LOOKS:
        page.evaluate(CHOOSE, look)
        rules: dict[str, Any] = {"type": "tag", "values": list(RULES)}
        if look != LOOKS[0]:
            rules = {"type": "rule", "values": ["color-contrast"]}
        answer = page.evaluate(RUN, {"runOnly": rules, "resultTypes": ["violations"]})
        found += [f"{look}: {line}" for one in answer["violations"] for line in _lines(one)]
    return found


def assert_accessible(page: Page, where: str) -> None:
    """Fail with a readable list where the open page holds a grave violation."""
    found = violations(page)
    assert not found, f"{where}: {len(found)} violations\n" + "\n".join(found)


@cache
def _source() -> str:
    """The script itself: evaluated by the browser's driver, so that the site's policy against foreign scripts holds."""
    return AXE.read_text(encoding="utf-8") + "\n;void 0"


def _lines(violation: dict[str, Any]) -> list[str]:
    if violation["impact"] not in GRAVE:
        return []
    return [
        f"{violation['id']} at {' '.join(map(str, node['target']))}: {_reason(node)}" for node in violation["nodes"]
    ]


def _reason(node: dict[str, Any]) -> str:
    """Why, in axe's words, on one line."""
    return " ".join(node["failureSummary"].split())[:300]
