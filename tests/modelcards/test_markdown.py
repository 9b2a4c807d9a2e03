"""Card texts are shown, and nothing in them acts."""

import re

import pytest

from modelcards.markdown import safe_html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='vbscript:x' onclick=alert(1)>a</a>",
        "<iframe src='https://example.org'></iframe>",
        "<svg onload=alert(1)>",
        "<style>body{display:none}</style>",
        "<form action='https://example.org'><input></form>",
        "<p style='position:fixed'>a</p>",
        "<math><mi xlink:href='javascript:alert(1)'>",
    ],
)
def test_nothing_that_acts_survives(text):
    shown = safe_html(text).lower()
    tags = " ".join(re.findall(r"<[^>]*>", shown))
    for word in ("script", "<img", "<iframe", "<svg", "<style", "<form", "<input", "style=", "on", "data:"):
        assert word not in tags


def test_an_image_becomes_a_link_so_that_no_other_host_is_asked():
    assert safe_html("![Curve](https://example.org/a.png)") == (
        '<p><a href="https://example.org/a.png" rel="noopener noreferrer nofollow">Curve</a></p>\n'
    )


def test_headings_start_below_those_of_the_page():
    assert safe_html("# Use\n\n## More") == ('<h3 id="text-use">Use</h3>\n<h4 id="text-more">More</h4>\n')


def test_tables_and_code_are_kept():
    shown = safe_html("| a | b |\n|---|---|\n| `1` | 2 |")
    assert "<table>" in shown
    assert "<code>1</code>" in shown


def test_deep_nesting_is_cut_off_quickly():
    safe_html(">" * 5000 + "[" * 5000 + "*" * 5000)
