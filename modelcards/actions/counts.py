"""What a load did."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Loaded:
    """How many rows a load made, changed, and found as they were."""

    created: int
    changed: int
    unchanged: int
