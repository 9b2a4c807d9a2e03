"""Eight compared models are told apart by colour, also by the colour-blind, and by shape and dash where colour fails.

Distances are Euclidean in OKLab (Ottosson 2020), times 100; colour blindness as simulated by Machado, Oliveira and
Fernandes (2009) at full strength. A difference of 2 is just seen; 8 is plain.
"""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from evaluation.comparison.choice import MOST
from evaluation.comparison.contenders import DASHES, SYMBOLS
from modelcards.templatetags.catalog import MARKS

SEEN = {
    "everybody": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
CONES = [[0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.6806995, 0.10739696], [0.08830246, 0.28171884, 0.6299787]]
OPPONENT = [
    [0.21045426, 0.79361779, -0.00407205],
    [1.9779985, -2.4285922, 0.4505937],
    [0.0259040, 0.78277177, -0.80867577],
]


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def oklab(light: np.ndarray) -> np.ndarray:
    return np.array(OPPONENT) @ np.cbrt(np.array(CONES) @ np.clip(light, 0, 1))


def looks() -> dict[str, dict[str, str]]:
    """The tokens in light and in dark."""
    text = Path(settings.BASE_DIR, "hub/static/hub/tokens.css").read_text()
    light, dark = text.split(":root[data-theme")[0].split("@media")[0], text.split(":root[data-theme")[1]
    return {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for name, part in (("light", light), ("dark", dark))
    }


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("eye", SEEN)
def test_each_two_colours_are_plainly_different(look, eye) -> None:
    tokens = looks()[look]
    colours = [oklab(np.array(SEEN[eye]) @ linear(tokens[f"m{number + 1}"])) for number in range(MOST)]
    least = min(100 * np.linalg.norm(one - other) for one, other in combinations(colours, 2))
    assert least > 7.9


@pytest.mark.parametrize("look", ["light", "dark"])
def test_each_colour_stands_out_from_the_page(look) -> None:
    tokens = looks()[look]

    def luminance(name: str) -> float:
        return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(tokens[name]))

    for number in range(MOST):
        bright, deep = sorted((luminance(f"m{number + 1}"), luminance("surface")), reverse=True)
        assert (bright + 0.05) / (deep + 0.05) >= 3, number + 1


def test_each_model_has_a_shape_and_a_dash_of_its_own() -> None:
    assert len(set(SYMBOLS)) == len(set(DASHES)) == len(set(MARKS)) == MOST
