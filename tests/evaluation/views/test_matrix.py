"""Squares in their places, names of states, times and sizes in words."""

import pytest

from evaluation.templatetags.evaluation_format import breakable, compact, duration, score, shown, size
from evaluation.views.logs import LogLine, log_lines
from evaluation.views.matrix import Square, lay_out, short_names


def square(row, task, shots, state="done"):
    return Square(row, task, shots, state, "", f"{row} {task} {shots}")


def test_rows_and_tasks_keep_their_order_and_shots_are_sorted():
    matrix = lay_out([square("oak", "b", 5), square("oak", "b", 0), square("oak", "a", 0), square("elm", "a", 0)])
    assert [(head.task, head.span) for head in matrix.heads] == [("b", 2), ("a", 1)]
    assert matrix.shots == (0, 5, 0)
    assert [row.name for row in matrix.rows] == ["oak", "elm"]
    assert matrix.rows[1].squares[:2] == (None, None)


def test_nothing_asked_is_an_empty_matrix():
    assert lay_out([]).rows == ()


@pytest.mark.parametrize(
    ("tasks", "short"),
    [
        (["sapling_order", "sapling_facts"], ["order", "facts"]),
        (["mmlu_law", "arc_easy"], ["mmlu_law", "arc_easy"]),
        (["arc"], ["arc"]),
        (["a_b", "a_b_c"], ["b", "b_c"]),
        (["arc", "arc_easy"], ["arc", "arc_easy"]),
    ],
)
def test_names_lose_the_words_that_all_share_but_never_all(tasks, short):
    assert short_names(tasks) == short


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.2, "1 s"),
        (74.4, "74 s"),
        (100, "2 min"),
        (3600, "60 min"),
        (7500, "2 h 5 min"),
        (7200, "2 h"),
        (2e5, "2 days"),
    ],
)
def test_durations_have_the_precision_that_they_deserve(seconds, words):
    assert duration(seconds) == words


def test_what_is_not_known_is_blank_and_never_zero():
    assert duration(None) == size(None) == compact(None) == ""


def test_sizes_and_counts_take_their_units():
    assert [size(n) for n in (512, 1536, 300 * 2**20, 8 * 2**30)] == ["512 B", "1.5 KiB", "300 MiB", "8.0 GiB"]
    assert [compact(n) for n in (999, 1_100_000, 235_000_000, 1_500_000_000_000)] == ["999", "1.1M", "235M", "1.5T"]


def test_scores_and_settings_in_words():
    assert [score(v) for v in (0.5, -1.25, 1234.56, None)] == ["0.5000", "-1.2500", "1,234.6", "not a number"]
    assert [shown(v) for v in (None, {}, False, True, [0, 5], {"a": 1})] == [
        "none",
        "none",
        "no",
        "yes",
        "0, 5",
        '{"a": 1}',
    ]


def test_a_name_breaks_after_underscores_and_stays_escaped():
    assert breakable("a_<b>") == "a_<wbr>&lt;b&gt;"


def test_log_lines_tell_time_kind_and_trouble():
    assert log_lines("08:00:00 load   x\n08:00:01 error y\nplain\nTraceback (most recent)\n") == [
        LogLine("   x", "08:00:00", "load"),
        LogLine(" y", "08:00:01", "error", True),
        LogLine("plain"),
        LogLine("Traceback (most recent)", trouble=True),
    ]
    assert log_lines("  \n") == []
