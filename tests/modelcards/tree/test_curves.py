"""Twigs as arrays are the curves that the layout keeps clear."""

import numpy as np

from modelcards.tree.curves import COARSE, curves, straights
from modelcards.tree.paths import twig_points
from modelcards.tree.plan import Twig

BENT = [
    Twig(100, 180, 500, 460, 1, "decoder-only", "a"),
    Twig(100, 20, 500, 380, 3, "decoder-only", "b"),
    Twig(100, 108, 500, 490, 1, "decoder-only", "c", start=530),
]


def test_they_are_the_points_that_the_layout_keeps_clear() -> None:
    assert np.allclose(curves(BENT), [twig_points(twig) for twig in BENT])
    line = Twig(100, 100, 500, 300, 1, "decoder-only", "d", straight=True)
    assert np.allclose(straights([line]), [twig_points(line)])


def test_coarse_ones_begin_and_end_at_the_same_places() -> None:
    fine, coarse = curves(BENT), curves(BENT, COARSE)
    assert np.allclose(fine[:, [0, -1]], coarse[:, [0, -1]])
    assert coarse.shape[1] < fine.shape[1] / 2
