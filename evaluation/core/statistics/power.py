"""How small a difference could have been seen."""

from __future__ import annotations

import math

from evaluation.core.statistics.basics import LEVEL, POWER, normal_quantile, special


def detectable_difference(stderr: float | None, level: float = LEVEL, power: float = POWER) -> float | None:
    """The smallest true difference that a two-sided test shows with that power: ``(z1 + z2) * stderr``.

    ``stderr`` is that of the difference (Miller 2024, section 5). None where it is not known or not positive.
    """
    if stderr is None or not math.isfinite(stderr) or stderr <= 0:
        return None
    return (normal_quantile(level) + float(special().ndtri(power))) * stderr


def detectable_of_pairs(discordant: int, n: int, level: float = LEVEL, power: float = POWER) -> float | None:
    """The same for McNemar's exact test, for as many discordant documents as there were (Connor 1987).

    One discordant document of each kind is added, so that agreement everywhere does not pass for certainty, and
    ``1/n`` for the exact test's steps. None below two documents.
    """
    if n < 2:
        return None
    share = (discordant + 2) / (n + 2)
    z1, z2 = normal_quantile(level), float(special().ndtri(power))
    # The root of z1 sqrt(share) + z2 sqrt(share - d²) = d sqrt(n), whose variance shrinks as the difference grows.
    root = math.sqrt(share * max(0.0, n + z2**2 - z1**2))
    return min(1.0, (z1 * math.sqrt(n * share) + z2 * root) / (n + z2**2) + 1 / n)
