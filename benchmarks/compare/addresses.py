"""The pages that are measured, as a reader asks for them."""

from __future__ import annotations

from urllib.parse import urlencode

from benchmarks.compare.exams import EXAMS, slugs


def comparison() -> str:
    """Eight models, all tasks, all pairs."""
    return f"/compare/?models={','.join(slugs())}"


def samples(**words: str) -> str:
    """One task's documents side by side."""
    chosen = {"models": ",".join(slugs()), "task": EXAMS[0].name, "shots": "0", **words}
    return f"/compare/samples/?{urlencode(chosen, safe=',')}"


def looks() -> dict[str, str]:
    """What a reader asks of the samples, each in its own words."""
    first, last = slugs()[0], slugs()[-1]
    return {
        "first page": samples(),
        "last page": samples(page="1000"),
        "one right, one wrong": samples(right=first, wrong=last),
        "all right": samples(right="all"),
        "all wrong": samples(wrong="all"),
        "largest disagreement first": samples(sort="disagreement"),
        "a search": samples(search="bicycle wheel"),
    }
