"""How far it is, and how long it still takes."""

import pytest

from evaluation.progress import CellRow, progress


def test_of_no_cells_nothing_is_known_and_nothing_is_left():
    now = progress([])
    assert (now.fraction, now.seconds_left, now.ended) == (None, 0.0, True)


def test_documents_of_ended_cells_count_in_full():
    now = progress([CellRow("done", 100, 100, 10.0), CellRow("failed", 3, 100), CellRow("running", 50, 100)])
    assert (now.documents_done, now.documents, now.cells_failed) == (250, 300, 1)
    assert now.fraction == pytest.approx(250 / 300)
    assert now.seconds_left == pytest.approx(5.0)


def test_the_rate_of_now_goes_before_that_of_the_past():
    now = progress([CellRow("done", 100, 100, 10.0), CellRow("queued", 0, 100)], rate=50)
    assert now.seconds_left == 2.0


def test_without_counts_the_cells_are_counted_and_the_time_is_unknown():
    now = progress([CellRow("done", 100, 100, 10.0), CellRow("queued", 0, None)])
    assert (now.fraction, now.seconds_left) == (0.5, None)


def test_all_ended_is_whole():
    now = progress([CellRow("cancelled", 0, None), CellRow("done", 5, 5)])
    assert (now.fraction, now.seconds_left, now.ended) == (1.0, 0.0, True)
