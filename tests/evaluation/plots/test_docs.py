"""The page of the docs names every word of the address, every axis and every view."""

from pathlib import Path

import pytest

from evaluation.plots.axes import AXES
from evaluation.plots.choice import VIEWS, PlotChoice

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "plots.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*PlotChoice().words(), *AXES, *VIEWS[1:]])
def test_every_word_is_told(word):
    assert f"`{word}" in TEXT or f"{word}`" in TEXT or f"{word}=" in TEXT
