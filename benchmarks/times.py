"""What some measured times come to, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence


def medians(times: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and worst of some times."""
    ordered = sorted(times)
    return {
        "median": ordered[len(ordered) // 2],
        "p95": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        "worst": ordered[-1],
    }


def line(found: dict[str, float]) -> str:
    """Median, 95th percentile and worst as words."""
    return ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in found.items())
