"""A card as raw text: there and back again, and what is refused, by line."""

import contextlib
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelcards.editing.draft import Draft, Given
from modelcards.editing.raw import RawError, read_raw, write_raw
from modelcards.fields import FIELDS

CARD = Draft(
    facts={
        "name": Given("Oak: a tree #1", "arXiv:2302.13971"),
        "parameters": Given("7B", "arXiv:2302.13971"),
        "organisation": Given("Forest; Wood, Inc.", "a [blog]"),
        "open_weights": Given("no", "A report", "https://example.org/report"),
        "release_date": Given("2023-02", "A report"),
        "limits": Given('Two\nlines, "quoted", 智谱', "A report"),
    },
    text="# Oak\n\n---\n\nIt grows.\n",
    visibility="restricted",
    owner="owner",
    readers="teammate, stranger",
)


def test_what_is_written_is_read_again():
    read = read_raw(write_raw(CARD, new=False), new=False)
    assert read.draft == CARD
    assert read.lines["name"] == 2
    assert read.lines["parameters"] == 5


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).map(str.strip).filter(bool)
names = words.filter(lambda word: ";" not in word)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(FIELDS)), st.builds(Given, words, words, st.just("")), max_size=8),
    st.text(string.printable + "é智\u2028\x85").filter(lambda text: "\r" not in text),
)
def test_any_draft_is_read_again(facts, text):
    draft = Draft(facts=facts, text=text)
    read = read_raw(write_raw(draft, new=False), new=False).draft
    assert {key: fact.value for key, fact in read.facts.items()} == {key: fact.value for key, fact in facts.items()}
    assert read.text == text


@given(st.text(string.printable + "智&*!|>%@`"))
def test_nothing_that_is_typed_breaks_the_reader(block):
    with contextlib.suppress(RawError):
        read_raw(f"---\n{block}\n---\ntext", new=True)


def test_values_are_taken_as_they_are_written():
    read = read_raw("---\nopen_weights: no\nparameters: 7e9\nlicence: null\nrelease_date: 2023-02-24\n---\n", new=False)
    values = {key: fact.value for key, fact in read.draft.facts.items()}
    assert values == {"open_weights": "no", "parameters": "7e9", "release_date": "2023-02-24"}


def test_lists_become_several_values():
    read = read_raw("---\nlanguages: [en, zh]\norganisation:\n- A\n- B\nreaders: [x, y]\n---\n", new=False)
    assert (read.draft.get("languages"), read.draft.get("organisation")) == ("en; zh", "A; B")
    assert read.draft.readers == "x, y"


def test_windows_line_ends_and_a_byte_order_mark_are_no_matter():
    read = read_raw("\ufeff---\r\nname: Oak\r\n---\r\n\r\nText.\r\n", new=False)
    assert (read.draft.get("name"), read.draft.text) == ("Oak", "Text.\n")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name: Oak", 1, "begin with"),
        ("---\nname: Oak", 1, "no end"),
        ("---\nname: Oak\nname: Elm\n---", 3, "stands already in line 2"),
        ("---\nname: Oak\nheight: 3\n---", 3, "is no field"),
        ("---\nname: &a Oak\n---", 2, "anchors"),
        ("---\nname: x\nlimits: *a\n---", 3, "anchors"),
        ("---\nname: !!python/object/apply:os.system [ls]\n---", 2, "tags"),
        ("---\nname: {a: 1}\n---", 2, "a value, or a list"),
        ("---\nname: [[1]]\n---", 2, "a value, or a list"),
        ("---\nname: [[[[[[[1]]]]]]]\n---", 2, "too deep"),
        ("---\nname: [a\n---", 2, "no YAML"),
        ("---\nname: a\x07\n---", 2, "no YAML"),
        ("---\n- name\n---", 2, "one a line"),
        ("---\n? [a]\n: b\n---", 2, "must be a word"),
        ("---\nname: Oak\nsources:\n  A: [name, height]\n---", 4, "is no field"),
        ("---\nname: Oak\nsources:\n  A: name\n  B: name\n---", 5, "has a source"),
        ("---\nslug: oak\n---", 2, "is no field"),
        (f"---\nname: {'x' * 100_001}\n---", 1, "longer than"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, line, said):
    with pytest.raises(RawError) as refused:
        read_raw(text, new=False)
    assert refused.value.errors[0][0] == line
    assert said in refused.value.errors[0][1]


def test_a_bomb_of_aliases_is_refused_before_it_grows():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(RawError, match="anchors"):
        read_raw(f"---\n{bomb}---\n", new=False)


def test_all_wrong_lines_are_told_at_once():
    with pytest.raises(RawError) as refused:
        read_raw("---\nheight: 3\nname: {}\nweight: 4\n---", new=False)
    assert [line for line, _reason in refused.value.errors] == [2, 3, 4]
