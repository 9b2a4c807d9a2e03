"""What a blind guess scores in a task of choices: the mean over its documents of one in so many choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


def choices_of(contexts: Sequence[str], continuations: Sequence[str]) -> int:
    """How many continuations of a document are choices: half of them where the others repeat them without the question,
    as lm-eval scores them for ``acc_mutual_info``.
    """
    half = len(continuations) // 2
    alone = half > 0 and 2 * half == len(continuations) == len(contexts) and not any(contexts[half:])
    return half if alone and list(continuations[:half]) == list(continuations[half:]) else len(continuations)


class BlindGuess:
    """Adds up documents as they pass. ``level``: the accuracy of a guess, 0..1."""

    def __init__(self) -> None:
        self.documents = 0
        self._sum = 0.0
        self._choices = True

    def see(self, row: Mapping[str, Any]) -> None:
        """One row of prompts."""
        count = 0 if row.get("options") else choices_of(row.get("contexts") or (), row.get("continuations") or ())
        # Several right answers, which lm-eval writes as a list, are no question with one.
        self._choices &= count > 1 and not str(row.get("target") or "").startswith("[")
        self.documents += 1
        self._sum += 1 / count if count else 0.0

    def passing(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The same rows, each seen."""
        for row in rows:
            self.see(row)
            yield row

    @property
    def level(self) -> float | None:
        """None where a document has nothing to choose from, or there is no document."""
        return self._sum / self.documents if self._choices and self.documents else None
