"""How sure a model is of each choice: the softmax of the choices' log-likelihoods."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def shares(likelihoods: Sequence[float]) -> list[float | None]:
    """``exp(l_i) / sum_j exp(l_j)``, the probability of each choice if one of them had to follow the question.

    Of a single continuation its own probability, ``exp(l)``. None each where no likelihood is a number.
    """
    known = [value for value in likelihoods if value is not None and not math.isnan(value)]
    top = max(known, default=-math.inf)
    if len(known) < len(likelihoods) or not math.isfinite(top):
        return [None] * len(likelihoods)
    if len(likelihoods) == 1:
        return [min(1.0, math.exp(top))] if top < 1 else [None]
    powers = [math.exp(value - top) for value in likelihoods]
    return [power / sum(powers) for power in powers]


def target_shares(
    likelihoods: NDArray[np.float64],
    starts: NDArray[np.int64],
    choices: NDArray[np.int64],
    targets: NDArray[np.int64],
) -> NDArray[np.float64]:
    """The share of the right choice of many documents at once; NaN where none is right or no likelihood is a number.

    Of document ``i`` the choices are ``likelihoods[starts[i]:]``, ``choices[i]`` of them, and ``targets[i]`` is right.
    """
    import numpy as np

    wide = int(choices.max(initial=0))
    places = starts[:, None] + np.arange(wide)
    inside = np.arange(wide) < choices[:, None]
    values = np.where(inside, np.append(likelihoods, np.nan)[np.minimum(places, len(likelihoods))], -np.inf)
    if not wide:
        return np.full(len(starts), np.nan)
    with np.errstate(all="ignore"):
        top = values.max(axis=1, keepdims=True)
        powers = np.exp(values - top)
        found = powers / powers.sum(axis=1, keepdims=True)
        alone = choices == 1
        found[alone, 0] = np.where(top[alone, 0] < 1, np.minimum(1.0, np.exp(top[alone, 0])), np.nan)
    right = found[np.arange(len(starts)), np.maximum(targets, 0)]
    return np.where((targets >= 0) & (choices > 0), right, np.nan)


def chosen(likelihoods: Sequence[float], lengths: Sequence[int] | None = None) -> int | None:
    """The choice that a model prefers: the most likely, or with ``lengths`` the most likely for its letters.

    The first of equals, as NumPy's ``argmax`` decides in lm-eval; None where there is nothing to choose.
    """
    if len(likelihoods) < 2 or any(value is None or math.isnan(value) for value in likelihoods):
        return None
    scores = [
        value / max(length, 1) for value, length in zip(likelihoods, lengths or [1] * len(likelihoods), strict=True)
    ]
    return scores.index(max(scores))
