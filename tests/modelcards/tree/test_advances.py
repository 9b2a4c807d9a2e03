"""Widths of text without a browser: never less than what Chromium draws."""

import pytest

from modelcards.tree.advances import text_width

# Measured in Chromium at 11 px and weight 600: the widest of the site's fonts.
MEASURED = {
    "T5-11B": 36.7,
    "BLOOM-1b1": 63.6,
    "code-cushman-001": 104.7,
    "0123456789": 67.1,
    "mmmmmmmm": 84.48,
    "文心一言 大模型": 80.1,
    "通义千问-7B": 62.4,
}


@pytest.mark.parametrize(("text", "measured"), MEASURED.items())
def test_text_is_no_wider_than_the_table_says(text: str, measured: float) -> None:
    assert measured <= text_width(text, 11) < 1.2 * measured


def test_accents_and_marks_of_direction_take_no_room_of_their_own() -> None:
    assert text_width("café", 11) == text_width("cafe", 11) == text_width("cafe\u0301", 11)
    assert text_width("\u2068oak\u2069", 11) == text_width("oak", 11)


def test_width_grows_with_size() -> None:
    assert text_width("oak", 22) == 2 * text_width("oak", 11)
