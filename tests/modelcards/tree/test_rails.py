"""The list on rails: the same content as the picture, newest first, in pages."""

from datetime import date

import pytest

from modelcards.registry import Shade
from modelcards.tree.dress import dress_of
from modelcards.tree.kin import kin_of
from modelcards.tree.nodes import Leaf
from modelcards.tree.railmarkup import RowLinks, rows_markup
from modelcards.tree.rails import PAGE, RailPage, kin_words, rail_page
from modelcards.tree.tally import tallies, year_shares
from tests.modelcards.tree.rows import model

LINKS = RowLinks("/models/", "/", "?show=all&open=")


def make_leaf(slug: str, year: int = 2020, branch: str = "decoder-only", **fields) -> Leaf:
    values = {"label": slug, "day": date(year, 5, 1), "open_weights": True, "organisation": "Lab", "members": (slug,)}
    return Leaf(slug=slug, branch=branch, **{**values, **fields})


def slugs(page: RailPage) -> list[str]:
    return [row.leaf.slug for row in page.rows if row.leaf]


def row_of(page: RailPage, slug: str):
    return next(row for row in page.rows if row.leaf and row.leaf.slug == slug)


def test_the_newest_comes_first_below_its_year() -> None:
    page = rail_page([make_leaf("old", 2019), make_leaf("new", 2021), make_leaf("mid", 2020)])
    assert [(row.leaf.slug if row.leaf else row.year) for row in page.rows] == [2021, "new", 2020, "mid", 2019, "old"]


def test_a_row_tells_relation_and_date_trouble_as_the_picture_does() -> None:
    parent = make_leaf("oak", 2021)
    child = make_leaf(
        "acorn", 2019, parent="oak", relation="finetune", early=True, model=model("acorn", parameters=7 * 10**9)
    )
    row = row_of(rail_page([parent, child]), "acorn")
    assert "Fine-tuned from oak" in row.origin
    assert "dated before" in row.origin
    assert row.who == "Lab · 7B"


def test_a_score_is_told_with_its_origin_and_no_other_colour_is() -> None:
    leaves = [make_leaf("oak"), make_leaf("elm")]
    shades = {"oak": Shade(0.5, "0.500", "measured")}
    page = rail_page(leaves, dress=dress_of("score", leaves, shades, "Quiz, 5-shot"))
    assert row_of(page, "oak").score == "0.500 (measured here)"
    assert row_of(page, "elm").score == "no score"
    assert row_of(rail_page(leaves, dress=dress_of("family", leaves)), "oak").score == ""


def test_a_line_of_descent_is_said_in_words() -> None:
    leaves = [make_leaf("a", 2018), make_leaf("b", 2019, parent="a"), make_leaf("c", 2020, parent="b"), make_leaf("x")]
    page = rail_page(leaves, kin=kin_words(kin_of(leaves, "b"), "b"))
    assert [row_of(page, slug).kin for slug in "abcx"] == ["ancestor", "highlighted", "descendant", ""]


def test_a_long_list_comes_in_pages_that_hold_each_row_once() -> None:
    leaves = [make_leaf(f"m{number:03}", 2015 + number % 5) for number in range(PAGE + 30)]
    first, second = rail_page(leaves), rail_page(leaves, 2)
    assert (first.pages, first.count, len(slugs(first)), len(slugs(second))) == (2, PAGE + 30, PAGE, 30)
    assert sorted(slugs(first) + slugs(second)) == sorted(leaf.slug for leaf in leaves)
    assert second.rows[0].leaf is None  # each page begins with the year it is in


@pytest.mark.parametrize(("asked", "given"), [(99, 2), (0, 1), (-3, 1)])
def test_a_page_that_is_not_there_is_the_nearest_one(asked, given) -> None:
    assert rail_page([make_leaf(f"m{number}") for number in range(PAGE + 1)], asked).number == given


def test_a_search_keeps_the_chips_that_stand_for_a_match() -> None:
    leaves = [make_leaf("oak-13b", members=("oak-7b", "oak-13b")), make_leaf("elm")]
    assert slugs(rail_page(leaves, keep=frozenset({"oak-7b"}))) == ["oak-13b"]


def test_a_family_without_a_model_of_the_last_year_ends_at_its_last_one() -> None:
    leaves = [make_leaf("gone", 2018, "encoder-only"), make_leaf("here", 2022)]
    page = rail_page(leaves)
    assert [rail.token for rail in row_of(page, "here").rails] == ["dec"]
    assert {rail.token for rail in row_of(page, "gone").rails} == {"enc"}
    assert row_of(page, "gone").rails[0].y0 > 0


def test_rails_reach_over_the_pages() -> None:
    leaves = [make_leaf(f"m{number:03}", 2020) for number in range(PAGE)] + [make_leaf("first", 2018, "encoder-only")]
    leaves.append(make_leaf("late", 2021, "encoder-only"))
    assert {rail.token for rail in rail_page(leaves).rows[-1].rails} == {"enc", "dec"}


def test_no_chips_are_an_empty_page() -> None:
    assert rail_page([]) == RailPage((), 1, 1, 0)


def test_bars_count_chips_per_house_and_openness() -> None:
    leaves = [make_leaf("a"), make_leaf("b", open_weights=False), make_leaf("c", open_weights=None)]
    (lab,), rest = tallies(leaves)
    assert (lab.open, lab.closed, lab.unknown, rest) == (1, 1, 1, [])
    assert sum(lab.widths) == pytest.approx(100)


def test_shares_of_a_year_add_up() -> None:
    leaves = [make_leaf("a"), make_leaf("b", branch="encoder-only"), make_leaf("c"), make_leaf("d", 2021)]
    newest, before = year_shares(leaves)
    assert (newest.year, newest.total) == (2021, 1)
    assert [(part.token, part.count) for part in before.parts] == [("enc", 1), ("dec", 2)]
    assert sum(part.percent for part in before.parts) == pytest.approx(100)


def test_a_row_draws_its_lines_and_its_twig_and_a_heading_no_twig() -> None:
    page = rail_page([make_leaf("a", 2019), make_leaf("b", 2020)])
    heading, first = rows_markup(page.rows[:1], LINKS), rows_markup(page.rows[1:2], LINKS)
    assert "<circle" in first
    assert "<circle" not in heading
    assert f'd="M{first.split("cx=")[1].split(chr(34))[1]} ' in first
    assert heading.count("var(--fam-dec)") == 1
    assert '<svg width="76" height="30"' in heading


def test_words_of_a_row_stay_words() -> None:
    hostile = make_leaf("evil", label="<b>&", organisation="<i>", series="evil", members=("evil", "worse"))
    markup = rows_markup(rail_page([hostile]).rows, LINKS)
    assert "&lt;b&gt;&amp;</span>" in markup
    assert "&lt;i&gt;" in markup
    assert 'href="?show=all&amp;open=evil"' in markup


def test_a_frame_of_another_site_opens_cards_beside_it() -> None:
    rows = rail_page([make_leaf("日本")]).rows
    assert 'href="/models/%E6%97%A5%E6%9C%AC/" target="_blank"' in rows_markup(
        rows, RowLinks("/models/", "/", "?", True)
    )
    assert "_blank" not in rows_markup(rows, LINKS)


def test_a_row_says_whether_its_model_is_chosen() -> None:
    rows = rail_page([make_leaf("oak"), make_leaf("elm")]).rows
    markup = rows_markup(rows, RowLinks("/models/", "/", "?", chosen=frozenset({"oak"})))
    assert 'data-choose="oak" aria-pressed="true"' in markup
    assert 'data-choose="elm" aria-pressed="false"' in markup
