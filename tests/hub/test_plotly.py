"""The vendored bundle of plotly.js has what our figures need."""

import re

import plotly.graph_objects as go
import pytest
from plotly.basedatatypes import BaseTraceType
from plotly.offline import get_plotlyjs_version

from hub.settings import BASE_DIR

BUNDLE = BASE_DIR / "hub" / "static" / "hub" / "vendor" / "plotly-basic.min.js"
TRACES = {
    name.lower()
    for name, kind in vars(go).items()
    if isinstance(kind, type) and issubclass(kind, BaseTraceType) and kind is not BaseTraceType
}
BASIC = {"scatter", "bar", "pie"}


def test_it_is_of_the_version_against_which_figures_are_checked():
    banner = BUNDLE.read_text(encoding="utf-8")[:200]
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}" in banner


@pytest.mark.parametrize("app", ["hub", "modelcards", "evaluation"])
def test_no_figure_has_a_trace_that_the_bundle_lacks(app):
    used = {
        word
        for file in (BASE_DIR / app).rglob("*.py")
        for pair in re.findall(r'"type": "(\w+)"|\btype="(\w+)"', file.read_text(encoding="utf-8"))
        for word in pair
        if word in TRACES
    }
    assert used <= BASIC
