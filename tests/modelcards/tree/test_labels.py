"""Names short enough for a chip, in every script."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelcards.tree.labels import WIDEST, isolated, label_of, letters, plain_label, short
from modelcards.tree.nodes import text_width


@given(st.text(min_size=1, max_size=200))
@settings(max_examples=60, deadline=None)
def test_a_short_name_fits_and_begins_as_the_name_does(name) -> None:
    found = short(name)
    assert text_width(found) <= WIDEST
    assert " ".join(name.split()).startswith(found.removesuffix("…"))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_letters_make_up_the_text(text) -> None:
    assert "".join(letters(text)) == text


@pytest.mark.parametrize(
    "letter",
    [
        "e\u0301",
        "किं",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f1e9\U0001f1ea",
        "👍🏽",
        "\u1112\u1161\u11ab",
        "☁️",
    ],
)
def test_no_letter_is_cut_apart(letter) -> None:
    assert list(letters(letter * 3)) == [letter] * 3
    kept = short(letter * 200).removesuffix("…")
    assert kept
    assert len(kept) % len(letter) == 0


def test_two_hundred_letters_of_any_script_fit() -> None:
    for letter in "aWi智م한0":
        assert 0.9 * WIDEST < text_width(label_of(letter * 200)) <= WIDEST


def test_a_name_that_runs_to_the_left_is_kept_apart() -> None:
    arabic = "نموذج 7B"
    assert isolated(arabic) == f"\u2068{arabic}\u2069"
    assert isolated("智谱 7B") == "智谱 7B"
    assert plain_label(label_of("نموذج")) == "نموذج"
    assert text_width(label_of("نموذج")) == text_width("نموذج")


def test_a_name_of_an_aside_alone_stays() -> None:
    assert label_of("(unnamed)") == "(unnamed)"
    assert label_of("Switch-C (Switch Transformer)") == "Switch-C"
