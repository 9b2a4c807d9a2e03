"""Parts and variants of one benchmark, which vote together: ``mmlu_stem`` with ``mmlu``. Pure."""

from __future__ import annotations

from collections.abc import Collection


def roots(subjects: Collection[str]) -> dict[str, str]:
    """Each subject with the one that stands for it: the shortest of ``subjects`` whose name its own begins with."""
    ordered = sorted(subjects, key=len)
    return {one: next(root for root in ordered if one == root or one.startswith(f"{root}_")) for one in subjects}
