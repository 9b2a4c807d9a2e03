"""A straight line through points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evaluation.core.statistics.basics import LEVEL, t_quantile

Floats = np.typing.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """The line of least squares through ``n`` points.

    ``r2``: share of the variance that it explains; None where all y are equal.
    """

    slope: float
    intercept: float
    n: int
    r2: float | None
    level: float
    centre: float
    """Mean of x."""
    spread: float
    """Sum of squared distances of x from its mean."""
    residual: float
    """Standard deviation of y around the line, with n - 2 degrees of freedom."""

    def band(self, xs: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """The line at ``xs`` with the confidence band of the mean (Working and Hotelling 1929, pointwise): centre,
        low, high."""
        at = np.asarray(xs, dtype=float)
        line = self.intercept + self.slope * at
        reach = np.sqrt(1 / self.n + (at - self.centre) ** 2 / self.spread)
        reach *= t_quantile(self.n - 2, self.level) * self.residual
        return line, line - reach, line + reach


def fit_line(x: ArrayLike, y: ArrayLike, level: float = LEVEL) -> Fit | None:
    """Least squares (Gauss 1809). Points with a value that is not finite are left out; None below three points, or
    where all x are equal. Raises ValueError where the numbers of x and y differ."""
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if across.shape != up.shape:
        raise ValueError(f"{across.size} values of x, {up.size} of y")
    known = np.isfinite(across) & np.isfinite(up)
    across, up = across[known], up[known]
    if len(across) < 3 or np.ptp(across) == 0:
        return None
    dx, dy = across - across.mean(), up - up.mean()
    spread, total = float(dx @ dx), float(dy @ dy)
    slope = float(dx @ dy) / spread
    rest = dy - slope * dx
    left = float(rest @ rest)
    return Fit(
        slope=slope,
        intercept=float(up.mean() - slope * across.mean()),
        n=len(across),
        r2=1 - left / total if total > 0 else None,
        level=level,
        centre=float(across.mean()),
        spread=spread,
        residual=float(np.sqrt(left / (len(across) - 2))),
    )
