"""Parts and variants of one benchmark, which vote together: ``mmlu_stem`` with ``mmlu``. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """A benchmark of the catalog: its name on pages, and the paper that it is from."""

    name: str
    citation: str = ""


Catalog = Mapping[str, Known]


def roots(subjects: Collection[str], catalog: Catalog) -> dict[str, str]:
    """Each subject with the one that stands for it.

    A benchmark of the catalog votes with the shortest one of the same paper that its name begins with; another task
    with the benchmark that its name begins with, else with all that share what stands before a hyphen (the old
    harness's ``hendrycksTest-anatomy``), else by itself.
    """
    return {one: _root(one, catalog) for one in subjects}


def _root(one: str, catalog: Catalog) -> str:
    before = [slug for slug in catalog if one.startswith(f"{slug}_")]
    if one in catalog:
        citation = catalog[one].citation
        return min((slug for slug in before if citation and catalog[slug].citation == citation), key=len, default=one)
    return _root(max(before, key=len), catalog) if before else one.partition("-")[0] or one
