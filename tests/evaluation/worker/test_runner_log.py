"""What a runner printed, kept for the page of its run."""

from evaluation.worker.runner_process import LONGEST_LINE, TAIL_LINES, RunnerLog


def test_a_terminal_s_colours_are_left_out():
    log = RunnerLog()
    log.add("\x1b[1mLOAD REPORT\x1b[0m from: here\n")
    assert log.text() == "LOAD REPORT from: here"


def test_the_end_is_kept_and_long_lines_are_cut():
    log = RunnerLog()
    for number in range(TAIL_LINES + 5):
        log.add(f"line {number}")
    log.add("x" * (LONGEST_LINE + 1))
    lines = log.tail().split("\n")
    assert len(lines) == TAIL_LINES
    assert lines[-2:] == [f"line {TAIL_LINES + 4}", "x" * LONGEST_LINE]
