"""The words of the tree's address: read, named where they are wrong, and written again."""

from urllib.parse import quote

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from modelcards.tree.choice import OWN, TreeChoice, read_choice
from tests.modelcards.tree.rows import model

ODD = (
    "",
    " ",
    "\x00",
    "%",
    "智谱",
    "9" * 30,
    "-1",
    "٣",
    "key",
    "all",
    "a,b,,a",
    "7B",
    "yes",
    "unknown",
    "before",
    "x-5",
)


def read(query: str) -> TreeChoice:
    return read_choice(QueryDict(query))


def test_every_word_is_read_and_written_again() -> None:
    query = (
        "architecture_family=decoder-only&open_weights=yes&stage=base&organisation=meta&organisation=google&language=zh"
        "&parameters_min=1B&parameters_max=70B&chosen=a,b&show=series&until=2022&find=llama&focus=alpaca-7b&open=a,b"
        "&colour=score&task=mmlu&shots=5&size=parameters&view=list&page=3"
    )
    choice = read(query)
    assert not choice.refused
    assert sorted(choice.query().removeprefix("?").split("&")) == sorted(query.split("&"))
    assert (choice.until, choice.opened, choice.shots, choice.page) == (2022, ("a", "b"), 5, 3)
    assert (choice.chosen, choice.filters.parameters_min, choice.narrowed) == (("a", "b"), 10**9, True)


def test_the_usual_is_not_written() -> None:
    assert read("show=key&colour=family&page=1&find=&view=&sort=name&page_size=50").query() == "?"


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("family=encoder-only", "architecture_family=encoder-only"),
        ("family=before", "architecture_family=embedding&architecture_family=recurrent"),
        ("open=yes", "open_weights=yes"),
        ("open=no&family=prefix-lm", "architecture_family=prefix-lm&open_weights=no"),
        ("colour=mmlu-5", "colour=score&task=mmlu&shots=5"),
        ("organisation=Google", "organisation=google"),
        ("organisation=AI2", "organisation=ai2&organisation=allen-institute-for-ai&organisation=ai2-and-others"),
        ("open=llama-7b", "open=llama-7b"),
        ("organisation=智谱", "organisation=%E6%99%BA%E8%B0%B1"),
        ("organisation=%2B", "organisation=%2B"),
    ],
)
def test_addresses_of_former_versions_are_understood(before, now) -> None:
    choice = read(before)
    assert not choice.refused
    assert choice.query() == f"?{now}"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("show=1", "show"),
        ("until=soon", "until"),
        ("until=3000", "until"),
        ("until=٢٠٢٢", "until"),
        ("colour=red", "colour"),
        ("shots=-1", "shots"),
        ("size=9", "size"),
        ("view=table", "view"),
        ("page=0", "page"),
        ("family=shrub", "architecture_family"),
        ("open_weights=maybe", "open_weights"),
        ("parameters_min=many", "parameters_min"),
    ],
)
def test_a_wrong_word_is_named_and_left_out(query, name) -> None:
    choice = read(query)
    assert list(choice.errors) == [name]
    assert choice.refused[0].startswith(f"{name}: ")
    assert choice.query() == "?"


@given(
    st.lists(st.tuples(st.sampled_from([*OWN, "family", "organisation", "stage"]), st.sampled_from(ODD)), max_size=6)
)
@settings(max_examples=80, deadline=None)
def test_any_address_is_read_and_what_is_written_reads_the_same(pairs) -> None:
    first = read("&".join(f"{name}={quote(value)}" for name, value in pairs))
    again = read(first.query()[1:])
    assert again.query() == first.query()
    assert not again.errors


def test_a_change_starts_at_the_first_page_but_for_one_of_the_tray() -> None:
    choice = read("page=3&show=all")
    assert choice.query(until=2020) == "?show=all&until=2020"
    assert choice.query(page=4) == "?show=all&page=4"
    assert choice.query(chosen=["a", "b"]) == "?chosen=a,b&show=all&page=3"
    assert choice.query(show="key", open_weights=["yes"]) == "?open_weights=yes"
    assert choice.query(open=("x", "y")) == "?show=all&open=x,y"


def test_a_search_finds_names_slugs_and_makers_and_a_whole_slug_alone() -> None:
    models = [model("oak-7b", name="Oak 7B"), model("red-oak-7b", name="Red Oak 7B"), model("elm", name="Elm")]
    assert read("find=OAK 7b").found(models) == {"oak-7b", "red-oak-7b"}
    assert read("find=oak-7b").found(models) == {"oak-7b"}
    assert read("find=lab elm").found(models) == {"elm"}
    assert read("").found(models) == frozenset()
