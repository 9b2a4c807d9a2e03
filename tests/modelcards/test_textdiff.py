"""The difference of two texts is readable, exact, and bounded in what it costs."""

import time

from hypothesis import given
from hypothesis import strategies as st

from modelcards.textdiff import Line, text_diff

texts = st.lists(st.sampled_from(["a", "b", "c", "a long line of words", ""]), max_size=30).map("\n".join)


def whole(line: Line) -> str:
    return line.text + line.marked + line.rest


def test_one_line_in_place_of_another_is_marked_where_it_differs():
    out, put_in = text_diff("The model is small.", "The language model is small.").lines
    assert (out.kind, out.text, out.marked, out.rest) == ("out", "The ", "", "model is small.")
    assert (put_in.kind, put_in.text, put_in.marked, put_in.rest) == ("in", "The ", "language ", "model is small.")


def test_lines_far_from_a_change_are_counted_and_not_shown():
    old = [f"line {number}" for number in range(40)]
    new = [*old[:20], "fresh", *old[20:]]
    lines = text_diff("\n".join(old), "\n".join(new)).lines
    assert [(line.kind, line.count) for line in lines if line.kind == "gap"] == [("gap", 17), ("gap", 17)]
    assert [whole(line) for line in lines if line.kind == "in"] == ["fresh"]


@given(texts, texts)
def test_what_goes_out_and_in_leads_from_one_text_to_the_other(before, after):
    diff = text_diff(before, after)
    old, new = before.splitlines(), after.splitlines()
    same = sum(line.count if line.kind == "gap" else line.kind == "same" for line in diff.lines)
    assert (same + diff.removed, same + diff.added) == (len(old), len(new))
    shown_old = [whole(line) for line in diff.lines if line.kind == "out"]
    assert all(line in old for line in shown_old)


def test_equal_texts_differ_in_nothing():
    diff = text_diff("a\nb", "a\nb")
    assert (diff.removed, diff.added) == (0, 0)


def test_texts_of_a_hundred_thousand_lines_are_compared_in_a_moment():
    before, after = ("\n".join(f"{word} {n}" for n in range(100_000)) for word in ("old", "new"))
    begun = time.process_time()
    diff = text_diff(before, after)
    assert time.process_time() - begun < 2
    assert diff.cut
    assert (diff.removed, diff.added) == (100_000, 100_000)
