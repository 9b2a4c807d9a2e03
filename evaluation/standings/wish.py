"""Which standings are asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from evaluation.models import Origin
from modelcards.querysets import ModelCardQuerySet

ORIGINS = (Origin.MEASURED, Origin.IMPORTED, Origin.PUBLISHED)


@dataclass(frozen=True)
class Wish:
    """Which standings. ``subjects``: benchmarks by slug, tasks or groups by name; none: all of them.

    ``shots``: one number, several, or None for all. ``cards``: slugs, or a query set; None: every card that the reader
    may see. ``metric``: None for all, ``MAIN`` for the one by which each subject is judged. ``every_checkpoint``: a
    row for each checkpoint and not only for the one that stands for its model. ``samples``: with the documents' files.
    """

    subjects: Collection[str] = ()
    shots: int | Collection[int] | None = None
    origins: Collection[str] = ORIGINS
    cards: Collection[str] | ModelCardQuerySet | None = None
    metric: str | None = None
    every_checkpoint: bool = False
    samples: bool = False

    @property
    def shot_counts(self) -> set[int] | None:
        """The numbers of shots that are asked for; None for all."""
        return {self.shots} if isinstance(self.shots, int) else None if self.shots is None else set(self.shots)
