"""Headings of a card's text fit below those of the page, and lead to their place."""

import re
import time

import pytest

from modelcards.markdown import LARGEST, card_text, safe_html


def levels(text: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])", safe_html(text))]


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("# a\n\n## b\n\n# c", [3, 4, 3]),
        ("### a\n\n### b\n\n# c", [3, 3, 3]),
        ("# a\n\n###### b\n\n###### c\n\n## d", [3, 4, 4, 4]),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e", [3, 4, 5, 6, 6]),
        ('<h1 align="center">a</h1>\n\n## b', [3, 4]),
    ],
)
def test_no_level_is_left_out_whatever_the_author_began_with(text, fitted):
    assert levels(text) == fitted


def test_a_heading_is_reached_by_the_link_that_its_author_wrote():
    html = safe_html("[go](#how-to-use)\n\n# How to `use`!")
    assert 'href="#text-how-to-use"' in html
    assert 'id="text-how-to-use"' in html


def test_headings_of_the_same_words_have_their_own_places():
    assert [heading.key for heading in card_text("# a\n\n# a\n\n# 智谱").headings] == ["a", "a-1", "智谱"]


def test_no_id_of_a_text_can_be_one_of_the_page():
    assert 'id="main"' not in safe_html('<h3 id="main">x</h3>')


def test_a_few_headings_need_no_table_of_contents():
    assert card_text("# a\n\n# b").contents == []
    assert len(card_text("\n\n".join(f"# {n}" for n in range(500))).contents) == 60


def test_relative_links_lead_to_the_repository_or_nowhere():
    text = "[a](LICENSE) [b](/etc/passwd) [c](../up) [d](//other.example) [e](https://example.org/)"
    with_repository = card_text(text, "oak/acorn").html
    assert 'href="https://huggingface.co/oak/acorn/blob/main/LICENSE"' in with_repository
    assert with_repository.count("href=") == 2
    assert safe_html(text).count("href=") == 1


def test_a_long_text_is_cut_between_lines_and_says_so():
    text = card_text("word\n" * (2_000_000 // 5))
    assert text.cut
    assert len(text.html) <= LARGEST + 100
    assert not card_text("word").cut


@pytest.mark.parametrize(
    "hostile",
    ["[" * 200_000, "![" * 100_000, "*a " * 70_000, "_a**b" * 40_000, "`a" * 100_000, "> " * 100_000, "<a " * 66_000],
)
def test_hostile_texts_cost_no_more_than_long_ones(hostile):
    begun = time.process_time()
    card_text(hostile)
    assert time.process_time() - begun < 1
