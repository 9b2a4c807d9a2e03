"""What a reader asked to compare, in the words of the page's address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

MOST = 6


@dataclass(frozen=True)
class CompareChoice:
    """State of the page. ``models`` are as asked for, each once: a slug, or ``slug@revision``.

    ``surplus``: models beyond the sixth. ``shots`` None means all. ``every_metric``: also those that are not the
    benchmark's primary one; ``every_row``: also tasks of one model alone; ``every_part``: also the parts of large
    groups. ``differences``: only facts that differ.
    """

    models: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    baseline: str = ""
    shots: int | None = None
    differences: bool = False
    every_metric: bool = False
    every_row: bool = False
    every_part: bool = False

    def query(self, **changes: object) -> str:
        """The address of the page with some words changed; words that choose nothing are left out."""
        models = changes.pop("models", self.models)
        assert isinstance(models, tuple)
        words: dict[str, object] = {
            "models": ",".join(models),
            "baseline": self.baseline if self.baseline in models else "",
            "shots": "" if self.shots is None else self.shots,
            "differences": 1 if self.differences else "",
            "metrics": "all" if self.every_metric else "",
            "rows": "all" if self.every_row else "",
            "parts": "all" if self.every_part else "",
            **changes,
        }
        return "?" + urlencode({name: value for name, value in words.items() if value != ""}, safe=",@")

    def without(self, model: str) -> str:
        """The address with one model fewer."""
        return self.query(models=tuple(one for one in self.models if one != model))


def read_choice(query: Mapping[str, str], models_asked: Iterable[str]) -> CompareChoice:
    """The choice that an address states; ``models_asked`` are the values of its ``models``, which may be repeated."""
    asked = [word.replace("\0", "") for one in models_asked for word in one.split(",")]
    models = tuple(dict.fromkeys(one.strip()[:240] for one in asked if one.strip()))
    shots = query.get("shots", "")
    return CompareChoice(
        models=models[:MOST],
        surplus=models[MOST:],
        baseline=query.get("baseline", ""),
        shots=int(shots) if shots.isascii() and shots.isdigit() and len(shots) < 5 else None,
        differences=query.get("differences") == "1",
        every_metric=query.get("metrics") == "all",
        every_row=query.get("rows") == "all",
        every_part=query.get("parts") == "all",
    )
